"""An estimate with its standard error and Wald interval, or why there is none."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from estimators.reasons import NO_LIMIT, words

SECTION = None  # shared by the estimators, computes nothing of its own


@dataclass(frozen=True)
class Wald:
    """estimate NaN where `reason` (a code) says why, reason_time (days) belonging to it; limits NaN where limit_reason
    says why. No p-value: the tests between groups have gates of their own."""

    estimate: float = np.nan
    std_err: float = np.nan
    conf_low: float = np.nan
    conf_high: float = np.nan
    reason: str = ""
    reason_time: float = np.nan
    limit_reason: str = ""

    def sentence(self, unit="days", **facts) -> str:
        """Why there is no estimate, in words; "" where there is one."""
        return words(self.reason, unit=unit, time=self.reason_time, **facts)


def wald(estimate, std_err, conf_level, lowest=-np.inf, highest=np.inf):
    """(conf_low, conf_high), shape of the estimate, kept within lowest and highest; NaN where the standard error is 0
    or missing, which no interval can be made of."""
    std_err = np.where(np.asarray(std_err) > 0, std_err, np.nan)
    margin = ndtri(0.5 + conf_level / 2) * std_err
    return np.maximum(estimate - margin, lowest), np.minimum(estimate + margin, highest)


def difference_of(reference: Wald, other: Wald, conf_level) -> Wald:
    """other - reference of two independent estimates; no interval where one of them has none."""
    for one in (reference, other):
        if one.reason:
            return Wald(reason=one.reason, reason_time=one.reason_time)
    estimate = other.estimate - reference.estimate
    if reference.limit_reason or other.limit_reason:
        return Wald(estimate, limit_reason=NO_LIMIT)
    std_err = float(np.hypot(reference.std_err, other.std_err))
    low, high = wald(estimate, std_err, conf_level)
    return Wald(estimate, std_err, float(low), float(high))
