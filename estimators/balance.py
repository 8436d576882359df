"""Standardised difference: how far two groups differ in a characteristic, in standard deviations, whatever their
size."""

from itertools import combinations

import numpy as np

from estimators.inputs import numbers
from estimators.reasons import FEW_VALUES, NO_SPREAD, ONE_GROUP

SECTION = "Standardised difference"
METHOD = (
    "Standardised difference: difference of means (or proportions) over the pooled standard deviation; several "
    "levels: Mahalanobis distance of the proportions. Known values only. More than two groups: the largest of "
    "all pairs."
)
REFERENCE = (
    "Austin PC. Stat Med 2009;28:3083-3107. Yang D, Dalton JE. SAS Global Forum 2012, paper 335-2012 (several levels)."
)


def standardised_difference(groups):
    """(difference, code of why there is none) of the largest pair. groups: per group an array (n,) of finite values."""
    return _largest(groups, _of_means)


def standardised_difference_of_levels(counts):
    """(difference, code of why there is none) of the largest pair. counts: per group an array (levels,) of patients."""
    return _largest(counts, _of_levels)


def _largest(groups, pair):
    found = [pair(*two) for two in combinations([numbers("values", group) for group in groups], 2)]
    if not found:
        return np.nan, ONE_GROUP
    known = [difference for difference, reason in found if not reason]
    return (max(known), "") if len(known) == len(found) else (np.nan, next(reason for _, reason in found if reason))


def _of_means(a, b):
    if min(len(a), len(b)) <= 1:
        return np.nan, FEW_VALUES
    spread, gap = (a.var(ddof=1) + b.var(ddof=1)) / 2, abs(a.mean() - b.mean())
    return _over(gap**2, spread)


def _of_levels(a, b):
    if min(a.sum(), b.sum()) <= 1:
        return np.nan, FEW_VALUES
    present = (a + b) > 0
    p, q = (x[present] / x.sum() for x in (a, b))
    covariance = (np.diag(p) - np.outer(p, p) + np.diag(q) - np.outer(q, q)) / 2
    gap, covariance = (p - q)[1:], covariance[1:, 1:]  # the shares add up to 1: one level says nothing new
    if not len(gap):
        return 0.0, ""
    if np.linalg.matrix_rank(covariance) < len(gap):
        return (0.0, "") if not gap.any() else (np.nan, NO_SPREAD)
    return float(np.sqrt(gap @ np.linalg.solve(covariance, gap))), ""


def _over(square, spread):
    if spread > 0:
        return float(np.sqrt(square / spread)), ""
    return (0.0, "") if square == 0 else (np.nan, NO_SPREAD)
