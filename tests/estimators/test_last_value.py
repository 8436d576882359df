"""Where events took the last patients nothing can change: one rule, the same for every estimator of a curve."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimators.aalen_johansen import aalen_johansen
from estimators.expected_time import expected_time
from estimators.kaplan_meier import estimates_at, kaplan_meier, quantile
from estimators.last_value import holds
from estimators.occupancy import STAYS, occupancy
from estimators.reasons import AFTER_FOLLOW_UP
from estimators.simon_makuch import simon_makuch, until_few

PATIENTS = st.lists(st.tuples(st.integers(0, 9), st.integers(1, 30), st.integers(0, 3)), min_size=1, max_size=40)
EXAMPLES = settings(max_examples=200, deadline=None, derandomize=True)


def columns_of(rows):
    """(time, cause, entry) of patients given as (entry, length, cause)."""
    entry, length, cause = (np.array(column) for column in zip(*rows, strict=True))
    return entry + length, cause, entry


def test_three_deaths_hold_for_every_estimator():
    """Deaths at 30, 60, 90 days, read at day 365: nobody is alive, all are dead, 60 days lived on average."""
    time, event, start = np.array([30, 60, 90]), np.ones(3, int), np.zeros(3, int)
    assert estimates_at(kaplan_meier(time, event), [365])["estimate"].tolist() == [0]
    states = estimates_at(occupancy(start, time, start, event, 2), [365])
    assert states["estimate"].tolist() == [0, 1] and (states["reason"] == "").all()
    lived = expected_time(start, time, start, event, 2, 365)
    assert lived["estimate"].tolist() == pytest.approx([60, 305]) and (lived["reason"] == "").all()
    assert lived["std_err"].tolist() == pytest.approx([np.sqrt(200)] * 2)  # sum of (x - mean)^2 / n^2


def test_one_survivor_on_the_last_day_and_no_estimator_goes_on():
    time, event, start = np.array([30, 90, 90]), np.array([1, 1, 0]), np.zeros(3, int)
    to = np.where(event, 1, STAYS)
    for curve in (kaplan_meier(time, event), aalen_johansen(time, event, 1), occupancy(start, time, start, to, 2)):
        read = estimates_at(curve, [365])
        assert (read["reason"] == AFTER_FOLLOW_UP).all() and (read["reason_time"] == 90).all()
    assert (expected_time(start, time, start, to, 2, 365)["reason"] == AFTER_FOLLOW_UP).all()


@EXAMPLES
@given(PATIENTS, st.integers(0, 3))
def test_all_outcomes_of_a_group_hold_or_none_also_read_one_by_one(rows, extra):
    time, cause, entry = columns_of(rows)
    curves, day = aalen_johansen(time, cause, 3, entry), time.max() + 1 + extra
    held = bool((cause[time == time.max()] > 0).all())
    assert bool(estimates_at(kaplan_meier(time, cause > 0, entry), [day])["reason"].iloc[0] == "") == held
    for outcome, curve in curves.groupby("outcome"):
        for part in (curve, curve.drop(columns="outcome")):
            read = estimates_at(part, [day]).iloc[0]
            assert (read["reason"] == "") == held, outcome
            assert not held or read["estimate"] == curve["estimate"].iloc[-1]


@EXAMPLES
@given(PATIENTS)
def test_states_hold_as_cumulative_incidence_does(rows):
    time, cause, _ = columns_of(rows)
    start = np.zeros(len(time))
    states = occupancy(start, time, start, np.where(cause == 0, STAYS, cause), 4, absorbing=(1, 2, 3))
    incidence = aalen_johansen(time, cause, 3)
    for outcome in (1, 2, 3):
        ours = estimates_at(states[states["outcome"] == outcome + 1], [99]).iloc[0]
        theirs = estimates_at(incidence[incidence["outcome"] == outcome], [99]).iloc[0]
        assert ours["reason"] == theirs["reason"]
        assert ours["estimate"] == pytest.approx(theirs["estimate"], abs=1e-12, nan_ok=True)


def test_a_move_into_a_state_that_can_be_left_is_no_end():
    """The last patient relapses on his last day: relapsed is not for ever, unless said so."""
    given_ = [0, 0], [10, 20], [0, 0], [2, 1], 3
    assert (estimates_at(occupancy(*given_), [30])["reason"] == AFTER_FOLLOW_UP).all()
    assert (estimates_at(occupancy(*given_, absorbing=(1, 2)), [30])["reason"] == "").all()
    assert (expected_time(*given_, 30)["reason"] == AFTER_FOLLOW_UP).all()
    assert expected_time(*given_, 30, absorbing=(1, 2))["estimate"].tolist() == pytest.approx([15, 5, 10])


def test_somebody_whose_observation_ended_in_a_state_that_can_be_left_may_still_leave_it():
    """One moves to the middle state on his last day, then the other dies: half are where we do not see them."""
    curve = occupancy([0, 0], [10, 20], [0, 0], [1, 2], 3)
    assert curve.query("outcome == 2")["estimate"].iloc[-1] == 0.5 and not curve["final"].any()


def test_a_curve_cut_for_display_does_not_claim_the_end_of_the_whole():
    time = np.arange(1, 13)
    whole = simon_makuch(time, np.ones(12, int), np.zeros(12, int), kaplan_meier)
    drawn = until_few(whole)
    assert whole["final"].iloc[-1] and drawn["time"].max() == 8 and not drawn["final"].any()
    assert quantile(whole).value == 6.5 and estimates_at(whole, [99])["estimate"].tolist() == [0]


def test_the_rule_itself():
    assert holds([3, 2, 1], [1, 1, 1]).tolist() == [False, False, True]
    assert holds([3, 2], [1, 1]).tolist() == [False, False]
    assert holds([0], [0]).tolist() == [False] and holds([], []).tolist() == []
