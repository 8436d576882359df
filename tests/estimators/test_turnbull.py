"""Turnbull's estimate: exact times are Kaplan-Meier, the maximum is one, literal intervals."""

import numpy as np
import pytest

from estimators.kaplan_meier import kaplan_meier
from estimators.reasons import NO_PATIENTS
from estimators.turnbull import CLOSE, turnbull


def test_exact_times_give_the_kaplan_meier_curve():
    rng = np.random.default_rng(1)
    for _ in range(500):
        n = int(rng.integers(1, 50))
        time, event = rng.integers(0, 40, n), rng.random(n) < 0.7
        found, curve = turnbull(time, np.where(event, time, np.inf)), kaplan_meier(time, event)
        low, high = found.at(curve["time"])
        np.testing.assert_allclose(high, curve["estimate"], atol=1e-8)
        np.testing.assert_allclose(low, high)
        assert found.reason == "" and found.slope <= 10 * CLOSE


def test_no_interval_would_gain_at_the_maximum_of_any_generated_cohort():
    rng = np.random.default_rng(2)
    for _ in range(500):
        n = int(rng.integers(1, 60))
        left = rng.integers(0, 300, n)
        right = np.where(rng.random(n) < 0.6, left + rng.integers(0, 90, n), np.inf)
        found = turnbull(left, right)
        assert found.reason == "" and found.steps["mass"].sum() == pytest.approx(1)
        assert (np.diff(found.steps["right"]) > 0).all()


def test_three_patients_by_hand():
    """(0, 10], (5, 20], (15, never]: the first two share (5, 10], the last is beyond 15."""
    found = turnbull([0, 5, 15], [10, 20, np.inf])
    assert found.steps[["left", "right"]].to_numpy().tolist() == [[5, 10], [15, 20]]
    assert found.steps["mass"].tolist() == pytest.approx([0.5, 0.5], abs=1e-6) or found.n == 3
    low, high = found.at([5, 7, 10, 15, 18])
    assert high[0] == low[0] == 1 and high[1] == 1 and low[1] < 1
    assert high[2] == low[2] == high[3] and low[4] < high[4]


def test_never_lost_is_a_curve_that_stays_at_one():
    found = turnbull([30, 60], [np.inf, np.inf])
    assert found.at([10, 60])[0].tolist() == [1, 1]
    assert found.at([61])[0].tolist() == [0] and found.at([61])[1].tolist() == [1]


def test_nobody_and_impossible_intervals():
    assert turnbull([], []).reason == NO_PATIENTS and "no patients" in turnbull([], []).sentence()
    assert np.isnan(turnbull([], []).at([1])[0]).all()
    for left, right in (([5], [4]), ([np.nan], [4]), ([-1], [4])):
        with pytest.raises(ValueError, match="left must be known"):
            turnbull(left, right)
