"""Expected time in each state until a horizon: the area under the state occupancy."""

import numpy as np
import pandas as pd
from scipy.special import ndtri

from estimators.inputs import confidence
from estimators.occupancy import checked_stays, count_stays, daily_steps

SECTION = "Expected time in a state"
METHOD = (
    "Expected time in each state until the horizon: the area under its Aalen-Johansen curve, with a "
    "Greenwood-type standard error and plain interval within 0 and the horizon."
)
REFERENCE = (
    "Andersen PK, Keiding N. Stat Methods Med Res 2002;11:91-115 (multi-state models). Klein JP, Moeschberger "
    "ML. Survival Analysis, 2nd ed. 2003, section 4.5 (restricted mean and its variance)."
)


def expected_time(start, stop, origin, to, states, horizon, *, conf_level=0.95):
    """One row per state: outcome (1..states) estimate std_err conf_low conf_high reason, in the unit of the input.

    Stays as for `occupancy`. NaN where follow-up ends before the horizon; the reason says so. No stays: no rows.
    """
    start, stop, origin, to = checked_stays(start, stop, origin, to, states)
    names = ["outcome", "estimate", "std_err", "conf_low", "conf_high", "reason"]
    if not len(stop):
        return pd.DataFrame(columns=names)
    days, moves, at_risk = count_stays(start, stop, origin, to, states)
    known = days[-1] >= horizon
    area, variance = _areas(days, moves, at_risk, horizon) if known else (np.full(states, np.nan),) * 2
    std_err = np.sqrt(np.maximum(variance, 0))
    margin = ndtri(0.5 + confidence(conf_level) / 2) * std_err
    reason = "" if known else f"not estimable: last follow-up at {days[-1]:g} days"
    return pd.DataFrame(
        dict(
            zip(
                names,
                (
                    np.arange(1, states + 1),
                    area,
                    std_err,
                    np.maximum(area - margin, 0),
                    np.minimum(area + margin, horizon),
                    reason,
                ),
                strict=True,
            )
        )
    )


def _areas(days, moves, at_risk, horizon):
    """(area, variance), each (states,).

    Over a gap g without moves the area A grows by g p, so that cov(p, A) grows by g cov(p) and cov(A) by
    g (cov(p, A) + its transpose) + g g cov(p); a day's moves carry cov(p, A) along with p.
    """
    states = moves.shape[1]
    area, spread, cross = np.zeros(states), np.zeros((states, states)), np.zeros((states, states))
    gaps = np.diff(np.minimum(np.append(days, days[-1]), horizon))
    for gap, (p, cov, share) in zip(gaps, daily_steps(moves, at_risk), strict=True):
        cross = cross if share is None else share.T @ cross
        area = area + gap * p
        spread = spread + gap * (cross + cross.T) + gap**2 * cov
        cross = cross + gap * cov
    return area, np.diag(spread)
