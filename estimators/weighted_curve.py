"""Weighted curves: Kaplan-Meier and cumulative incidence of patients who count for more or less than one."""

import numpy as np
import pandas as pd

from estimators import last_value
from estimators.inputs import codes, confidence, entries, numbers, same_length
from estimators.intervals import limits
from estimators.kaplan_meier import COLUMNS, from_start
from estimators.risk_sets import risk_sets

SECTION = "Weighted curves"
METHOD = (
    "Weighted Kaplan-Meier or Aalen-Johansen curves; standard error by the infinitesimal jackknife over patients, the "
    "weights taken as known; log-log interval. At risk and events are counted in patients, not in weights."
)
REFERENCE = (
    "Xie J, Liu C. Stat Med 2005;24:3089-3110. Jaeckel LA. Bell Laboratories MM 72-1215-11, 1972 (infinitesimal "
    "jackknife). Therneau TM, Grambsch PM. Modeling Survival Data, 2000."
)
NOTHING = 1e-12  # a share that rounding left of 0


def weighted_kaplan_meier(time, event, weight, entry=None, *, conf_type="log-log", conf_level=0.95):
    """As `kaplan_meier`, weighted. weight: (n,) above 0. Columns: those of the Kaplan-Meier curve; n_risk, n_event and
    n_censor count patients. ValueError: as there, or a weight that is not above 0."""
    curve = weighted_incidence(time, event, weight, 1, entry, conf_level=conf_level).drop(columns="outcome")
    if curve.empty:
        return curve
    estimate = 1 - curve["estimate"].to_numpy()
    is_over = estimate <= NOTHING
    estimate, std_err = np.where(is_over, 0.0, estimate), np.where(is_over, np.nan, curve["std_err"])
    low, high = limits(conf_type, estimate, std_err, confidence(conf_level))
    first = (curve["n_event"].cumsum() == 0).to_numpy()
    return curve.assign(
        estimate=estimate,
        std_err=std_err,
        conf_low=np.where(first, _at_one(low), low),
        conf_high=np.where(first, _at_one(high), high),
    )


def _at_one(limit):
    """Before the first event there is no interval; the row of the origin is known for certain."""
    return np.concatenate([[1.0], limit[1:]])


def weighted_incidence(time, cause, weight, causes, entry=None, *, conf_level=0.95):
    """As `aalen_johansen`, weighted: the curves, outcome after outcome, with `outcome` 1..causes."""
    time, cause, weight = numbers("time", time), codes("cause", cause, causes), np.asarray(weight, float)
    same_length(time=time, cause=cause, weight=weight)
    if not (np.isfinite(weight).all() and (weight > 0).all()):
        raise ValueError(f"weight must be above 0, got: {(~(weight > 0)).sum()} rows where it is not")
    entry = entries(entry, time)
    counts = risk_sets(time, cause, causes + 1, entry)
    sums = Sums(counts.days, time, cause, weight, entry)
    exits, n_risk = counts.exits[:, 0], counts.n_risk[:, 0]
    final = last_value.holds(n_risk, exits[:, 1:].sum(axis=1))
    parts = []
    for outcome in range(1, causes + 1):
        estimate, std_err = sums.incidence(outcome)
        low, high = limits("log-log", estimate, std_err, confidence(conf_level))
        columns = (counts.days, n_risk, exits[:, outcome], exits[:, 0], estimate, std_err, low, high, final)
        curve = from_start(dict(zip(COLUMNS, columns, strict=True)), None, time, entry, estimate=0.0)
        parts.append(pd.DataFrame(curve).assign(outcome=outcome))
    return pd.concat(parts, ignore_index=True)


class Sums:
    """Weighted risk sets, and how much each patient moves a curve.

    A patient's influence on F(t) = sum of S(s-) h(s) is, while at risk, u(t) - g F(t) - v with g and v of the day of
    entry, and after leaving a - b F(t): squares summed over patients need running sums only.
    """

    def __init__(self, days, time, cause, weight, entry):
        self.weight, self.cause = weight, cause
        self.leaves = np.searchsorted(days, time)
        self.enters = np.zeros(len(time), int) if entry is None else np.searchsorted(days, entry, side="right")
        self.size = len(days)
        total = np.bincount(self.leaves, weight, self.size)
        waiting = np.bincount(self.enters, weight, self.size + 1)[: self.size]
        self.n_risk = np.maximum(np.cumsum(waiting) - np.concatenate([[0.0], np.cumsum(total)[:-1]]), 1e-300)
        self.ended = np.bincount(self.leaves, weight * (cause > 0), self.size)
        spared = np.maximum(self.n_risk - self.ended, 0)
        alive = spared > NOTHING * self.n_risk
        self.inverse = np.divide(1, spared, out=np.zeros(self.size), where=alive)
        survival = np.cumprod(np.where(alive, spared / self.n_risk, 0.0))
        self.before = np.concatenate([[1.0], survival[:-1]])
        self.passed = np.cumsum(self.ended / self.n_risk * self.inverse)

    def incidence(self, outcome):
        """(estimate, std_err) of one outcome, each (T,)."""
        own = np.bincount(self.leaves, self.weight * (self.cause == outcome), self.size)
        step = self.before * own / self.n_risk
        estimate, earlier = np.cumsum(step), np.concatenate([[0.0], self.passed[:-1]])
        moved = np.cumsum(earlier * step) - np.cumsum(step / self.n_risk)
        g, held, since = (self._at_entry(values) for values in (self.passed, estimate, moved))
        v = since - g * held
        event = self.cause > 0
        b = event * self.inverse[self.leaves] - (self.passed[self.leaves] - g)
        a = moved[self.leaves] - g * estimate[self.leaves] - v + b * estimate[self.leaves]
        a = a + (self.cause == outcome) * (self.before / self.n_risk)[self.leaves]
        return estimate, np.sqrt(np.maximum(self._left(a, b, estimate) + self._at_risk(g, v, moved, estimate), 0))

    def _at_entry(self, values):
        """(n,) the value of a running sum just before each patient comes under observation."""
        return np.concatenate([[0.0], values])[self.enters]

    def _left(self, a, b, estimate):
        """Squared influence of those who left by each day."""
        square = self.weight**2
        aa, ab, bb = (np.cumsum(np.bincount(self.leaves, square * x, self.size)) for x in (a * a, a * b, b * b))
        return aa - 2 * estimate * ab + estimate**2 * bb

    def _at_risk(self, g, v, moved, estimate):
        """Squared influence of those still under observation after each day."""
        square = self.weight**2
        n, ng, nv, gg, gv, vv = (self._staying(square * x) for x in (np.ones(len(g)), g, v, g * g, g * v, v * v))
        return moved**2 * n + estimate**2 * gg + vv - 2 * moved * estimate * ng - 2 * moved * nv + 2 * estimate * gv

    def _staying(self, values):
        came = np.cumsum(np.bincount(self.enters, values, self.size + 1)[: self.size])
        return came - np.cumsum(np.bincount(self.leaves, values, self.size))
