"""Logistic regression: the probability of each of two or more groups, given covariates."""

from dataclasses import dataclass

import numpy as np
from scipy.special import log_softmax

from estimators.inputs import numbers, same_length
from estimators.reasons import NO_CONTRAST, ONE_GROUP, SEPARATED

SECTION = "Logistic regression"
METHOD = (
    "Multinomial logistic regression (two groups: logistic regression) by maximum likelihood, Newton's method, "
    "the first group as reference."
)
REFERENCE = "Cox DR. J R Stat Soc B 1958;20:215-242. Theil H. Int Econ Rev 1969;10:251-259 (several groups)."
CLOSE, MAX_STEPS = 1e-12, 100
FLAT = 1e-10  # of the information per covariate, on its own scale
FARTHEST = 25  # log odds over the range of a covariate that only separated groups reach
PAIR = 2


@dataclass(frozen=True)
class Logistic:
    """coef: (K - 1, 1 + p) against group 0, the intercept first; var: of coef.ravel(); probability: (n, K), rows add up
    to 1; log_likelihood: without covariates and with them. NaN where `reason` (a code) says why."""

    coef: np.ndarray
    var: np.ndarray
    probability: np.ndarray
    log_likelihood: tuple[float, float]
    reason: str = ""


def logistic(x, group) -> Logistic:
    """The fit. x: (n, p) finite covariates (p may be 0); group: (n,) codes 0..K-1, each of somebody.

    ValueError: unequal lengths, a covariate that is not finite, a group of nobody.
    """
    group = numbers("group", group).astype(np.int64)
    x = np.asarray(x, float).reshape(len(group), -1)
    same_length(group=group, x=x)
    counts = np.bincount(group)
    if not np.isfinite(x).all() or not counts.all():
        raise ValueError("x must be finite and every group have patients, got: other values")
    if len(counts) < PAIR:
        return _none(x, 1, ONE_GROUP)
    shift, scale = x.mean(axis=0), np.where(np.ptp(x, axis=0) > 0, np.ptp(x, axis=0), 1)
    design = np.column_stack([np.ones(len(group)), (x - shift) / scale])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        return _none(x, len(counts), NO_CONTRAST)
    coef, information, value, reason = _maximise(design, np.eye(len(counts))[group])
    if reason:
        return _none(x, len(counts), reason)
    return _on_their_scale(coef, np.linalg.inv(information), value, design, shift, scale, counts)


def _maximise(design, is_group):
    """(coef (K - 1, p + 1), information, log-likelihood, reason): Newton steps from the groups' shares, halved where
    the likelihood falls."""
    coef = np.zeros((is_group.shape[1] - 1, design.shape[1]))
    coef[:, 0] = np.log(is_group.sum(axis=0)[1:] / is_group[:, 0].sum())
    value, gradient, information = _likelihood(design, is_group, coef)
    for _ in range(MAX_STEPS):
        if np.linalg.eigvalsh(information).min() < FLAT or np.abs(coef[:, 1:]).max(initial=0) > FARTHEST:
            return coef, information, value, SEPARATED
        step, before = np.linalg.solve(information, gradient).reshape(coef.shape), value
        for _ in range(30):
            value, gradient, information = _likelihood(design, is_group, coef + step)
            if value >= before - CLOSE * max(1.0, abs(before)):
                break
            step = step / 2
        coef = coef + step
        if np.abs(step).max() <= CLOSE * max(1.0, np.abs(coef).max()) or abs(value - before) <= CLOSE**2:
            return coef, information, value, ""
    return coef, information, value, SEPARATED


def _likelihood(design, is_group, coef):
    """(log-likelihood, gradient, information) at coef, both over coef.ravel()."""
    log_p = _log_probability(design, coef)
    p = np.exp(log_p)[:, 1:]
    gradient = ((is_group[:, 1:] - p).T @ design).ravel()
    blocks = [
        [(design * (p[:, j] * ((j == k) - p[:, k]))[:, None]).T @ design for k in range(p.shape[1])]
        for j in range(p.shape[1])
    ]
    return (is_group * log_p).sum(), gradient, np.block(blocks)


def _log_probability(design, coef):
    return log_softmax(np.column_stack([np.zeros(len(design)), design @ coef.T]), axis=1)


def _on_their_scale(coef, var, value, design, shift, scale, counts):
    """The fit in the units of x, not of the standardised design."""
    back = np.diag(np.concatenate([[1.0], 1 / scale]))
    back[0, 1:] = -shift / scale
    all_back = np.kron(np.eye(len(coef)), back)
    var = all_back @ var @ all_back.T
    alone = float(counts @ np.log(counts / counts.sum()))
    return Logistic(coef @ back.T, var, np.exp(_log_probability(design, coef)), (alone, float(value)))


def _none(x, groups, reason):
    size = (groups - 1) * (x.shape[1] + 1)
    coef, var = np.full((groups - 1, x.shape[1] + 1), np.nan), np.full((size, size), np.nan)
    return Logistic(coef, var, np.full((len(x), groups), np.nan), (np.nan, np.nan), reason)
