"""What the tests between groups share: the result, the gates, the chi-square of a score vector."""

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from estimators import reasons
from estimators.reasons import FEW_EVENTS, FEW_PATIENTS, words

SECTION = None  # shared by the estimators, computes nothing of its own

MIN_N = 10  # patients per group: our convention
MIN_EVENTS = 5  # events per group on average, after the rule for a chi-square that expected counts be 5 (Cochran 1954)
SINGULAR = 1e-10  # reciprocal condition number under which a covariance cannot be inverted


@dataclass(frozen=True)
class Test:
    """A comparison of groups. statistic, p_value: NaN where `reason` (a code) says why there is none. The tuples run
    along `groups`: observed and expected events, n patients (or rows, with delayed entry). min_n, min_events: the
    gates, patients per group and events in all. starts: with delayed entry, per group the first day with enough at risk
    (`first_stable_day`): curves that start on different days are not to be compared at one height; else ()."""

    statistic: float
    df: int
    p_value: float
    observed: tuple
    expected: tuple
    groups: tuple
    n: tuple
    reason: str = ""
    min_n: int = 0
    min_events: int = 0
    starts: tuple = ()

    __test__ = False  # a result, not a test case

    def sentence(self, labels=None) -> str:
        """Why there is no p-value, in words; "" where there is one. labels: {group: its words}, where they differ."""
        if self.reason == FEW_PATIENTS:
            small = [
                f"{(labels or {}).get(g, g)} ({n})" for g, n in zip(self.groups, self.n, strict=True) if n < self.min_n
            ]
            return words(self.reason, minimum=self.min_n, who=f"patients in {', '.join(small)}")
        return words(self.reason, minimum=self.min_events, who=f"events in all ({sum(self.observed):g})")


@dataclass(frozen=True)
class Scores:
    """What a test is made of, along G groups and T days with events. observed, expected: (G,); variance: (G, G);
    at_risk: (T, G) the risk sets; events: (T,)."""

    observed: np.ndarray
    expected: np.ndarray
    variance: np.ndarray
    at_risk: np.ndarray
    events: np.ndarray


def compare(groups, n, scores: Scores, min_n, min_events, starts=()) -> Test:
    """The test of observed - expected; groups without any expectation drop out. min_events: per group on average."""
    needed = min_events * len(groups)
    held = np.flatnonzero(scores.expected > 0)
    reason = gate(groups, n, scores.observed, min_n, needed)
    score, variance = (scores.observed - scores.expected)[held], scores.variance[np.ix_(held, held)]
    statistic = np.nan if reason else quadratic_form(score, variance)
    if not reason and np.isnan(statistic):
        reason = why_singular(scores, held)
    df = max(len(held) - 1, 0)
    p_value = np.nan if reason else float(chdtrc(df, statistic))
    observed, expected, sizes = (tuple(x.tolist()) for x in (scores.observed, scores.expected, n))
    return Test(statistic, df, p_value, observed, expected, groups, sizes, reason, min_n, needed, starts)


def gate(groups, n, observed, min_n, min_events) -> str:
    """The code of why no test is made, or an empty string."""
    if len(groups) <= 1:
        return reasons.ONE_GROUP
    if min(n) < min_n:
        return FEW_PATIENTS
    if not observed.sum():
        return reasons.NO_EVENTS
    return FEW_EVENTS if observed.sum() < min_events else ""


def why_singular(scores: Scores, held) -> str:
    """The code of why the scores of the groups `held` have no invertible variance.

    A day tells two groups apart if both are at risk on it; and if events take everybody at risk, it tells nothing.
    """
    present = scores.at_risk[:, held] > 0
    if len(held) <= 1 or not _all_meet(present):
        return reasons.NO_SHARED_RISK
    spared = scores.events < scores.at_risk.sum(axis=1) * (1 - 1e-9)
    return reasons.SINGULAR if _all_meet(present[spared]) else reasons.ALL_AT_ONCE


def _all_meet(present) -> bool:
    """Whether the groups are connected by days (T, G) on which they are at risk together."""
    meet = present.T.astype(int) @ present.astype(int) > 0
    reach = np.linalg.matrix_power(meet.astype(float) + np.eye(len(meet)), len(meet))
    return bool((reach > 0).all())


def quadratic_form(score, variance):
    """score' variance^-1 score without the last group (the scores sum to 0); NaN when singular or empty."""
    score, variance = score[:-1], variance[:-1, :-1]
    if not len(score) or not np.isfinite(variance).all() or not variance.any():
        return np.nan
    return float(score @ np.linalg.solve(variance, score)) if 1 / np.linalg.cond(variance) >= SINGULAR else np.nan
