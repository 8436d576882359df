"""Log-rank and Gray: gates, symmetries and what they have in common."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimators.gray import gray_test
from estimators.logrank import logrank
from estimators.reasons import ALL_AT_ONCE, FEW_EVENTS, FEW_PATIENTS, NO_EVENTS, NO_SHARED_RISK, ONE_GROUP

PATIENTS = st.lists(st.tuples(st.integers(1, 30), st.integers(0, 2), st.sampled_from("abc")), min_size=6, max_size=80)


def columns_of(rows):
    return [np.array(column) for column in zip(*rows, strict=True)]


def two_groups(size):
    time = np.arange(1, 2 * size + 1)
    return time, np.ones(2 * size, int), np.where(time % 2 == 0, "b", "a")


@pytest.mark.parametrize("test", [logrank, gray_test])
def test_fewer_than_ten_patients_in_a_group_give_a_reason_instead_of_a_p_value(test):
    small, enough = test(*two_groups(9)), test(*two_groups(10))
    assert np.isnan(small.p_value)
    assert np.isnan(small.statistic)
    assert small.reason == FEW_PATIENTS and small.sentence({"a": "A"}) == (
        "no p-value: fewer than 10 patients in A (9), b (9)"
    )
    assert 0 < enough.p_value < 1
    assert enough.reason == ""
    assert enough.n == (10, 10)


@pytest.mark.parametrize("test", [logrank, gray_test])
def test_one_group_or_nobody_or_no_event_cannot_be_compared(test):
    assert test(np.arange(20), np.ones(20, int), ["a"] * 20).reason == ONE_GROUP
    assert test([], [], []).sentence() == "no comparison: fewer than 2 groups"
    assert test(np.arange(40), np.zeros(40, int), ["a", "b"] * 20).sentence() == "not estimable: no events"


@pytest.mark.parametrize("test", [logrank, gray_test])
def test_groups_that_are_never_at_risk_together_are_not_estimable(test):
    time = np.concatenate([np.zeros(12, int), np.arange(1, 13)])
    result = test(time, (time > 0).astype(int), ["early"] * 12 + ["late"] * 12)
    assert np.isnan(result.p_value)
    assert result.reason == NO_SHARED_RISK


@pytest.mark.parametrize("test", [logrank, gray_test])
def test_everybody_dying_on_one_day_is_not_a_lack_of_time_at_risk(test):
    result = test([200] * 40, [1] * 40, ["a", "b"] * 20)
    assert np.isnan(result.p_value) and result.reason == ALL_AT_ONCE
    assert result.sentence() == "not estimable: on every day with events everybody at risk had one"


@pytest.mark.parametrize("test", [logrank, gray_test])
@pytest.mark.parametrize(("events", "reason"), [(1, FEW_EVENTS), (9, FEW_EVENTS), (10, ""), (0, NO_EVENTS)])
def test_fewer_than_five_events_per_group_on_average_give_a_reason_instead_of_a_p_value(test, events, reason):
    time, _, group = two_groups(10)
    result = test(time, time <= events, group)
    assert result.reason == reason and np.isnan(result.p_value) == bool(reason) and result.min_events == 10
    if reason == FEW_EVENTS:
        assert result.sentence() == f"no p-value: fewer than 10 events in all ({events})"


def test_gray_counts_the_events_of_its_outcome_for_the_gate():
    time, _, group = two_groups(20)
    cause = np.where(time <= 9, 1, 2)
    assert gray_test(time, cause, group, outcome=1).reason == FEW_EVENTS
    assert gray_test(time, cause, group, outcome=2).reason == ""


@pytest.mark.parametrize("test", [logrank, gray_test])
def test_an_excluded_level_takes_no_part_and_does_not_block_the_others(test):
    time, event, group = two_groups(12)
    expected = test(time, event, group)
    more = [np.append(time, [3, 4]), np.append(event, [1, 1]), np.append(group, ["missing", "missing"])]
    assert test(*more).reason == FEW_PATIENTS
    assert test(*more, exclude=("missing",)) == expected
    assert test(*more, exclude=("missing", "never there")).groups == ("a", "b")
    assert test(*more, exclude=("missing", "a")).reason == ONE_GROUP


def test_with_delayed_entry_the_test_says_where_each_curve_starts():
    time, event, group = two_groups(12)
    late = np.where(group == "b", 5, 0)
    assert logrank(time + 20, event, group, late).starts == (0, 6)
    assert logrank(time + 20, event, group).starts == ()


def test_three_groups_of_which_two_never_meet_the_third():
    time = np.concatenate([np.arange(1, 25), np.arange(101, 113)])
    group, entry = ["a", "b"] * 12 + ["c"] * 12, np.where(time > 100, 100, 0)
    assert logrank(time, np.ones(36), group, entry).reason == NO_SHARED_RISK


def test_groups_come_in_their_declared_order_and_empty_levels_drop_out():
    time, event, group = two_groups(12)
    declared = pd.Categorical(group, categories=["b", "unused", "a"])
    assert logrank(time, event, declared).groups == ("b", "a")
    assert logrank(time, event, group).groups == ("a", "b")


def test_a_missing_group_is_refused():
    with pytest.raises(ValueError, match="group must not be missing, got: 1 missing"):
        logrank([1, 2], [1, 1], ["a", None])


def test_an_outcome_must_be_a_positive_code():
    with pytest.raises(ValueError, match="outcome must be a positive code, got: 0"):
        gray_test([1, 2], [1, 1], ["a", "b"], outcome=0)


def test_observed_and_expected_by_hand_with_delayed_entry():
    result = logrank([4, 6, 8, 9], [1, 1, 1, 0], ["x", "x", "y", "y"], [0, 0, 5, 0], min_n=0, min_events=0)
    # day 4: x 2 of 3 at risk (the first y enters at 5); day 6: x 1 of 3; day 8: x 0 of 2
    assert result.expected == pytest.approx((2 / 3 + 1 / 3 + 0, 1 / 3 + 2 / 3 + 1))
    assert result.observed == (2, 1)


@settings(max_examples=60, deadline=None)
@given(PATIENTS, st.randoms())
def test_neither_order_of_patients_nor_names_of_groups_matter(rows, random):
    shuffled = random.sample(rows, len(rows))
    renamed = [(t, c, {"a": "z", "b": "y", "c": "x"}[g]) for t, c, g in shuffled]
    for test, code in ((logrank, lambda c: c > 0), (gray_test, lambda c: c)):
        one, other = (test(t, code(c), g, min_n=0, min_events=0) for t, c, g in map(columns_of, (rows, renamed)))
        assert one.statistic == pytest.approx(other.statistic, rel=1e-6, abs=1e-9, nan_ok=True)


@settings(max_examples=60, deadline=None)
@given(PATIENTS)
def test_observed_and_expected_have_one_sum(rows):
    time, cause, group = columns_of(rows)
    for result in (
        logrank(time, cause > 0, group, min_n=0, min_events=0),
        gray_test(time, cause, group, min_n=0, min_events=0),
    ):
        assert sum(result.observed) == pytest.approx(sum(result.expected), abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(PATIENTS)
def test_without_competing_events_gray_expects_what_the_log_rank_test_expects(rows):
    time, cause, group = columns_of(rows)
    gray, plain = (
        gray_test(time, cause > 0, group, min_n=0, min_events=0),
        logrank(time, cause > 0, group, min_n=0, min_events=0),
    )
    assert gray.expected == pytest.approx(plain.expected, abs=1e-9)


def test_gray_after_the_pooled_incidence_has_reached_1():
    """R 4.2.2, cmprsk 2.2-11: cuminc(...)$Tests is 2.5, p 0.1138463."""
    rows = [(1, 0, "a"), (1, 1, "a"), (1, 1, "a"), (1, 1, "a"), (2, 1, "b"), (3, 1, "b")]
    found = gray_test(*map(list, zip(*rows, strict=True)), min_n=1, min_events=0)
    assert (found.statistic, found.p_value) == pytest.approx((2.5, 0.1138463), abs=1e-7)
