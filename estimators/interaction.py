"""Tests of a factor, and of whether an effect differs between its levels: likelihood-ratio tests of nested models."""

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from estimators.cox import cox
from estimators.inputs import numbers
from estimators.logistic import logistic
from estimators.reasons import FEW_EVENTS, words

SECTION = "Interaction"
METHOD = (
    "Likelihood-ratio test of nested models (times: Cox regression, Efron's method for tied days; rates: logistic "
    "regression): of a factor, with and without its levels; of an interaction, with and without the products of "
    "group and level beside both."
)
REFERENCE = (
    "Cox DR. J R Stat Soc B 1972;34:187-220. Pocock SJ, et al. Stat Med 2002;21:2917-2930 (interaction, not subgroup "
    "p-values). Fewer than 5 events per coefficient: no test, our convention."
)
MIN_EVENTS = 5  # per coefficient of the larger model


@dataclass(frozen=True)
class Ratio:
    """A likelihood-ratio test: statistic, degrees of freedom, p-value; NaN where `reason` (a code) says why."""

    statistic: float = np.nan
    df: int = 0
    p_value: float = np.nan
    reason: str = ""

    def sentence(self) -> str:
        """Why there is no test, in words; "" where there is one."""
        return words(self.reason, minimum=MIN_EVENTS, who="events per level")


def time_interaction(start, stop, event, level, group=None) -> Ratio:
    """Of times, rows (start, stop] as for `cox`. level: (n,) codes 0..L-1 of the factor; group: (n,) codes of what the
    effect is of; None: the test of the factor itself."""
    event = np.asarray(event, bool)
    smaller, larger = _designs(level, group)

    def likelihood(x):
        if not x.shape[1]:
            return cox(start, stop, event, larger).log_likelihood[0], ""
        fit = cox(start, stop, event, x)
        return fit.log_likelihood[1], fit.reason

    return _compare(likelihood, smaller, larger, int(event.sum()))


def rate_interaction(happened, level, group=None) -> Ratio:
    """Of rates. happened: (n,) true or false, once per patient; level, group: as for `time_interaction`."""
    happened = np.asarray(happened, bool)
    smaller, larger = _designs(level, group)

    def likelihood(x):
        fit = logistic(x, happened.astype(int))
        return fit.log_likelihood[1], fit.reason

    fewer = int(min(happened.sum(), (~happened).sum()))
    return _compare(likelihood, smaller, larger, fewer)


def _designs(level, group):
    """(columns without, columns with) what is tested."""
    levels = _dummies(level)
    if group is None:
        return np.zeros((len(levels), 0)), levels
    groups = _dummies(group)
    both = np.column_stack([groups, levels])
    products = (groups[:, :, None] * levels[:, None, :]).reshape(len(levels), -1)
    return both, np.column_stack([both, products])


def _dummies(codes):
    """(n, K - 1) columns of 0 and 1, the first code present as reference."""
    codes = numbers("level", codes)
    return (codes[:, None] == np.unique(codes)[1:]).astype(float)


def _compare(likelihood, smaller, larger, events) -> Ratio:
    df = larger.shape[1] - smaller.shape[1]
    if not df or events < MIN_EVENTS * larger.shape[1]:
        return Ratio(df=df, reason=FEW_EVENTS)
    (without, reason), (with_, other) = likelihood(smaller), likelihood(larger)
    if reason or other:
        return Ratio(df=df, reason=reason or other)
    statistic = max(2 * (with_ - without), 0.0)
    return Ratio(statistic, df, float(chdtrc(df, statistic)))
