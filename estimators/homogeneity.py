"""Whether a rate is alike in several groups: Pearson's chi-square of homogeneity."""

import numpy as np
from scipy.special import chdtrc

from estimators.group_test import PAIR, Test
from estimators.proportion import counts_of
from estimators.reasons import FEW_EXPECTED, NO_PATIENTS, ONE_GROUP

SECTION = "Chi-square of homogeneity"
METHOD = (
    "Pearson's chi-square test of homogeneity of rates, without continuity correction; not made where an expected "
    "count is below 5."
)
REFERENCE = "Pearson K. Philos Mag 1900;50:157-175. Cochran WG. Biometrics 1954;10:417-451 (expected counts)."
MIN_EXPECTED = 5  # patients expected with and without the event, in each group


def homogeneity(successes, n, groups, *, min_expected=MIN_EXPECTED) -> Test:
    """The test that the k proportions successes / n are one; successes, n: k whole numbers along `groups` (codes).

    statistic = sum of (observed - expected)^2 / expected over the 2k counts, k - 1 degrees of freedom. `observed` and
    `expected` are those with the event; `min_events` holds `min_expected`. A reason, and no p-value: fewer than two
    groups, a group of nobody, an expected count below `min_expected` (which nobody or everybody with the event is).
    ValueError: more successes than patients, fractions.
    """
    successes, n = counts_of(successes, n)
    share = successes.sum() / max(n.sum(), 1)
    observed = np.vstack([successes, n - successes])
    expected = np.vstack([n * share, n * (1 - share)])
    reason = _gate(n, expected, min_expected)
    statistic = np.nan if reason else float(((observed - expected) ** 2 / expected).sum())
    df = max(len(n) - 1, 0)
    p_value = np.nan if reason else float(chdtrc(df, statistic))
    events = tuple(observed[0].tolist()), tuple(expected[0].tolist())
    return Test(statistic, df, p_value, *events, tuple(groups), tuple(n.tolist()), reason, 0, min_expected)


def _gate(n, expected, min_expected) -> str:
    """The code of why no test is made, or an empty string."""
    if len(n) < PAIR:
        return ONE_GROUP
    if not n.all():
        return NO_PATIENTS
    return FEW_EXPECTED if expected.min() < min_expected or not expected.min() else ""
