"""Where a curve with delayed entry may begin: an early event in a tiny risk set would wipe the curve out."""

import math

import numpy as np

from estimators.inputs import entries, numbers

SECTION = "Start of a curve"
METHOD = "With delayed entry a curve begins on the first day with 10 patients (or half of them) at risk."
REFERENCE = (
    "Our convention. The problem: Klein JP, Moeschberger ML. Survival Analysis, 2nd ed. 2003, section 4.6 "
    "(estimates conditional on survival to a time with enough patients at risk)."
)


def first_stable_day(entry, time, minimum=10):
    """The first day t (int) with at least min(minimum, half of the patients) at risk; 0 when nobody enters late.

    entry, time: (n,) days; at risk on t is entry < t <= time. When that many are never at risk together: the day on
    which most are. Give it as `start` to the curve, which is then conditional on being event-free on that day.
    """
    time = numbers("time", time)
    entry = entries(entry, time)
    if entry is None:
        return 0
    days = np.unique(np.floor(entry[entry > 0]).astype(np.int64)) + 1
    days = np.insert(days, 0, 0) if (entry < 0).any() else days
    at_risk = np.searchsorted(np.sort(entry), days, side="left") - np.searchsorted(np.sort(time), days, side="left")
    needed = min(minimum, math.ceil(len(time) / 2))
    enough = np.flatnonzero(at_risk >= needed)
    return int(days[enough[0] if len(enough) else np.argmax(at_risk)])
