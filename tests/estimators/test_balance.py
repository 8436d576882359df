"""Standardised differences against the formulas of the papers, written out, and where there is none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimators.balance import standardised_difference, standardised_difference_of_levels
from estimators.reasons import FEW_VALUES, NO_SPREAD, ONE_GROUP


def test_means_austin_2009():
    a, b = np.array([1.0, 2, 3, 6]), np.array([2.0, 4, 9])
    expected = abs(3 - 5) / np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2)
    assert standardised_difference([a, b]) == (pytest.approx(expected), "")


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 40), st.integers(1, 40))
def test_two_levels_are_austins_formula_for_proportions(a, b, c, d):
    p, q = a / (a + b), c / (c + d)
    expected = abs(p - q) / np.sqrt((p * (1 - p) + q * (1 - q)) / 2)
    assert standardised_difference_of_levels([np.array([a, b]), np.array([c, d])])[0] == pytest.approx(expected)


def test_three_levels_are_a_mahalanobis_distance_yang_dalton_2012():
    # p = (.2, .3, .5), q = (.4, .4, .2); T - C of the last two levels, S the mean of their multinomial covariances
    s = np.array(
        [[(0.3 * 0.7 + 0.4 * 0.6) / 2, -(0.3 * 0.5 + 0.4 * 0.2) / 2], [-(0.3 * 0.5 + 0.4 * 0.2) / 2, (0.25 + 0.16) / 2]]
    )
    gap = np.array([0.1, -0.3])
    expected = np.sqrt(gap @ np.linalg.inv(s) @ gap)
    assert standardised_difference_of_levels([np.array([2, 3, 5]), np.array([4, 4, 2])])[0] == pytest.approx(expected)
    assert standardised_difference_of_levels([np.array([5, 2, 3]), np.array([2, 4, 4])])[0] == pytest.approx(expected)


def test_of_several_groups_the_largest_pair_counts():
    groups = [np.array([0.0, 2]), np.array([1.0, 3]), np.array([9.0, 11])]
    assert standardised_difference(groups)[0] == pytest.approx(9 / np.sqrt(2))


@pytest.mark.parametrize(
    ("counts", "expected", "reason"),
    [
        ([[5, 0], [0, 5]], np.nan, NO_SPREAD),
        ([[5, 0], [7, 0]], 0.0, ""),
        ([[1, 0], [5, 5]], np.nan, FEW_VALUES),
        ([[5, 5]], np.nan, ONE_GROUP),
    ],
)
def test_levels_without_a_difference_to_estimate(counts, expected, reason):
    found = standardised_difference_of_levels([np.array(x) for x in counts])
    assert found == (pytest.approx(expected, nan_ok=True), reason)


@pytest.mark.parametrize(
    ("groups", "expected", "reason"),
    [([[1, 1], [2, 2]], np.nan, NO_SPREAD), ([[1, 1], [1, 1]], 0.0, ""), ([[1], [1, 2]], np.nan, FEW_VALUES)],
)
def test_measurements_without_spread(groups, expected, reason):
    found = standardised_difference([np.array(x, float) for x in groups])
    assert found == (pytest.approx(expected, nan_ok=True), reason)
