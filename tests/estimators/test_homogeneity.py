"""Rates of several groups: by hand, what changes nothing, and where there is no p-value."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimators.homogeneity import homogeneity
from estimators.reasons import FEW_EXPECTED, NO_PATIENTS, ONE_GROUP

PAIRS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=2, max_size=6)


def of(successes, n):
    return homogeneity(successes, n, [f"G{i}" for i in range(len(n))])


def test_by_hand():
    # 60 of 120: 20 expected with and without in each of three groups of 40; (5² + 0 + 5²) / 20 twice.
    found = of([15, 20, 25], [40, 40, 40])
    assert (found.statistic, found.df, found.expected) == (5.0, 2, (20, 20, 20))
    assert found.p_value == pytest.approx(np.exp(-2.5))  # of two degrees of freedom


@settings(max_examples=200, deadline=None, derandomize=True)
@given(PAIRS)
def test_neither_the_order_of_groups_nor_what_counts_as_the_event_changes_it(pairs):
    yes, no = np.array(pairs).T
    found, turned, other = of(yes, yes + no), of(yes[::-1], (yes + no)[::-1]), of(no, yes + no)
    for one in (turned, other):
        assert one.reason == found.reason
        assert (one.statistic, one.p_value) == pytest.approx((found.statistic, found.p_value), nan_ok=True)
    if not found.reason:
        assert min(found.expected) >= 5 and 0 <= found.p_value <= 1


@pytest.mark.parametrize(
    "successes, n, reason",
    [
        ([10], [20], ONE_GROUP),
        ([10, 0, 5], [20, 0, 20], NO_PATIENTS),
        ([10, 10, 2], [20, 20, 9], FEW_EXPECTED),  # 4.04 expected
        ([10, 10, 5], [20, 20, 10], ""),  # 5 exactly
        ([0, 0, 0], [30, 30, 30], FEW_EXPECTED),
        ([30, 30, 30], [30, 30, 30], FEW_EXPECTED),
        ([30, 30, 25], [30, 30, 30], FEW_EXPECTED),  # 1.7 expected without
    ],
)
def test_where_there_are_too_few_no_p_value_is_given_and_why_is_said(successes, n, reason):
    found = of(successes, n)
    assert found.reason == reason and np.isnan(found.p_value) == np.isnan(found.statistic) == bool(reason)
    if reason == FEW_EXPECTED:
        assert found.sentence() == "no p-value: an expected count is below 5"


def test_more_with_the_event_than_patients_are_refused():
    with pytest.raises(ValueError):
        of([3, 5], [4, 4])
