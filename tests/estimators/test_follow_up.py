"""Follow-up: reverse Kaplan-Meier, Clark's C, share under observation; the numbers at risk; where a curve may begin."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimators.follow_up import clark_c, median, reverse_kaplan_meier, under_observation
from estimators.kaplan_meier import kaplan_meier
from estimators.reasons import NO_PATIENTS, NOT_REACHED
from estimators.risk_start import first_stable_day
from estimators.risk_table import events_by, risk_table

MYELOID = Path(__file__).parents[1] / "oracle" / "myeloid.csv"
LATE = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 30), st.booleans()), min_size=1, max_size=60)


def columns_of(rows):
    """(time, event, entry) of patients given as (entry, length, event)."""
    entry, length, event = (np.array(column) for column in zip(*rows, strict=True))
    return entry + length, event, entry


def test_a_death_on_the_day_of_a_censoring_no_longer_waits_for_it():
    curve = reverse_kaplan_meier([5, 5, 5, 9], [1, 0, 0, 0])
    assert curve["n_risk"].tolist() == [4, 3, 1]
    assert curve["n_event"].tolist() == [0, 2, 1]
    assert curve["n_censor"].tolist() == [0, 1, 0]
    assert curve["estimate"].tolist() == pytest.approx([1, 1 / 3, 0])


def test_all_dead_have_no_median_follow_up_and_nobody_is_no_crash():
    assert median([3, 4], [1, 1]).reason == NOT_REACHED
    assert np.isnan(median([], []).value) and median([], []).reason == NO_PATIENTS
    assert reverse_kaplan_meier([3, 4], [1, 1])["estimate"].tolist() == [1, 1, 1]


def test_without_deaths_the_median_follow_up_is_the_median_time():
    assert median([10, 20, 30], [0, 0, 0]).value == 20


def test_completeness_counts_the_dead_as_fully_observed():
    assert clark_c([100, 50, 30], [1, 0, 0], [400, 100, 30]) == pytest.approx(180 / 230)
    assert np.isnan(clark_c([], [], []))


def test_under_observation_asks_only_those_whose_potential_time_reaches_the_month():
    table = under_observation([100, 50, 200, 80], [1, 0, 0, 0], [400, 300, 200, 80], at=[90, 365])
    assert table["time"].tolist() == [90, 365]
    assert table["n"].tolist() == [3, 1]  # day 90: the fourth patient could not be followed so long
    assert table["n_event"].tolist() == [2, 1]  # dead on day 100 is not lost; the second was lost on day 50


def test_more_follow_up_than_possible_is_refused():
    with pytest.raises(ValueError, match="time must not exceed the potential follow-up, got: 11 of 10"):
        clark_c([11], [0], [10])


def test_numbers_at_risk_by_hand():
    table = risk_table([5, 10, 10, 20], [1, 1, 0, 0], at=[0, 10, 20, 30])
    assert table["n_risk"].tolist() == [4, 3, 1, 0]
    assert table["n_event"].tolist() == [0, 2, 2, 2]
    assert table["n_censor"].tolist() == [0, 1, 2, 2]


@settings(max_examples=60, deadline=None)
@given(LATE, st.one_of(st.integers(0, 50), st.floats(0, 50)))
def test_numbers_at_risk_equal_a_direct_count(rows, at):
    time, event, entry = columns_of(rows)
    row = risk_table(time, event, [at], entry).iloc[0]
    assert row["n_risk"] == (((entry < at) | (entry == 0)) & (time >= at)).sum()
    assert row["n_event"] == (event & (time <= at)).sum()
    assert row["n_censor"] == (~event & (time <= at)).sum()


@settings(max_examples=60, deadline=None)
@given(LATE)
def test_the_curve_and_the_table_under_it_show_the_same_numbers_at_risk(rows):
    time, event, entry = columns_of(rows)
    curve = kaplan_meier(time, event, entry)
    table = risk_table(time, event, curve["time"], entry)
    assert table["n_risk"].tolist() == curve["n_risk"].tolist()
    assert table["n_event"].tolist() == curve["n_event"].cumsum().tolist()


def test_with_delayed_entry_nobody_is_at_risk_before_entering():
    """survival::myeloid after transplant, month 3: 47 are under observation. A curve's next row counts 99, because 52
    enter before anybody leaves (R 4.2.2: summary(survfit(Surv(txtime, futime, death) ~ 1), times = 91.3)$n.risk)."""
    rows = pd.read_csv(MYELOID).dropna(subset="txtime").query("txtime < futime")
    day = 3 * 30.4375
    assert risk_table(rows["futime"], rows["death"], [day], rows["txtime"])["n_risk"].tolist() == [47]
    assert ((rows["txtime"] < day) & (rows["futime"] >= day)).sum() == 47


@settings(max_examples=60, deadline=None)
@given(LATE, st.one_of(st.none(), st.floats(0, 50)), st.integers(0, 20))
def test_events_by_a_day_are_the_events_of_the_curve_by_that_day(rows, day, start):
    time, event, _ = columns_of(rows)
    curve = kaplan_meier(time, event, start=start)
    by = np.inf if day is None else day
    assert events_by(time, event, day, start=start) == curve.loc[curve["time"] <= by, "n_event"].sum()
    assert events_by(time, event + 1, day, outcome=2) == events_by(time, event, day)


def test_a_curve_begins_where_enough_patients_are_at_risk():
    entry = [20, 25, 30, 30, 40, 45]
    assert first_stable_day(entry, [22, 90, 90, 90, 90, 90], minimum=3) == 31
    assert first_stable_day([0, 0, 0], [5, 6, 7]) == 0
    assert first_stable_day([0] * 10 + [9], [50] * 11) == 0
    assert first_stable_day([14], [90]) == 15


def test_when_so_many_are_never_at_risk_together_the_fullest_day_counts():
    assert first_stable_day([1, 10, 11, 30, 40, 50], [5, 20, 20, 35, 45, 55], minimum=10) == 12


@settings(max_examples=60, deadline=None)
@given(LATE, st.integers(1, 12))
def test_on_the_first_stable_day_the_declared_number_is_at_risk_and_on_no_earlier_one(rows, minimum):
    time, _, entry = columns_of(rows)
    day = first_stable_day(entry, time, minimum)
    at_risk = [int((((entry < d) | (entry == 0)) & (time >= d)).sum()) for d in range(time.max() + 1)]
    needed = min(minimum, -(-len(time) // 2))
    if max(at_risk) >= needed and (entry > 0).any():
        assert day == next(d for d, n in enumerate(at_risk) if n >= needed)
    else:
        assert day == (0 if not (entry > 0).any() else at_risk.index(max(at_risk)))
