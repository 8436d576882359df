"""Risk difference and odds ratio: published intervals, symmetries, and counts of 0."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimators.odds_ratio import odds_ratio
from estimators.reasons import NO_PATIENTS, ONE_OUTCOME, ZERO_COUNT
from estimators.risk_difference import risk_difference

SIZE = st.integers(1, 60)
TABLES = st.tuples(SIZE, SIZE).flatmap(
    lambda n: st.tuples(st.tuples(st.integers(0, n[0]), st.integers(0, n[1])), st.just(n))
)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        ((48, 56), (80, 70), 0.0524, 0.3339),
        ((3, 9), (10, 10), 0.1705, 0.8090),
        ((2, 6), (7, 7), 0.0582, 0.8062),
        ((0, 5), (29, 56), -0.0381, 0.1926),
        ((0, 0), (20, 10), -0.1611, 0.2775),
        ((0, 10), (20, 10), 0.6791, 1.0),
        ((0, 10), (10, 10), 0.6075, 1.0),
    ],
)
def test_newcombe_1998_table_2_method_10(successes, n, low, high):
    found = risk_difference(successes, n)
    assert (round(found.conf_low, 4), round(found.conf_high, 4)) == (low, high)


@given(TABLES)
def test_a_risk_difference_lies_in_its_interval_and_changes_its_sign_with_the_groups(table):
    (x, n), (found, back) = table, (risk_difference(*table), risk_difference(table[0][::-1], table[1][::-1]))
    assert -1 <= found.conf_low <= found.estimate <= found.conf_high <= 1
    assert found.estimate == pytest.approx(x[1] / n[1] - x[0] / n[0])
    assert (found.conf_low, found.conf_high) == pytest.approx((-back.conf_high, -back.conf_low))


@given(TABLES)
def test_an_odds_ratio_is_inverted_with_the_groups_and_with_the_outcome(table):
    x, n = table
    found = odds_ratio(x, n)
    failures = tuple(a - b for a, b in zip(n, x, strict=True))
    for other in (odds_ratio(x[::-1], n[::-1]), odds_ratio(failures, n)):
        ours, theirs = (np.array([o.estimate, o.conf_low, o.conf_high]) for o in (found, other))
        assert ours == pytest.approx(1 / theirs[[0, 2, 1]], rel=1e-9, nan_ok=True)
        assert (found.reason, found.reason_low) == (other.reason, other.reason_high)


@given(TABLES)
def test_the_interval_holds_the_odds_ratio_and_is_missing_only_where_a_count_is_0(table):
    (x, n), found = table, odds_ratio(*table)
    cells = [*x, n[0] - x[0], n[1] - x[1]]
    if sum(x) in (0, sum(n)):
        assert found.reason == found.reason_low == found.reason_high == ONE_OUTCOME
    elif 0 in cells:
        assert found.reason == ZERO_COUNT and np.isnan(found.estimate)
        assert sum(np.isnan([found.conf_low, found.conf_high])) == (
            2 if {found.reason_low, found.reason_high} == {ZERO_COUNT} else 1
        )
    else:
        assert found.conf_low < found.estimate < found.conf_high and found.reason == ""


def test_a_count_of_0_leaves_the_limit_on_its_other_side():
    found = odds_ratio((0, 5), (29, 56))
    assert found.conf_low == pytest.approx(0.4832715) and np.isnan([found.estimate, found.conf_high]).all()
    assert (found.reason, found.reason_low, found.reason_high) == (ZERO_COUNT, "", ZERO_COUNT)
    assert found.sentence() == "not estimable: one of the four counts is 0"


def test_nobody_in_a_group_is_a_reason():
    assert risk_difference((0, 3), (0, 9)).reason == odds_ratio((0, 3), (0, 9)).reason == NO_PATIENTS


@pytest.mark.parametrize("estimator", [risk_difference, odds_ratio])
def test_impossible_counts_are_refused(estimator):
    with pytest.raises(ValueError, match="must be of two groups, got: 3"):
        estimator((1, 2, 3), (4, 5, 6))
    with pytest.raises(ValueError, match="successes must not exceed n"):
        estimator((5, 2), (4, 5))
