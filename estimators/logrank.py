"""Log-rank test of any number of groups, with delayed entry."""

import numpy as np

from estimators.group_test import MIN_N, compare
from estimators.inputs import codes, entries, groups_of, numbers, same_length
from estimators.risk_sets import risk_sets

SECTION = "Log-rank test"
METHOD = "Log-rank test (unweighted, hypergeometric variance); with entry times the risk set is entry < t <= time."
REFERENCE = "Mantel N. Cancer Chemother Rep 1966;50:163-170. Peto R, Peto J. J R Stat Soc A 1972;135:185-207."


def logrank(time, event, group, entry=None, *, min_n=MIN_N):
    """Test whether the groups have one hazard; a `Test` (see group_test) over the groups in their declared order.

    time, event, entry: (n,) as for Kaplan-Meier. group: (n,) labels, never missing. With fewer than `min_n` patients in
    a group, fewer than two groups or no events: p_value NaN and a reason. ValueError on bad input.
    """
    time, event = numbers("time", time), codes("event", event, 1)
    same_length(time=time, event=event)
    groups, group = groups_of(group, time)
    counts = risk_sets(time, event, 2, entries(entry, time), group, len(groups))
    held = counts.exits[:, :, 1].any(axis=1)
    events, n_risk = counts.exits[held, :, 1], counts.n_risk[held]
    expected, variance = _expected(events.sum(axis=1), n_risk)
    return compare(groups, np.bincount(group, minlength=len(groups)), events.sum(axis=0), expected, variance, min_n)


def _expected(events, n_risk):
    """(expected events (G,), hypergeometric variance (G, G)) from the events (T,) and risk sets (T, G)."""
    everybody = n_risk.sum(axis=1)
    share = n_risk / everybody[:, None]
    spread = np.divide(events * (everybody - events), everybody - 1, out=np.zeros(len(events)), where=everybody > 1)
    variance = np.diag(spread @ share) - (share * spread[:, None]).T @ share
    return events @ share, variance
