"""Risk sets: who leaves when and why, and how many are under observation just before.

Clinical times are whole days, so one pass of bincount over time * codes + code counts everything and all later
work is on the distinct days. Fractional times are ranked first and then counted the same way.
"""

from dataclasses import dataclass

import numpy as np

SECTION = None  # shared by the estimators, computes nothing of its own


@dataclass(frozen=True)
class RiskSets:
    """Counts on the T distinct days on which anybody leaves, for G groups and K codes (code 0 = censored).

    days (T,): ascending. exits (T, G, K): leaving on that day with that code. n_risk (T, G): entry < day <= time.
    """

    days: np.ndarray
    exits: np.ndarray
    n_risk: np.ndarray


def risk_sets(time, code, codes, entry=None, group=None, groups=1):
    """Count `time`, `code` (0..codes-1), `entry` (-1 = from the origin, None = all) and `group`, each of shape (n,)."""
    days, rank, place = _ranks(time)
    cell = rank * (groups * codes) + code if group is None else (rank * groups + group) * codes + code
    exits = np.bincount(cell, minlength=place * groups * codes).reshape(place, groups, codes)
    if days is None:  # counted by day: keep the days on which anybody leaves
        days = np.flatnonzero(exits.any(axis=(1, 2)))
        exits = exits[days]
    n_risk = _from_here_on(exits.sum(axis=2))
    if entry is not None:
        n_risk = n_risk - _not_yet_in(days, entry, group, groups)
    return RiskSets(days, exits, n_risk)


def _ranks(time):
    """(distinct days or None, position of each time among them, number of positions)."""
    if time.dtype.kind != "f":
        return None, time, int(time.max(initial=-1)) + 1
    days, rank = np.unique(time, return_inverse=True)
    return days, rank, len(days)


def _not_yet_in(days, entry, group, groups):
    """(T, G): patients whose entry is on or after each day: they are still to come, not at risk."""
    cell = _days_until(days, entry) * groups + (0 if group is None else group)
    waiting = np.bincount(cell, minlength=(len(days) + 1) * groups).reshape(len(days) + 1, groups)
    return _from_here_on(waiting)[1:]


def _days_until(days, entry):
    """How many of `days` lie on or before each entry; whole days are looked up in a table, not searched."""
    if entry.dtype.kind == "f":
        return np.searchsorted(days, entry, side="right")
    return np.searchsorted(days, np.arange(-1, entry.max(initial=-1) + 1), side="right")[entry + 1]


def _from_here_on(counts):
    return np.cumsum(counts[::-1], axis=0)[::-1]
