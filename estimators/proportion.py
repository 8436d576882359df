"""A proportion of patients with its exact binomial interval."""

import numpy as np
import pandas as pd
from scipy.special import betaincinv

from estimators.inputs import confidence, numbers, same_length
from estimators.reasons import NO_PATIENTS

SECTION = "Proportion"
METHOD = "Proportion n/N with the exact (Clopper-Pearson) interval."
REFERENCE = "Clopper CJ, Pearson ES. Biometrika 1934;26:404-413."
GROUPS = 2  # of a comparison


def clopper_pearson(successes, n, conf_level=0.95):
    """(low, high): exact two-sided limits, proportions 0..1, same shape as `successes`; NaN where n = 0.

    The limits are quantiles of beta distributions: Beta(x, n - x + 1) below and Beta(x + 1, n - x) above.
    """
    tail = (1 - confidence(conf_level)) / 2
    successes, n = counts_of(successes, n)
    with np.errstate(invalid="ignore"):
        low = np.where(successes == 0, 0.0, betaincinv(np.maximum(successes, 1), n - successes + 1, tail))
        high = np.where(successes == n, 1.0, betaincinv(successes + 1, np.maximum(n - successes, 1), 1 - tail))
    nobody = n == 0
    return np.where(nobody, np.nan, low), np.where(nobody, np.nan, high)


def proportion(successes, n, conf_level=0.95):
    """One row per pair: n_event n estimate conf_low conf_high reason. Proportions are 0..1; n = 0 gives NaN."""
    successes, n = counts_of(successes, n)
    low, high = clopper_pearson(successes, n, conf_level)
    return pd.DataFrame(
        {
            "n_event": successes,
            "n": n,
            "estimate": np.where(n > 0, successes / np.maximum(n, 1), np.nan),
            "conf_low": low,
            "conf_high": high,
            "reason": np.where(n > 0, "", NO_PATIENTS),
        }
    )


def counts_of(successes, n):
    """(successes, n) as arrays of whole numbers; ValueError for counts that cannot be."""
    successes = numbers("successes", np.atleast_1d(np.asarray(successes)))
    n = numbers("n", np.atleast_1d(np.asarray(n)))
    same_length(successes=successes, n=n)
    if any((counts != np.round(counts)).any() for counts in (successes, n)):
        raise ValueError("successes and n must be whole numbers, got: a fraction")
    successes, n = successes.astype(np.int64), n.astype(np.int64)  # `numbers` gives large ones as floats
    if (successes > n).any():
        first = int(np.argmax(successes > n))
        raise ValueError(f"successes must not exceed n, got: {successes[first]} of {n[first]}")
    return successes, n


def pair_of(successes, n):
    """(successes, n) of two groups; ValueError for counts that cannot be, or another number of groups."""
    successes, n = counts_of(successes, n)
    if len(n) != GROUPS:
        raise ValueError(f"successes and n must be of two groups, got: {len(n)}")
    return successes, n
