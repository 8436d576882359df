"""State occupancy: the probability of being in each state of a multi-state course over time."""

import numpy as np
import pandas as pd

from estimators.inputs import confidence, numbers, same_length
from estimators.intervals import limits

SECTION = "State occupancy"
METHOD = ("Aalen-Johansen state occupancy: the product of the daily transition matrices, everybody beginning in the "
          "first state; Greenwood-type standard error and log-log interval.")
REFERENCE = ("Aalen OO, Johansen S. Scand J Stat 1978;5:141-150. Andersen PK, Borgan Ø, Gill RD, Keiding N. "
             "Statistical Models Based on Counting Processes, 1993, section IV.4.")
COLUMNS = ["time", "outcome", "n_risk", "estimate", "std_err", "conf_low", "conf_high"]
STAYS = -1  # `to` of a row that ends by censoring


def occupancy(start, stop, origin, to, states, *, conf_level=0.95):
    """The curves: per state (outcome 1..states) one row per distinct day of a move or censoring, the first at day 0.

    One row per stay: start < t <= stop in state `origin` (0-based), then a move to state `to`, or censored (-1). A
    patient's stays follow one another; the first begins on day 0 in state 0. n_risk: in the state just before. On one
    day moves come before censoring. Columns: COLUMNS; probabilities 0..1, summing to 1 on every day. No stays: no rows.
    ValueError: missing, negative, unequal lengths, start not before stop, a state that is not one of `states`.
    """
    start, stop, origin, to = _checked(start, stop, origin, to, states)
    if not len(stop):
        return pd.DataFrame(columns=COLUMNS)
    days, moves, at_risk = _count(start, stop, origin, to, states)
    estimate, variance = _walk(moves, at_risk)
    std_err = np.sqrt(np.maximum(variance, 0))
    parts = []
    for state in range(states):
        low, high = limits("log-log", estimate[:, state], std_err[:, state], confidence(conf_level))
        parts.append(pd.DataFrame(dict(zip(COLUMNS, (days, state + 1, at_risk[:, state], estimate[:, state],
                                                     std_err[:, state], low, high), strict=True))))
    return pd.concat(parts, ignore_index=True)


def mean_time(curve, horizon):
    """Expected time in each state until `horizon`: the area under its curve. Columns outcome, estimate, reason.

    NaN where follow-up ends before the horizon, unless nobody can move any more. Same unit as `time`.
    """
    parts = []
    for outcome, part in curve.groupby("outcome", sort=True):
        time, p = part["time"].to_numpy(float), part["estimate"].to_numpy()
        inside = time < horizon
        area = float((p[inside] * np.diff(np.append(time[inside], horizon))).sum())
        known = time[-1] >= horizon
        parts.append((outcome, area if known else np.nan,
                      "" if known else f"not estimable: last follow-up at {time[-1]:g} days"))
    return pd.DataFrame(parts, columns=["outcome", "estimate", "reason"])


def _checked(start, stop, origin, to, states):
    start, stop = numbers("start", start), numbers("stop", stop)
    origin, to = np.asarray(origin, int), np.asarray(to, int)
    same_length(start=start, stop=stop, origin=origin, to=to)
    if (start >= stop).any():
        raise ValueError(f"start must be before stop, got: {(start >= stop).sum()} rows where it is not")
    if ((origin < 0) | (origin >= states) | (to < STAYS) | (to >= states) | (to == origin)).any():
        raise ValueError(f"origin and to must be different states from 0 to {states - 1}, or to {STAYS}, got: others")
    return start, stop, origin, to


def _count(start, stop, origin, to, states):
    """(days (T,), moves (T, from, to), at risk just before (T, from)); the first day is 0, where nothing moves."""
    days = np.unique(np.append(stop, 0))
    place = np.searchsorted(days, stop)
    moved = to >= 0
    cell = (place[moved] * states + origin[moved]) * states + to[moved]
    moves = np.bincount(cell, minlength=len(days) * states**2).reshape(-1, states, states)
    leaves = np.bincount(place * states + origin, minlength=len(days) * states).reshape(-1, states)
    enters = np.bincount(np.searchsorted(days, start, side="right") * states + origin,
                         minlength=(len(days) + 1) * states).reshape(-1, states)[:-1]
    return days, moves, np.cumsum(enters, axis=0) - np.cumsum(leaves, axis=0) + leaves


def _walk(moves, at_risk):
    """(estimate, variance), each (T, states).

    p(t) = p(t-) (I + dA). The daily row of state h is a multinomial share q of those at risk in it, with covariance
    (diag(q) - q q') / n; it reaches p(t) with weight p_h(t-). So cov(t) = (I + dA)' cov(t-) (I + dA) + sum_h p_h^2 ...
    """
    steps, states = moves.shape[:2]
    n = np.maximum(at_risk, 1)[:, :, None]
    share = moves / n
    share[:, np.arange(states), np.arange(states)] = 1 - share.sum(axis=2)
    estimate, variance = np.empty((steps, states)), np.empty((steps, states))
    p, cov = np.eye(states)[0], np.zeros((states, states))
    for t in range(steps):
        if moves[t].any():
            weight = p**2 / n[t, :, 0]
            spread = np.diag(weight @ share[t]) - (share[t] * weight[:, None]).T @ share[t]
            p, cov = p @ share[t], share[t].T @ cov @ share[t] + spread
        estimate[t], variance[t] = p, np.diag(cov)
    return estimate, variance
