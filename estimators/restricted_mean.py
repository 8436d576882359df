"""Restricted mean: expected time without the event up to a horizon, and its difference between two groups."""

import numpy as np

from estimators.inputs import confidence
from estimators.reasons import AFTER_FOLLOW_UP, BEFORE_START, DIFFERENT_STARTS, NO_LIMIT, NO_PATIENTS
from estimators.wald import Wald, difference_of, wald

SECTION = "Restricted mean"
METHOD = (
    "Restricted mean: expected time without the event up to the horizon, the area under the Kaplan-Meier curve, with "
    "Greenwood-type standard error and plain interval."
)
REFERENCE = (
    "Klein JP, Moeschberger ML. Survival Analysis, 2nd ed. 2003, section 4.5. Royston P, Parmar MKB. BMC Med Res "
    "Methodol 2013;13:152. Uno H, et al. J Clin Oncol 2014;32:2380-2385 (difference)."
)


def restricted_mean(curve, horizon, *, conf_level=0.95) -> Wald:
    """Expected days without the event from the curve's first day up to `horizon` (days), 0..horizon.

    curve: of `kaplan_meier`; with a `start` it is conditional on being event-free there, and so is the mean. NaN with a
    reason where the curve ends before the horizon (unless the last value holds) or begins at or after it; no interval
    where nobody has had the event by the horizon.
    """
    if curve.empty:
        return Wald(reason=NO_PATIENTS)
    days = curve["time"].to_numpy(float)
    if days[0] >= horizon:
        return Wald(reason=BEFORE_START, reason_time=days[0])
    if days[-1] < horizon and not curve["final"].iloc[-1]:
        return Wald(reason=AFTER_FOLLOW_UP, reason_time=days[-1])
    area, std_err = _area(days, curve, horizon)
    if not std_err > 0:
        return Wald(area, limit_reason=NO_LIMIT)
    low, high = wald(area, std_err, confidence(conf_level), 0, horizon - days[0])
    return Wald(area, std_err, float(low), float(high))


def _area(days, curve, horizon):
    """(area, standard error): the variance is the sum over events of (area to the right)^2 d / (Y (Y - d)); where
    events take everybody at risk nothing is to the right of them."""
    widths = np.diff(np.minimum(np.append(days, horizon), horizon))
    areas = curve["estimate"].to_numpy() * widths
    right = np.cumsum(areas[::-1])[::-1]
    d, n = (curve[name].to_numpy() for name in ("n_event", "n_risk"))
    spared = n > d
    greenwood = np.divide(d, n * (n - d), out=np.zeros(len(d)), where=spared)
    return float(areas.sum()), float(np.sqrt((right**2 * greenwood).sum()))


def restricted_mean_difference(reference, other, horizon, *, conf_level=0.95) -> Wald:
    """other - reference in days, of two curves of different patients. A reason where one has no mean, or where the
    curves start on different days (give both the later `start`)."""
    means = (restricted_mean(reference, horizon), restricted_mean(other, horizon))
    different = len(reference) and len(other) and reference["time"].iloc[0] != other["time"].iloc[0]
    if different and not any(mean.reason for mean in means):
        return Wald(reason=DIFFERENT_STARTS)
    return difference_of(means[0], means[1], confidence(conf_level))
