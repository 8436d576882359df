"""Differences of two curves: identities on generated cohorts, and where there is no difference to estimate."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimators.aalen_johansen import aalen_johansen
from estimators.difference import difference_at
from estimators.expected_time import expected_time
from estimators.kaplan_meier import estimates_at, kaplan_meier
from estimators.occupancy import STAYS
from estimators.reasons import AFTER_FOLLOW_UP, BEFORE_START, DIFFERENT_STARTS, NO_LIMIT, NO_PATIENTS
from estimators.restricted_mean import restricted_mean, restricted_mean_difference

EXAMPLES = settings(max_examples=300, deadline=None, derandomize=True)
GROUP = st.lists(st.tuples(st.integers(0, 9), st.integers(1, 30), st.booleans()), min_size=1, max_size=30)


def curve_of(rows, late=False, **options):
    entry, length, event = (np.array(column) for column in zip(*rows, strict=True))
    return kaplan_meier(entry + length, event, entry if late else None, **options)


@EXAMPLES
@given(GROUP, GROUP, st.floats(1, 20), st.booleans())
def test_the_difference_of_restricted_means_is_the_area_between_the_curves(first, second, horizon, late):
    curves = [curve_of(rows, late) for rows in (first, second)]
    found = restricted_mean_difference(*curves, horizon)
    if found.reason:
        assert found.reason == AFTER_FOLLOW_UP and found.reason_time < horizon
        return
    steps = np.unique(np.concatenate([[0, horizon], *(c["time"][c["time"] < horizon] for c in curves)]))
    a, b = (estimates_at(c, steps[:-1])["estimate"].to_numpy() for c in curves)
    assert found.estimate == pytest.approx(((b - a) * np.diff(steps)).sum(), abs=1e-9)


@EXAMPLES
@given(GROUP, st.floats(1, 20))
def test_the_restricted_mean_is_the_expected_time_in_the_first_of_two_states_with_its_error(rows, horizon):
    entry, length, event = (np.array(column) for column in zip(*rows, strict=True))
    time, start = entry + length, np.zeros(len(entry))
    found = restricted_mean(kaplan_meier(time, event), horizon)
    other = expected_time(start, time, start, np.where(event, 1, STAYS), 2, horizon).iloc[0]
    assert found.reason == other["reason"]
    if not found.reason:
        assert found.estimate == pytest.approx(other["estimate"])
    if not found.reason and not found.limit_reason:
        names = ("std_err", "conf_low", "conf_high")
        assert [getattr(found, name) for name in names] == pytest.approx(other[list(names)].tolist(), abs=1e-7)


@EXAMPLES
@given(GROUP, GROUP, st.integers(0, 40))
def test_a_difference_is_read_off_both_curves_and_changes_its_sign_with_the_groups(first, second, day):
    curves = [curve_of(rows) for rows in (first, second)]
    found, back = (difference_at(*pair, [day]).iloc[0] for pair in (curves, curves[::-1]))
    read = [estimates_at(curve, [day])["estimate"].iloc[0] for curve in curves]
    assert found["estimate"] == pytest.approx(read[1] - read[0], nan_ok=True)
    assert [-found["estimate"], found["std_err"]] == pytest.approx([back["estimate"], back["std_err"]], nan_ok=True)
    assert -found["conf_high"] == pytest.approx(back["conf_low"], nan_ok=True)
    assert np.isnan(found["estimate"]) == (found["reason"] != "")
    assert np.isnan(found["conf_low"]) == (found["reason"] != "" or found["limit_reason"] != "")


def test_without_censoring_it_is_the_difference_of_two_proportions_with_walds_error():
    curves = [kaplan_meier(np.arange(1, n + 1), np.ones(n)) for n in (20, 10)]
    row = difference_at(*curves, [8]).iloc[0]
    assert (row["reference"], row["other"]) == pytest.approx((0.6, 0.2))
    assert row["std_err"] == pytest.approx(np.sqrt(0.6 * 0.4 / 20 + 0.2 * 0.8 / 10))


def test_incidences_of_one_outcome_are_compared_as_well():
    curves = [aalen_johansen([1, 2, 3, 4], [1, 2, 0, 1], 2), aalen_johansen([1, 2, 3, 4], [2, 1, 1, 0], 2)]
    own = [curve[curve["outcome"] == 1] for curve in curves]
    assert difference_at(*own, [3])["estimate"].tolist() == pytest.approx([0.25])


def test_where_one_curve_cannot_be_read_there_is_the_reason_and_no_difference():
    short, long = kaplan_meier([5, 10], [1, 0]), kaplan_meier([5, 60], [1, 0])
    for pair in ((short, long), (long, short)):
        row = difference_at(*pair, [30]).iloc[0]
        assert (row["reason"], row["reason_time"]) == (AFTER_FOLLOW_UP, 10) and np.isnan(row["estimate"])
    assert difference_at(kaplan_meier([], []), long, [30])["reason"].tolist() == [NO_PATIENTS]
    assert restricted_mean_difference(kaplan_meier([], []), long, 30).sentence() == "not estimable: no patients"
    assert restricted_mean(short, 30).sentence("months") == "not estimable: last follow-up at 0.3 months"


def test_curves_that_start_on_different_days_are_not_compared():
    a, b = (kaplan_meier([40, 50, 60], [1, 1, 0], start=start) for start in (0, 20))
    assert difference_at(a, b, [45])["reason"].tolist() == [DIFFERENT_STARTS]
    assert restricted_mean_difference(a, b, 45).reason == DIFFERENT_STARTS
    assert difference_at(a, b, [10])["reason"].tolist() == [BEFORE_START]
    assert restricted_mean(b, 20).reason == BEFORE_START
    assert restricted_mean(b, 45).estimate == pytest.approx(20 + 5 * 2 / 3)  # from day 20 on


def test_where_nobody_or_everybody_had_the_event_there_is_a_difference_without_interval():
    nobody, some = kaplan_meier([50, 60], [0, 0]), kaplan_meier([10, 60, 60], [1, 1, 0])
    row = difference_at(nobody, some, [30]).iloc[0]
    assert row["limit_reason"] == NO_LIMIT and row["estimate"] == pytest.approx(-1 / 3)
    found = restricted_mean_difference(nobody, some, 30)
    assert found.limit_reason == NO_LIMIT and found.estimate == pytest.approx(-20 / 3) and np.isnan(found.conf_low)


def test_after_the_last_death_the_mean_goes_on():
    """Three deaths on days 30, 60, 90: 60 days within a year."""
    found = restricted_mean(kaplan_meier([30, 60, 90], [1, 1, 1]), 365)
    assert (found.estimate, found.std_err) == pytest.approx((60, np.sqrt(200)))
