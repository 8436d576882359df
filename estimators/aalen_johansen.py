"""Aalen-Johansen: cumulative incidence of each outcome when several compete."""

import numpy as np
import pandas as pd

from estimators import last_value
from estimators.inputs import codes, confidence, entries, numbers, same_length
from estimators.intervals import limits
from estimators.kaplan_meier import COLUMNS, from_start, observed_from
from estimators.risk_sets import risk_sets

SECTION = "Cumulative incidence"
METHOD = (
    "Aalen-Johansen cumulative incidence with competing events, delta-method standard error (Gray) and log-log "
    "interval; patients who enter late are at risk from the day after their entry."
)
REFERENCE = (
    "Aalen OO, Johansen S. Scand J Stat 1978;5:141-150. Gray RJ. Ann Stat 1988;16:1141-1154 (variance). "
    "Marubini E, Valsecchi MG. Analysing Survival Data from Clinical Trials, 1995."
)


def aalen_johansen(time, cause, causes, entry=None, *, conf_level=0.95, start=None):
    """The curves, outcome after outcome: COLUMNS of the Kaplan-Meier curve and `outcome` 1..causes.

    time: (n,) days from the origin. cause: (n,) 0 = censored, 1..causes = the outcome that came first. entry, start:
    as for Kaplan-Meier; risk set entry < t <= time. n_event counts the row's own outcome, estimate is the probability
    (0..1) of that outcome by `time`; limits are NaN until the outcome's first event; final (see `last_value`): events
    of whatever outcome took the last patients. No patients: no rows.
    ValueError: missing, negative, unequal lengths, cause not in 0..causes, entry not before time.
    """
    outcomes = range(1, causes + 1)
    curves = incidences(outcomes, time, cause, causes, entry, conf_level=conf_level, start=start)
    parts = (pd.DataFrame(curve).assign(outcome=outcome) for outcome, curve in zip(outcomes, curves, strict=True))
    return pd.concat(parts, ignore_index=True)


def incidences(outcomes, time, cause, causes, entry=None, *, conf_level=0.95, start=None):
    """The curves of these outcomes, each as {column: (T,)}: where one number is read off each of very many, a frame of
    each costs most."""
    time, cause = numbers("time", time), codes("cause", cause, causes)
    same_length(time=time, cause=cause)
    time, entry, cause = observed_from(start, time, entries(entry, time), cause)
    counts = risk_sets(time, cause, causes + 1, entry)
    exits, n_risk = counts.exits[:, 0], counts.n_risk[:, 0]
    final = last_value.holds(n_risk, exits[:, 1:].sum(axis=1))
    parts = []
    for outcome in outcomes:
        own = exits[:, outcome]
        estimate, std_err = incidence(n_risk, own, exits[:, 1:].sum(axis=1) - own)
        low, high = limits("log-log", estimate, std_err, confidence(conf_level))
        columns = (counts.days, n_risk, own, exits[:, 0], estimate, std_err, low, high, final)
        curve = dict(zip(COLUMNS, columns, strict=True))
        parts.append(from_start(curve, start, time, entry, estimate=0.0))
    return parts


def incidence(n_risk, own, other):
    """(estimate, std_err) of one outcome; all arrays (T,). own: its events; other: those of all other outcomes.

    F(t) moves by S(s-) own(s) / Y(s). As a sum over martingale increments, an event at time s weighs in the error of
    F(t) S(s-)/Y(s) x (1[own] - (F(t) - F(s)) / S(s)), and d events at once have the variance d (Y - d) / (Y - 1)
    (hypergeometric, so that ties count). Expanding the square in F(t) leaves three running sums.
    """
    survival = np.cumprod(1 - (own + other) / n_risk)
    before = np.concatenate([[1.0], survival[:-1]])
    estimate = np.cumsum(before * own / n_risk)
    inverse = np.divide(1, survival, out=np.zeros_like(survival), where=survival > 0)
    past = estimate * inverse  # F(s) / S(s), 0 once nobody is left
    own_spread, other_spread = ((before / n_risk) ** 2 * tied_variance(events, n_risk) for events in (own, other))
    square = np.cumsum((own_spread + other_spread) * inverse**2)
    cross = np.cumsum((own_spread * (1 + past) + other_spread * past) * inverse)
    constant = np.cumsum(own_spread * (1 + past) ** 2 + other_spread * past**2)
    variance = constant - 2 * estimate * cross + estimate**2 * square
    return estimate, np.sqrt(np.maximum(variance, 0))


def tied_variance(events, n_risk):
    """Variance of the number of events among n_risk when they may be tied: d (n - d) / (n - 1); d where n = 1."""
    return events * np.divide(n_risk - events, n_risk - 1, out=np.ones(n_risk.shape), where=n_risk > 1)
