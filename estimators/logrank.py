"""Log-rank test of any number of groups, with delayed entry."""

import numpy as np

from estimators.group_test import MIN_EVENTS, MIN_N, Scores, compare
from estimators.inputs import codes, compared, entries, numbers, same_length
from estimators.risk_sets import risk_sets
from estimators.risk_start import first_stable_day

SECTION = "Log-rank test"
METHOD = "Log-rank test (unweighted, hypergeometric variance); with entry times the risk set is entry < t <= time."
REFERENCE = "Mantel N. Cancer Chemother Rep 1966;50:163-170. Peto R, Peto J. J R Stat Soc A 1972;135:185-207."


def logrank(time, event, group, entry=None, *, exclude=(), min_n=MIN_N, min_events=MIN_EVENTS):
    """Test whether the groups have one hazard; a `Test` (see group_test) over the groups in their declared order.

    time, event, entry: (n,) as for Kaplan-Meier. group: (n,) codes or labels, never missing; patients of the groups in
    `exclude` (a level "missing") take no part. No p-value, but a reason, with fewer than `min_n` patients in a group,
    fewer than `min_events` events per group on average, fewer than two groups. ValueError on bad input.
    """
    time, event = numbers("time", time), codes("event", event, 1)
    same_length(time=time, event=event)
    entry = entries(entry, time)
    part, groups, group = compared(group, time, exclude)
    time, event, entry = time[part], event[part], None if entry is None else entry[part]
    counts = risk_sets(time, event, 2, entry, group, len(groups))
    held = counts.exits[:, :, 1].any(axis=1)
    own, n_risk = counts.exits[held, :, 1], counts.n_risk[held]
    expected, variance = _expected(own.sum(axis=1), n_risk)
    scores = Scores(own.sum(axis=0), expected, variance, n_risk, own.sum(axis=1))
    n = np.bincount(group, minlength=len(groups))
    return compare(groups, n, scores, min_n, min_events, _starts(time, entry, group, len(groups)))


def _starts(time, entry, group, groups):
    """Per group the first stable day, where anybody enters late."""
    if entry is None:
        return ()
    first = np.maximum(entry, 0)
    return tuple(first_stable_day(first[group == g], time[group == g]) for g in range(groups))


def _expected(events, n_risk):
    """(expected events (G,), hypergeometric variance (G, G)) from the events (T,) and risk sets (T, G)."""
    everybody = n_risk.sum(axis=1)
    share = n_risk / everybody[:, None]
    spread = np.divide(events * (everybody - events), everybody - 1, out=np.zeros(len(events)), where=everybody > 1)
    variance = np.diag(spread @ share) - (share * spread[:, None]).T @ share
    return events @ share, variance
