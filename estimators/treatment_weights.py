"""Inverse probability of treatment weights: groups made alike in measured covariates, and how alike they are."""

from dataclasses import dataclass

import numpy as np

from estimators.balance import FEWEST
from estimators.inputs import numbers, same_length
from estimators.logistic import logistic
from estimators.reasons import words

SECTION = "Weights by inverse probability of treatment"
METHOD = (
    "Inverse probability of treatment weights from a (multinomial) logistic model of the group on declared covariates, "
    "stabilised by the share of the group; nothing is cut off. Balance: standardised mean difference of each column, "
    "weighted means over the unweighted pooled standard deviation; more than two groups: the largest of all pairs."
)
REFERENCE = (
    "Robins JM, Hernan MA, Brumback B. Epidemiology 2000;11:550-560. Cole SR, Hernan MA. Am J Epidemiol "
    "2008;168:656-664. Austin PC, Stuart EA. Stat Med 2015;34:3661-3679 (balance). Kish L, 1965 (effective number)."
)


@dataclass(frozen=True)
class Weights:
    """weight: (n,) above 0; probability: (n,) of the patient's own group; effective: per group the effective number,
    (sum of weights)^2 / sum of squares. NaN where `reason` (a code) says why."""

    weight: np.ndarray
    probability: np.ndarray
    effective: tuple[float, ...]
    reason: str = ""

    def sentence(self) -> str:
        """Why there are no weights, in words; "" where there are."""
        return words(self.reason)


def treatment_weights(x, group) -> Weights:
    """Stabilised weights: share of the group / probability of the group given x (n, p). group: (n,) codes 0..K-1.
    ValueError: as for `logistic`."""
    group = numbers("group", group).astype(np.int64)
    fit, counts = logistic(x, group), np.bincount(group)
    own = fit.probability[np.arange(len(group)), group]
    weight = (counts / len(group))[group] / own
    return Weights(weight, own, tuple(effective_number(weight[group == g]) for g in range(len(counts))), fit.reason)


def effective_number(weight) -> float:
    """How many patients of weight 1 tell as much: (sum)^2 / sum of squares."""
    return float(weight.sum() ** 2 / (weight**2).sum()) if len(weight) else 0.0


def balance_of(x, group, weight=None) -> np.ndarray:
    """(p,) the largest absolute standardised difference of each column of x (n, p) between two groups, weighted; the
    standard deviation is of the unweighted groups, so that before and after are on one scale. NaN where it is 0 and the
    means differ, or a group has fewer than two patients."""
    group = numbers("group", group).astype(np.int64)
    x = np.asarray(x, float).reshape(len(group), -1)
    weight = np.ones(len(group)) if weight is None else np.asarray(weight, float)
    same_length(x=x, group=group, weight=weight)
    parts = [group == g for g in range(int(group.max(initial=-1)) + 1)]
    if min((part.sum() for part in parts), default=0) < FEWEST:
        return np.full(x.shape[1], np.nan)
    means = np.array([np.average(x[part], axis=0, weights=weight[part]) for part in parts])
    spreads = np.array([_spread(x[part]) for part in parts])
    gaps = np.abs(means[:, None] - means[None])
    scale = np.sqrt((spreads[:, None] + spreads[None]) / 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = np.where(gaps > 0, gaps / scale, 0.0)
    return np.where(np.isfinite(found), found, np.nan).max(axis=(0, 1))


def _spread(x):
    """Variances (p,); of a column of 0 and 1 that of its proportion."""
    is_share = np.isin(x, (0, 1)).all(axis=0)
    share = x.mean(axis=0)
    return np.where(is_share, share * (1 - share), x.var(axis=0, ddof=1))
