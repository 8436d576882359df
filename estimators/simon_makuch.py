"""Simon-Makuch curves: before and after a change (a transplant), each with the patients who are in it on that day."""

import numpy as np

from estimators.inputs import numbers, same_length
from estimators.reasons import FEW_AT_RISK, NO_PATIENTS
from estimators.risk_start import first_stable_day

SECTION = "Simon-Makuch curves"
METHOD = (
    "Simon-Makuch curves: each arm's risk set holds the patients who are in it on that day; a patient leaves the "
    "first arm and enters the second at the change. Conditional on being event-free where the curve begins; drawn "
    "while at least 5 are at risk."
)
REFERENCE = "Simon R, Makuch RW. Stat Med 1984;3:35-44. Snapinn SM, Jiang Q, Iglewicz B. Am Stat 2005;59:301-307."
MIN_AT_RISK = 5


def simon_makuch(time, code, entry, estimator, landmark=0):
    """The whole curve of one arm, as `estimator` (Kaplan-Meier, or Aalen-Johansen with its number of causes bound)
    gives it: estimates, medians and limits are read from it; `until_few` of it is what is drawn.

    time, entry: (n,) days, in the arm on entry < t <= time. code: (n,) event or cause at `time`. landmark: the curve is
    of the rows with time > landmark and uses nothing before it; 0: it begins on the first day with enough at risk
    (`begins_on`). Nobody: no rows.
    """
    time, entry, code = numbers("time", time), numbers("entry", entry), np.asarray(code)
    same_length(time=time, entry=entry, code=code)
    start = begins_on(time, entry, landmark)
    kept = time > start if start else np.ones(len(time), bool)
    return estimator(time[kept], code[kept], entry=np.maximum(entry[kept], start), start=start)


def begins_on(time, entry, landmark=0):
    """The day on which the curve stands at its beginning: the landmark, else the day before the first stable one."""
    return landmark or max(first_stable_day(entry, time) - 1, 0)


def until_few(curve, minimum=MIN_AT_RISK):
    """What is drawn of a curve: as long as `minimum` are at risk; no row when fewer are where it begins. For display
    only: nothing is estimated from it. The last row is final only if it is the last of the whole curve."""
    time, few = curve["time"].to_numpy(), curve["n_risk"].to_numpy() < minimum
    return (curve[time < time[few].min()] if few.any() else curve).reset_index(drop=True)


def why_not_drawn(curve, minimum=MIN_AT_RISK):
    """The code of why `until_few` leaves nothing of the curve; "" when it leaves some."""
    if curve.empty:
        return NO_PATIENTS
    return FEW_AT_RISK if until_few(curve, minimum).empty else ""
