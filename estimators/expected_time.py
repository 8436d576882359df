"""Expected time in each state until a horizon: the area under the state occupancy."""

import numpy as np
import pandas as pd
from scipy.special import ndtri

from estimators.inputs import confidence
from estimators.occupancy import checked_stays, count_stays, daily_steps, nothing_follows
from estimators.reasons import AFTER_FOLLOW_UP

SECTION = "Expected time in a state"
METHOD = (
    "Expected time in each state until the horizon: the area under its Aalen-Johansen curve, with a "
    "Greenwood-type standard error and plain interval within 0 and the horizon."
)
REFERENCE = (
    "Andersen PK, Keiding N. Stat Methods Med Res 2002;11:91-115 (multi-state models). Klein JP, Moeschberger "
    "ML. Survival Analysis, 2nd ed. 2003, section 4.5 (restricted mean and its variance)."
)
COLUMNS = ["outcome", "estimate", "std_err", "conf_low", "conf_high", "reason", "reason_time"]


def expected_time(start, stop, origin, to, states, horizon, *, absorbing=None, conf_level=0.95):
    """One row per state: COLUMNS, in the unit of the input.

    Stays and absorbing as for `occupancy`. NaN where follow-up ends before the horizon, unless moves into absorbing
    states took the last patients; reason_time is the last day of follow-up. No stays: no rows.
    """
    start, stop, origin, to = checked_stays(start, stop, origin, to, states)
    if not len(stop):
        return pd.DataFrame(columns=COLUMNS)
    days, moves, at_risk = count_stays(start, stop, origin, to, states)
    area, variance, final = _areas(days, moves, at_risk, horizon, absorbing)
    known = days[-1] >= horizon or final
    area, std_err = (np.where(known, x, np.nan) for x in (area, np.sqrt(np.maximum(variance, 0))))
    margin = ndtri(0.5 + confidence(conf_level) / 2) * std_err
    low, high = np.maximum(area - margin, 0), np.minimum(area + margin, horizon)
    reason, reason_time = ("", np.nan) if known else (AFTER_FOLLOW_UP, float(days[-1]))
    columns = (np.arange(1, states + 1), area, std_err, low, high, reason, reason_time)
    return pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))


def _areas(days, moves, at_risk, horizon, absorbing):
    """(area (states,), variance (states,), whether the last value holds).

    Over a gap g without moves the area A grows by g p, so that cov(p, A) grows by g cov(p) and cov(A) by
    g (cov(p, A) + its transpose) + g g cov(p); a day's moves carry cov(p, A) along with p.
    """
    states = moves.shape[1]
    area, spread, cross = np.zeros(states), np.zeros((states, states)), np.zeros((states, states))
    gaps = np.diff(np.minimum(np.append(days, horizon), horizon))
    for gap, (p, cov, share) in zip(gaps, daily_steps(moves, at_risk), strict=True):
        cross = cross if share is None else share.T @ cross
        area = area + gap * p
        spread = spread + gap * (cross + cross.T) + gap**2 * cov
        cross = cross + gap * cov
    return area, np.diag(spread), nothing_follows(moves[-1:], at_risk[-1:], p[None, :], absorbing)[-1]
