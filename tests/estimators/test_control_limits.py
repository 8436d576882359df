"""Control limits of a funnel plot: exact binomial, by hand and against sums of binomial probabilities."""

from math import comb

import numpy as np
import pytest

from estimators.control_limits import control_limits


def chance_of_at_most(r, n, p):
    """P(X <= r), term by term."""
    return sum(comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(r + 1))


def test_ten_patients_at_one_half_by_hand():
    """P(X <= 1) = 11/1024 and P(X <= 2) = 56/1024: the first to reach 2.5 % is 2, and 8 by symmetry."""
    inner, outer = control_limits([10], 0.5).itertuples(index=False)
    assert (inner.low, inner.high) == (0.2, 0.8)
    assert (outer.low, outer.high) == (0.1, 0.9)  # P(X <= 0) = 1/1024 is under 0.1 %


@pytest.mark.parametrize("p", [0.03, 0.5, 0.71, 0.98])
def test_a_count_outside_the_limits_has_at_most_the_probability_of_the_tail(p):
    for row in control_limits(range(1, 80), p).itertuples():
        tail, n = (1 - row.level) / 2, row.n
        low, high = round(row.low * n), round(row.high * n)
        assert chance_of_at_most(low, n, p) >= tail - 1e-12
        assert low == 0 or chance_of_at_most(low - 1, n, p) < tail
        assert 1 - chance_of_at_most(high, n, p) <= tail + 1e-12
        assert high == 0 or chance_of_at_most(high - 1, n, p) < 1 - tail


def test_certain_outcomes_have_limits_without_width():
    assert control_limits([7], 0)[["low", "high"]].to_numpy().tolist() == [[0, 0], [0, 0]]
    assert control_limits([7], 1)[["low", "high"]].to_numpy().tolist() == [[1, 1], [1, 1]]


def test_a_centre_without_patients_has_no_limits():
    assert control_limits([0], 0.7).empty and np.array_equal(control_limits([0, 4], 0.7)["n"], [4, 4])


@pytest.mark.parametrize("expected", [-0.1, 1.2])
def test_an_expectation_outside_0_to_1_is_refused(expected):
    with pytest.raises(ValueError, match="from 0 to 1, got"):
        control_limits([3], expected)
