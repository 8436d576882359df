"""The odds ratio of two proportions with its exact conditional interval."""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from estimators.inputs import confidence
from estimators.proportion import pair_of
from estimators.reasons import NO_PATIENTS, ONE_OUTCOME, ZERO_COUNT, words

SECTION = "Odds ratio"
METHOD = "Odds ratio: conditional maximum likelihood with exact conditional interval."
REFERENCE = "Cornfield J. Proc 3rd Berkeley Symp 1956;4:135-148 (exact limits). Agresti A. Stat Sci 1992;7:131-153."


@dataclass(frozen=True)
class OddsRatio:
    """estimate, conf_low, conf_high: odds of the second over those of the first; NaN where the reason beside each says
    why: where a count is 0 the estimate and the limit on its side are 0 or infinite; the other limit is known."""

    estimate: float = np.nan
    conf_low: float = np.nan
    conf_high: float = np.nan
    reason: str = ""
    reason_low: str = ""
    reason_high: str = ""

    def sentence(self) -> str:
        """Why there is no estimate, in words; "" where there is one."""
        return words(self.reason)


def odds_ratio(successes, n, *, conf_level=0.95) -> OddsRatio:
    """The odds ratio second / first; successes, n: pairs (first, second) of whole numbers.

    Conditional on both margins the successes of the second follow the noncentral hypergeometric distribution; the
    estimate makes the observed number its mean, the limits give it a tail of (1 - conf_level) / 2.
    ValueError: not two groups, more successes than patients, fractions.
    """
    successes, n = pair_of(successes, n)
    if not n.all() or successes.sum() in (0, n.sum()):
        reason = ONE_OUTCOME if n.all() else NO_PATIENTS
        return OddsRatio(reason=reason, reason_low=reason, reason_high=reason)
    x, tail = int(successes[1]), (1 - confidence(conf_level)) / 2
    support, weight = _null(successes.sum(), n)
    is_lowest, is_highest = x == support[0], x == support[-1]
    low = np.nan if is_lowest else _solve(lambda p: p[support >= x].sum() - tail, support, weight)
    high = np.nan if is_highest else _solve(lambda p: tail - p[support <= x].sum(), support, weight)
    edge = is_lowest or is_highest
    estimate = np.nan if edge else _solve(lambda p: p @ support - x, support, weight)
    reason, reason_low, reason_high = (ZERO_COUNT if missing else "" for missing in (edge, is_lowest, is_highest))
    return OddsRatio(estimate, low, high, reason, reason_low, reason_high)


def _null(total, n):
    """(support, log weights): the possible successes of the second group, and their probabilities at odds ratio 1 but
    for a constant."""
    support = np.arange(max(0, total - n[0]), min(total, n[1]) + 1)
    counts = (support, n[1] - support, total - support, n[0] - total + support)
    return support, -sum(gammaln(count + 1.0) for count in counts)


def _probabilities(log_odds_ratio, support, weight):
    logs = weight + log_odds_ratio * support
    p = np.exp(logs - logs.max())
    return p / p.sum()


def _solve(rising, support, weight):
    """exp of the log odds ratio at which `rising` (of the probabilities) is 0, by halving until nothing is between."""
    low, high = -1.0, 1.0
    while rising(_probabilities(low, support, weight)) > 0:
        low *= 2
    while rising(_probabilities(high, support, weight)) < 0:
        high *= 2
    while low < (middle := (low + high) / 2) < high:
        low, high = (low, middle) if rising(_probabilities(middle, support, weight)) > 0 else (middle, high)
    return float(np.exp(middle))
