"""Why there is no limit and no p-value: the right word for each, and the gates of a test between groups."""

import numpy as np
import pytest

from analyses.result import MEDIAN
from analyses.time_to_event.estimate import estimate_endpoint
from analyses.time_to_event.relapse import survival_from_relapse
from endpoints.catalogue import BCA, CIR, OS
from estimators.aalen_johansen import aalen_johansen
from estimators.kaplan_meier import kaplan_meier
from estimators.logrank import logrank
from estimators.reasons import ALL_AT_ONCE, FEW_EVENTS, NO_LIMIT, NOT_REACHED
from figures.numbers import worded
from tests.analyses.cohorts import cohort_of, note, row
from tests.literal import patient

REMISSION = {28: "CR", 700: "CR"}


def shown(result, **where):
    """The words of one row of the table."""
    table = worded(result)
    for name, value in where.items():
        table = table[table[name] == value]
    return table["result"].item()


# Limits -----------------------------------------------------------------------------------------------------------


def test_limits_that_cannot_be_computed_are_not_estimable():
    """Forty patients all dead on day 200: the curve falls from 1 to 0, and neither end has an interval."""
    result = estimate_endpoint(cohort_of(*(patient(f"P{i:02d}", death=200) for i in range(40))), OS, kaplan_meier)
    median = row(result, measure=MEDIAN)
    assert median["estimate"] == pytest.approx(200 / 30.4375) and not median["reason"]
    assert median["reason_low"] == median["reason_high"] == NO_LIMIT
    assert shown(result, measure="median, months") == "6.6 (limits not estimable)"
    assert shown(result, months=3) == "100 % (no interval)" and shown(result, months=12) == "0 % (no interval)"


def test_a_limit_that_the_curve_has_not_come_down_to_is_not_reached():
    """Ten of 20 die one after another: the upper limit of the curve never reaches a half."""
    people = [patient(f"D{i:02d}", death=100 + 20 * i) for i in range(10)]
    people += [patient(f"L{i:02d}", last_contact=790) for i in range(10)]
    result = estimate_endpoint(cohort_of(*people), OS, kaplan_meier)
    median = row(result, measure=MEDIAN)
    assert median["reason_high"] == NOT_REACHED and median["conf_low"] == median["conf_low"]
    assert shown(result, measure="median, months").endswith(" to not reached)")


def test_a_median_that_nobody_came_down_to_is_said_once():
    result = estimate_endpoint(cohort_of(*(patient(f"P{i}", last_contact=700) for i in range(5))), OS, kaplan_meier)
    median = row(result, measure=MEDIAN)
    assert median["reason"] == NOT_REACHED
    assert shown(result, measure="median, months") == "not reached"


# Tests between groups ---------------------------------------------------------------------------------------------


def two_groups(deaths, survivors, **what):
    """Women and men, `deaths` and `survivors` of each: {sex: n}."""
    for sex, n in deaths.items():
        for i in range(n):
            yield patient(f"{sex}D{i:02d}", sex=sex, death=100 + 7 * i, **what)
    for sex, n in survivors.items():
        for i in range(n):
            yield patient(f"{sex}S{i:02d}", sex=sex, last_contact=700 + i, **what)


def test_two_groups_who_die_on_one_day_have_a_reason_of_their_own():
    people = [patient(f"{sex}{i:02d}", sex=sex, death=200) for sex in ("female", "male") for i in range(20)]
    result = estimate_endpoint(cohort_of(*people, by="sex"), OS, kaplan_meier)
    assert result.test.reason == ALL_AT_ONCE
    assert note(result, "test") == ("Log-rank test: not estimable: on every day with events everybody at risk had one.")


@pytest.mark.parametrize(("endpoint", "estimator"), [(OS, kaplan_meier), (CIR, aalen_johansen)])
def test_one_event_in_ten_and_ten_is_no_test(endpoint, estimator):
    people = [
        *(patient(f"F{i}", sex="female", responses=REMISSION, last_contact=700) for i in range(10)),
        *(patient(f"M{i}", sex="male", responses=REMISSION, last_contact=700) for i in range(9)),
        patient("M9", sex="male", responses={28: "CR"}, relapses=[dict(day=90)], death=100),
    ]
    result = estimate_endpoint(cohort_of(*people, by="sex"), endpoint, estimator)
    assert result.test.reason == FEW_EVENTS and np.isnan(result.test.p_value)
    assert note(result, "test").endswith("no p-value: fewer than 10 events in all (1).")


def test_five_events_a_group_on_average_are_a_test():
    people = list(two_groups({"female": 7, "male": 3}, {"female": 3, "male": 7}))
    result = estimate_endpoint(cohort_of(*people, by="sex"), OS, kaplan_meier)
    time = [100 + 7 * i for n in (7, 3) for i in range(n)] + [700 + i for n in (3, 7) for i in range(n)]
    event, sex = [1] * 10 + [0] * 10, ["f"] * 7 + ["m"] * 3 + ["f"] * 3 + ["m"] * 7
    assert not result.test.reason
    assert result.test.p_value == pytest.approx(logrank(np.array(time), np.array(event), np.array(sex)).p_value)


@pytest.mark.parametrize("missing", [1, 15])
def test_missing_is_shown_and_takes_no_part_in_the_test(missing):
    known = list(two_groups({"female": 8, "male": 6}, {"female": 6, "male": 8}))
    unknown = [patient(f"X{i:02d}", sex=None, death=50 + i) for i in range(missing)]
    alone = estimate_endpoint(cohort_of(*known, by="sex"), OS, kaplan_meier)
    together = estimate_endpoint(cohort_of(*known, *unknown, by="sex"), OS, kaplan_meier)
    assert [group.code for group in together.strata] == ["female", "male", "missing"]
    assert row(together, strata="missing", measure=MEDIAN)["n"] == missing
    assert together.test.groups == ("female", "male")
    assert together.test.p_value == alone.test.p_value and not together.test.reason
    assert "over 2 groups" in note(together, "test")


def test_against_missing_alone_there_is_nothing_to_test():
    people = [patient(f"F{i:02d}", sex="female", death=100 + i) for i in range(12)]
    people += [patient(f"X{i:02d}", sex=None, death=200 + i) for i in range(12)]
    assert estimate_endpoint(cohort_of(*people, by="sex"), OS, kaplan_meier).test is None


def test_an_unknown_status_that_was_recorded_is_a_group_like_the_others():
    """CD19 unknown is what a pathologist wrote, or nobody did: it is shown, and tested as declared."""
    people = [
        patient(
            f"{status}{i:02d}",
            responses={28: "CR"},
            relapses=[dict(day=100, cd19_status=status)],
            death=200 + 10 * i + (5 if status == "negative" else 0),
        )
        for status in ("positive", "negative")
        for i in range(10)
    ]
    result = survival_from_relapse(cohort_of(*people), "cd19", "36")
    assert set(result.test.groups) == {"positive", "negative"} and not result.test.reason


# Curves that start on different days ------------------------------------------------------------------------------


def sampled(name, sex, first):
    """Without B cells from day `first` on."""
    samples = [dict(day=day, cd19_pct_lymphocytes=0.0) for day in (first, 300, 600)]
    return patient(name, sex=sex, responses=REMISSION, b_cells=samples, last_contact=700)


def test_curves_that_start_on_different_days_say_so_and_equal_ones_do_not():
    early = [sampled(f"F{i:02d}", "female", 30) for i in range(12)]
    late = [sampled(f"M{i:02d}", "male", 200) for i in range(12)]
    words = note(estimate_endpoint(cohort_of(*early, *late, by="sex"), BCA, kaplan_meier), "starts")
    assert "Female, day 30, Male, day 200" in words
    assert words.endswith("Curves that start on different days are not to be compared at one height.")
    same = [sampled(f"M{i:02d}", "male", 30) for i in range(12)]
    words = note(estimate_endpoint(cohort_of(*early, *same, by="sex"), BCA, kaplan_meier), "starts")
    assert "Female, day 30, Male, day 30" in words and "different days" not in words
