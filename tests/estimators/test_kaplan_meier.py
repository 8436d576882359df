"""Kaplan-Meier on literal patients, at the edges, and against identities that hold for every data set."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from estimators.kaplan_meier import COLUMNS, estimates_at, kaplan_meier, quantile
from estimators.reasons import AFTER_FOLLOW_UP, BEFORE_START, NO_LIMIT, NO_PATIENTS, NOT_REACHED

PATIENTS = st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=1, max_size=60)
LATE = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 30), st.booleans()), min_size=1, max_size=60)


def columns_of(rows):
    return [np.array(column) for column in zip(*rows, strict=True)]


def brute_force(time, event, entry, at):
    """Survival at `at` straight from the definition, patient by patient."""
    survival = 1.0
    for day in sorted({t for t, e in zip(time, event, strict=True) if e and t <= at}):
        at_risk = sum(s < day <= t or (s == 0 and t >= day) for s, t in zip(entry, time, strict=True))
        survival *= 1 - sum(t == day and e for t, e in zip(time, event, strict=True)) / at_risk
    return survival


def test_six_patients_by_hand():
    curve = kaplan_meier([1, 2, 2, 4, 6, 9], [1, 1, 0, 1, 0, 1])
    assert curve["time"].tolist() == [0, 1, 2, 4, 6, 9]
    assert curve["n_risk"].tolist() == [6, 6, 5, 3, 2, 1]
    assert curve["n_event"].tolist() == [0, 1, 1, 1, 0, 1]
    assert curve["n_censor"].tolist() == [0, 0, 1, 0, 1, 0]
    assert curve["estimate"].tolist() == pytest.approx([1, 5 / 6, 2 / 3, 4 / 9, 4 / 9, 0])


def test_event_and_censoring_on_one_day_leave_the_censored_patient_at_risk_for_the_event():
    curve = kaplan_meier([5, 5], [1, 0])
    assert curve["estimate"].tolist() == [1, 0.5]


def test_an_event_on_day_0_stands_in_the_first_row():
    curve = kaplan_meier([0, 3], [1, 0], entry=[0, 0])
    assert curve["time"].tolist() == [0, 3]
    assert curve["estimate"].tolist() == [0.5, 0.5]


@pytest.mark.parametrize("conf_type", ["log-log", "log", "plain", "logit", "arcsin"])
def test_one_patient_is_one_step_without_limits(conf_type):
    curve = kaplan_meier([7], [1], conf_type=conf_type)
    assert curve["estimate"].tolist() == [1, 0]
    assert curve[["std_err", "conf_low", "conf_high"]].iloc[1].isna().all()
    assert quantile(curve).value == 7


def test_all_censored_stays_at_one_and_has_no_median():
    curve = kaplan_meier([3, 5, 5], [0, 0, 0])
    assert curve["estimate"].tolist() == [1, 1, 1]
    assert np.isnan(quantile(curve).value) and quantile(curve).reason == NOT_REACHED


def test_nobody_gives_a_frame_without_rows_and_a_reason_at_every_time():
    curve = kaplan_meier([], [])
    assert list(curve.columns) == COLUMNS
    assert curve.empty
    assert quantile(curve).reason == quantile(curve).reason_low == NO_PATIENTS
    assert estimates_at(curve, [90])["reason"].tolist() == [NO_PATIENTS]


def test_nothing_is_estimated_past_the_last_follow_up_or_before_the_start():
    curve = kaplan_meier([10, 20, 30], [1, 0, 0], start=5)
    read = estimates_at(curve, [3, 12, 31])
    assert read["estimate"].isna().tolist() == [True, False, True]
    assert read["reason"].tolist() == [BEFORE_START, "", AFTER_FOLLOW_UP]
    assert read["reason_time"].tolist() == pytest.approx([5, np.nan, 30], nan_ok=True)


def test_where_events_took_the_last_patients_the_last_value_holds():
    """R 4.2.2, survival 3.5-3: summary(survfit(Surv(c(10, 20, 30), c(1, 0, 1)) ~ 1), 40, extend = TRUE)$surv is 0."""
    read = estimates_at(kaplan_meier([10, 20, 30], [1, 0, 1]), [15, 40])
    assert read["estimate"].tolist() == pytest.approx([2 / 3, 0]) and read["reason"].tolist() == ["", ""]
    left = estimates_at(kaplan_meier([10, 30, 30], [1, 0, 1]), [40])  # one left unharmed on the last day
    assert left["reason"].tolist() == [AFTER_FOLLOW_UP]


def test_the_median_is_the_middle_of_a_stretch_at_one_half():
    assert quantile(kaplan_meier([1, 2, 3, 4], [1, 1, 1, 1])).value == 2.5


def test_a_curve_that_ends_at_one_half_has_its_median_between_there_and_the_last_follow_up():
    assert quantile(kaplan_meier([1, 2, 6, 10], [1, 1, 0, 0])).value == 6


@pytest.mark.parametrize("conf_type", ["log-log", "log", "logit", "arcsin"])
def test_limits_that_cannot_be_computed_are_not_estimable_and_never_not_reached(conf_type):
    """40 patients all dead on day 200: the median is known, its limits are not, because the band is nowhere."""
    median = quantile(kaplan_meier([200] * 40, [1] * 40, conf_type=conf_type))
    assert (median.value, median.reason, median.reason_low, median.reason_high) == (200, "", NO_LIMIT, NO_LIMIT)
    assert np.isnan([median.low, median.high]).all()


def test_not_reached_is_said_of_a_band_that_is_known_to_its_end():
    median = quantile(kaplan_meier(np.arange(1, 41), np.arange(1, 41) <= 22))
    assert median.value == 20.5 and median.low < 20 and median.reason_high == NOT_REACHED


def test_a_band_that_ends_before_it_comes_down_is_not_estimable():
    """The upper limit of 3 patients never comes down to one half before the estimate is 0 and the band ends."""
    median = quantile(kaplan_meier([1, 2, 3], [1, 1, 1]))
    assert (median.value, median.reason_high) == (2, NO_LIMIT) and np.isnan(median.high)


def test_an_estimate_of_0_or_1_has_no_interval_and_the_reason():
    read = estimates_at(kaplan_meier([10, 20, 30], [1, 1, 1], conf_type="plain"), [0, 5, 15, 30])
    assert read["limit_reason"].tolist() == [NO_LIMIT, NO_LIMIT, "", NO_LIMIT]
    assert read["conf_low"].isna().tolist() == read["conf_high"].isna().tolist() == [True, True, False, True]
    assert (read["reason"] == "").all()


def test_start_conditions_on_being_event_free_there():
    curve = kaplan_meier([1, 2, 5, 8], [1, 1, 1, 0], start=3)
    assert curve["time"].tolist() == [3, 5, 8]
    assert curve["n_risk"].tolist() == [2, 2, 1]
    assert curve["estimate"].tolist() == [1, 0.5, 0.5]


def test_start_keeps_late_entries_out_until_they_enter():
    curve = kaplan_meier([10, 20, 30], [1, 1, 0], entry=[0, 0, 15], start=5)
    assert curve["n_risk"].tolist() == [2, 2, 2, 1]


def test_whole_days_are_counted_the_same_as_integers_floats_and_nullable_columns():
    time, event = [3, 8, 8, 20], [True, False, True, False]
    expected = kaplan_meier(time, event)
    assert_frame_equal(kaplan_meier(np.array(time, float), event), expected)
    assert_frame_equal(kaplan_meier(pd.Series(time, dtype="Int32"), pd.Series(event, dtype="boolean")), expected)


def test_fractions_of_days_and_very_long_times_take_the_general_path():
    assert kaplan_meier([0.5, 1.5], [1, 0])["estimate"].tolist() == [1, 0.5, 0.5]
    assert kaplan_meier([10**9, 2 * 10**9], [1, 0])["estimate"].tolist() == [1, 0.5, 0.5]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1, np.nan], [1, 0]), "time must be finite numbers, got"),
        (([1, -2], [1, 0]), "time must not be negative, got: -2"),
        (([1, 2], [1, 3]), "event must be 0 or 1, got: 3"),
        (([1, 2], [1]), "inputs must have the same length, got"),
        (([[1, 2]], [1, 2]), "time must have one dimension, got: 2"),
        (([1, 2], [1, 0], [0, 2]), "entry must be before the end of observation, got: entry 2, end 2"),
        ((pd.to_datetime(["2020-01-01"]), [1]), "time must be numbers of days, got: dates"),
        ((["x"], [1]), "time must be finite numbers"),
    ],
)
def test_bad_input_is_refused_with_the_rule_and_what_came(arguments, message):
    with pytest.raises(ValueError, match=message):
        kaplan_meier(*arguments)


def test_unknown_interval_level_probability_and_start_are_refused():
    with pytest.raises(ValueError, match="conf_type must be one of"):
        kaplan_meier([1], [1], conf_type="wald")
    with pytest.raises(ValueError, match="conf_level must be between 0 and 1, got: 95"):
        kaplan_meier([1], [1], conf_level=95)
    with pytest.raises(ValueError, match="p must be between 0 and 1, got: 50"):
        quantile(kaplan_meier([1], [1]), 50)
    with pytest.raises(ValueError, match="start must not be missing or negative, got: -1"):
        kaplan_meier([1], [1], start=-1)


@settings(max_examples=60, deadline=None)
@given(PATIENTS, st.randoms())
def test_the_order_of_patients_does_not_matter(rows, random):
    shuffled = random.sample(rows, len(rows))
    assert_frame_equal(kaplan_meier(*columns_of(rows)), kaplan_meier(*columns_of(shuffled)))


@settings(max_examples=60, deadline=None)
@given(PATIENTS)
def test_entry_at_the_origin_for_everybody_equals_no_entry(rows):
    time, event = columns_of(rows)
    assert_frame_equal(kaplan_meier(time, event, np.zeros(len(time))), kaplan_meier(time, event))


@settings(max_examples=60, deadline=None)
@given(PATIENTS)
def test_without_censoring_the_curve_is_the_share_still_event_free(rows):
    time = columns_of(rows)[0]
    curve = kaplan_meier(time, np.ones(len(time), bool))
    expected = [(time > t).mean() for t in curve["time"]]
    assert curve["estimate"].to_numpy() == pytest.approx(expected, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(LATE, st.integers(0, 50))
def test_delayed_entry_equals_the_definition_patient_by_patient(rows, at):
    entry, length, event = columns_of(rows)
    time = entry + length
    curve = kaplan_meier(time, event, entry)
    read = estimates_at(curve, [at])["estimate"].iloc[0]
    is_over = at > time.max() and not event[time == time.max()].all()  # where events took the last, the value holds
    assert np.isnan(read) if is_over else read == pytest.approx(brute_force(time, event, entry, at))


@settings(max_examples=60, deadline=None)
@given(LATE)
def test_days_and_fractions_of_the_same_days_give_the_same_curve(rows):
    entry, length, event = columns_of(rows)
    days, halves = (kaplan_meier((entry + length) * f, event, entry * f) for f in (1, 0.3))
    assert_frame_equal(days.drop(columns="time"), halves.drop(columns="time"), check_exact=False)


@settings(max_examples=60, deadline=None)
@given(PATIENTS, st.sampled_from(["log-log", "log", "plain", "logit", "arcsin"]))
def test_limits_hold_the_estimate_between_them_and_stay_probabilities(rows, conf_type):
    curve = kaplan_meier(*columns_of(rows), conf_type=conf_type).dropna()
    assert (curve["conf_low"] <= curve["estimate"] + 1e-12).all()
    assert (curve["conf_high"] >= curve["estimate"] - 1e-12).all()
    assert curve[["conf_low", "conf_high"]].stack().between(0, 1).all()
