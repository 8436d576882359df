"""What the tests between groups share: the result, the gate for small groups, the chi-square of a score vector."""

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

MIN_N = 10
SINGULAR = 1e-10  # reciprocal condition number under which a covariance cannot be inverted


@dataclass(frozen=True)
class Test:
    """A comparison of groups. statistic, p_value: NaN where `reason` says why there is none. The tuples run along
    `groups`: observed and expected events, n patients (or rows, with delayed entry)."""

    statistic: float
    df: int
    p_value: float
    observed: tuple
    expected: tuple
    groups: tuple
    n: tuple
    reason: str = ""

    __test__ = False  # a result, not a test case


def compare(groups, n, observed, expected, variance, min_n):
    """Test of observed - expected, shape (G,), with its variance (G, G); groups without any expectation drop out."""
    reason = gate(groups, n, observed, min_n)
    held = np.flatnonzero(expected > 0)
    statistic = np.nan if reason else quadratic_form((observed - expected)[held], variance[np.ix_(held, held)])
    if not reason and np.isnan(statistic):
        reason = "not estimable: the groups share no time at risk with events"
    df = max(len(held) - 1, 0)
    return Test(
        statistic,
        df,
        np.nan if reason else float(chdtrc(df, statistic)),
        tuple(observed.tolist()),
        tuple(expected.tolist()),
        groups,
        tuple(n.tolist()),
        reason,
    )


def gate(groups, n, observed, min_n):
    """The reason why no test is made, or an empty string."""
    if len(groups) < 2:
        return "no comparison: fewer than 2 groups"
    small = [str(group) for group, size in zip(groups, n, strict=True) if size < min_n]
    if small:
        return f"no p-value: fewer than {min_n} patients in {', '.join(small)}"
    return "" if observed.sum() else "not estimable: no events"


def quadratic_form(score, variance):
    """score' variance^-1 score without the last group (the scores sum to 0); NaN when singular or empty."""
    score, variance = score[:-1], variance[:-1, :-1]
    if not len(score) or not np.isfinite(variance).all() or 1 / np.linalg.cond(variance) < SINGULAR:
        return np.nan
    return float(score @ np.linalg.solve(variance, score))
