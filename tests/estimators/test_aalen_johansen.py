"""Aalen-Johansen on literal patients, at the edges, and against identities that hold for every data set."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from estimators.aalen_johansen import aalen_johansen
from estimators.kaplan_meier import COLUMNS, estimates_at, kaplan_meier
from estimators.reasons import AFTER_FOLLOW_UP

PATIENTS = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 30), st.integers(0, 3)), min_size=1, max_size=60)


def columns_of(rows):
    """(time, cause, entry) of patients given as (entry, length, cause)."""
    entry, length, cause = (np.array(column) for column in zip(*rows, strict=True))
    return entry + length, cause, entry


def test_five_patients_by_hand():
    curves = aalen_johansen([1, 2, 3, 4, 5], [1, 2, 0, 1, 0], 2)
    assert curves["outcome"].tolist() == [1] * 6 + [2] * 6
    assert curves["n_risk"].tolist() == [5, 5, 4, 3, 2, 1] * 2
    assert curves["n_event"].tolist() == [0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]
    assert curves["n_censor"].tolist() == [0, 0, 0, 1, 0, 1] * 2
    assert curves["estimate"].tolist() == pytest.approx([0, 0.2, 0.2, 0.2, 0.5, 0.5, 0, 0, 0.2, 0.2, 0.2, 0.2])


def test_everybody_having_the_outcome_is_one_with_limits_one_as_tidycmprsk_prints():
    last = aalen_johansen([1, 2, 3], [1, 1, 1], 2).query("outcome == 1").iloc[-1]
    assert last[["estimate", "conf_low", "conf_high"]].tolist() == pytest.approx([1, 1, 1])


def test_an_outcome_nobody_has_stays_at_zero_without_limits():
    curve = aalen_johansen([1, 2], [1, 0], 2).query("outcome == 2")
    assert curve["estimate"].tolist() == [0, 0, 0]
    assert curve["conf_low"].isna().tolist() == [False, True, True]


def test_one_patient_none_and_all_censored():
    assert aalen_johansen([4], [2], 2)["estimate"].tolist() == [0, 0, 0, 1]
    assert aalen_johansen([4, 5], [0, 0], 1)["estimate"].tolist() == [0, 0, 0]
    nobody = aalen_johansen([], [], 2)
    assert nobody.empty
    assert list(nobody.columns) == [*COLUMNS, "outcome"]


def test_estimates_are_read_per_outcome_and_never_past_the_last_follow_up():
    read = estimates_at(aalen_johansen([10, 20, 30], [1, 2, 0], 2), [15, 40])
    assert read["outcome"].tolist() == [1, 1, 2, 2]
    assert read["estimate"].tolist() == pytest.approx([1 / 3, np.nan, 0, np.nan], nan_ok=True)
    assert read["reason"].tolist() == ["", AFTER_FOLLOW_UP] * 2
    assert read["reason_time"].tolist() == pytest.approx([np.nan, 30] * 2, nan_ok=True)


def test_where_any_outcome_took_the_last_patients_every_incidence_holds():
    read = estimates_at(aalen_johansen([10, 20, 30], [1, 2, 2], 2), [40])
    assert read["estimate"].tolist() == pytest.approx([1 / 3, 2 / 3]) and read["reason"].tolist() == ["", ""]


def test_reading_the_curves_of_nobody_gives_no_rows():
    assert estimates_at(aalen_johansen([], [], 2), [90]).empty


def test_start_conditions_on_being_event_free_there():
    curve = aalen_johansen([1, 4, 6], [1, 1, 2], 2, start=2).query("outcome == 1")
    assert curve["time"].tolist() == [2, 4, 6]
    assert curve["estimate"].tolist() == [0, 0.5, 0.5]


def test_a_cause_that_was_not_declared_is_refused():
    with pytest.raises(ValueError, match="cause must be whole numbers from 0 to 2, got: 3"):
        aalen_johansen([1, 2], [1, 3], 2)


@settings(max_examples=60, deadline=None)
@given(PATIENTS)
def test_the_outcomes_add_up_to_one_minus_kaplan_meier_at_every_time_with_and_without_entry(rows):
    time, cause, entry = columns_of(rows)
    for entered in (None, entry):
        curves = aalen_johansen(time, cause, 3, entered)
        total = curves.groupby("time")["estimate"].sum()
        survival = kaplan_meier(time, cause > 0, entered).set_index("time")["estimate"]
        assert total.to_numpy() == pytest.approx(1 - survival.to_numpy(), abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(PATIENTS)
def test_one_cause_is_one_minus_kaplan_meier(rows):
    time, cause, entry = columns_of(rows)
    incidence = aalen_johansen(time, cause > 0, 1, entry)
    survival = kaplan_meier(time, cause > 0, entry)
    assert incidence["estimate"].to_numpy() == pytest.approx(1 - survival["estimate"].to_numpy(), abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.floats(0, 0.99)), min_size=2, max_size=40))
def test_with_one_cause_and_no_ties_the_variance_is_s_squared_times_greenwoods_sum_also_with_delayed_entry(rows):
    event, share = (np.array(column) for column in zip(*rows, strict=True))
    time = np.arange(1, len(rows) + 1)
    curve = aalen_johansen(time, event, 1, np.floor(share * time))
    survival, n = 1 - curve["estimate"].to_numpy(), curve["n_risk"].to_numpy()
    alive = survival > 1e-12
    hazard_over_survival = np.concatenate([[1], survival[:-1]]) / n / np.where(alive, survival, 1)
    greenwood = np.cumsum(np.where(alive, curve["n_event"] * hazard_over_survival**2, 0))  # d / (n - d)^2 per event
    expected = survival**2 * greenwood
    assert curve["std_err"].to_numpy()[alive] ** 2 == pytest.approx(expected[alive], abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(PATIENTS)
def test_entry_at_the_origin_for_everybody_equals_no_entry(rows):
    time, cause, _ = columns_of(rows)
    assert_frame_equal(aalen_johansen(time, cause, 3, np.zeros(len(time))), aalen_johansen(time, cause, 3))


@settings(max_examples=60, deadline=None)
@given(PATIENTS, st.randoms())
def test_the_order_of_patients_does_not_matter(rows, random):
    given_order, shuffled = columns_of(rows), columns_of(random.sample(rows, len(rows)))
    assert_frame_equal(
        aalen_johansen(*given_order[:2], 3, given_order[2]), aalen_johansen(*shuffled[:2], 3, shuffled[2])
    )
