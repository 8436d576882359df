"""The difference of two proportions with Newcombe's interval."""

import numpy as np
from scipy.special import ndtri

from estimators.inputs import confidence
from estimators.proportion import pair_of
from estimators.reasons import NO_PATIENTS
from estimators.wald import Wald

SECTION = "Risk difference"
METHOD = "Risk difference with Newcombe's hybrid score interval (from the two Wilson intervals, no correction)."
REFERENCE = "Newcombe RG. Stat Med 1998;17:873-890 (method 10). Wilson EB. J Am Stat Assoc 1927;22:209-212."


def risk_difference(successes, n, *, conf_level=0.95) -> Wald:
    """second - first of two proportions, -1..1; successes, n: pairs (first, second) of whole numbers.

    std_err is NaN: the interval is not made of one. A group of nobody gives a reason.
    ValueError: not two groups, more successes than patients, fractions.
    """
    successes, n = pair_of(successes, n)
    if not n.all():
        return Wald(reason=NO_PATIENTS)
    share, (low, high) = successes / n, wilson(successes, n, conf_level)
    below = np.hypot(share[1] - low[1], high[0] - share[0])
    above = np.hypot(high[1] - share[1], share[0] - low[0])
    difference = float(share[1] - share[0])
    return Wald(difference, conf_low=difference - float(below), conf_high=difference + float(above))


def wilson(successes, n, conf_level=0.95):
    """(low, high): Wilson's score limits of each proportion, without correction; n above 0."""
    z = ndtri(0.5 + confidence(conf_level) / 2)
    share = successes / n
    middle, width = share + z**2 / (2 * n), z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    low, high = ((middle + sign * width) / (1 + z**2 / n) for sign in (-1, 1))
    return np.where(successes == 0, 0.0, low), np.where(successes == n, 1.0, high)
