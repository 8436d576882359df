"""Where events took the last patients of a group, what happened to them cannot change: the last value holds, of every
outcome of that group, in every analysis; where the last patient was lost, it does not."""

import pytest

from analyses.course.states import states
from analyses.result import EXPECTED, PROBABILITY
from analyses.time_to_event.curve import steps
from analyses.time_to_event.estimands import estimands
from analyses.time_to_event.estimate import estimate_endpoint
from analyses.time_to_event.relapse import relapse_split
from analyses.time_to_event.subgroups import month_by_subgroup
from analyses.time_to_event.survival import all_endpoints
from endpoints.catalogue import CIR, OS
from endpoints.estimands import QUESTION
from endpoints.relapse import BY_LEVEL
from estimators.aalen_johansen import aalen_johansen
from estimators.kaplan_meier import kaplan_meier
from estimators.reasons import AFTER_FOLLOW_UP
from tests.analyses.cohorts import DAYS_PER_MONTH, cohort_of, row
from tests.literal import patient

REMISSION = {28: "CR"}
LATE = (12, 24, 36)
ENDED = (  # a relapse and two deaths in remission: everybody's remission has ended
    patient("A", sex="female", responses=REMISSION, relapses=[dict(day=78)], death=300),
    patient("B", sex="female", responses=REMISSION, death=108),
    patient("C", sex="female", responses=REMISSION, death=148),
)
LEFT = (  # a relapse, and one who is lost
    patient("D", sex="male", responses=REMISSION, relapses=[dict(day=78)], last_contact=300),
    patient("E", sex="male", responses={28: "CR", 200: "CR"}, last_contact=300),
)


@pytest.fixture(scope="module")
def by_sex():
    return cohort_of(*ENDED, *LEFT, by="sex")


@pytest.mark.parametrize("month", LATE)
def test_incidences_hold_per_group_of_every_outcome_and_add_up(by_sex, month):
    result = estimate_endpoint(by_sex, CIR, aalen_johansen)
    relapse, death = (row(result, strata="female", outcome=code, months=month) for code in ("relapse", "death"))
    assert relapse["estimate"] == pytest.approx(1 / 3) and death["estimate"] == pytest.approx(2 / 3)
    assert not relapse["reason"] and not death["reason"] and relapse["n_risk"] == 0
    for code in ("relapse", "death"):
        lost = row(result, strata="male", outcome=code, months=month)
        assert lost["reason"] == AFTER_FOLLOW_UP and lost["reason_time"] == 172  # E, on day 200 from day 28
        assert lost["estimate"] != lost["estimate"]


def test_a_curve_whose_value_holds_is_drawn_to_the_edge_and_the_other_is_not(by_sex):
    drawn = steps(estimate_endpoint(by_sex, CIR, aalen_johansen), 0.0)
    ends = drawn.groupby(["strata", "outcome"])["time"].max()
    assert ends["female"].to_dict() == {"relapse": 36, "death": 36}
    assert set(ends["male"]) == {172 / DAYS_PER_MONTH}


def test_splits_and_estimands_hold_too(by_sex):
    split = relapse_split(by_sex, BY_LEVEL, "36", "Months")
    parts = split.numbers[(split.numbers["strata"] == "female") & (split.numbers["months"] == 24)]
    assert parts["estimate"].sum() == pytest.approx(1) and (parts["reason"] == "").all()
    ways = estimands(by_sex, QUESTION["RFS"], "follow", "36").numbers
    ways = ways[(ways["strata"] == "female") & (ways["months"] == 24)]
    assert ways["estimate"].tolist() == pytest.approx([1, 1, 1])


def test_three_deaths_are_dead_at_a_year_in_every_analysis():
    chosen = cohort_of(*(patient(f"D{i}", death=day) for i, day in enumerate((30, 60, 90))))
    assert row(estimate_endpoint(chosen, OS, kaplan_meier), months=12)["estimate"] == 0
    assert month_by_subgroup(chosen, OS, 12).rows.iloc[0]["estimate"] == 0
    assert row(all_endpoints(chosen, "36"), outcome="OS")["estimate"] == 0
    result = states(chosen, 36)
    assert row(result, outcome="state_dead", months=12, measure=PROBABILITY)["estimate"] == pytest.approx(1)
    assert row(result, outcome="state_none", months=12, measure=PROBABILITY)["estimate"] == pytest.approx(0)
    alive = row(result, outcome="state_none", measure=EXPECTED)["estimate"]
    assert alive == pytest.approx((30 + 60 + 90) / 3 / DAYS_PER_MONTH)
    assert row(result, outcome="state_dead", measure=EXPECTED)["estimate"] == pytest.approx(24 - alive)


def test_with_one_of_them_lost_none_of_the_analyses_knows_the_year():
    people = [patient(f"D{i}", death=day) for i, day in enumerate((30, 60))]
    chosen = cohort_of(*people, patient("L", last_contact=90))
    year = row(estimate_endpoint(chosen, OS, kaplan_meier), months=12)
    assert year["reason"] == AFTER_FOLLOW_UP == month_by_subgroup(chosen, OS, 12).rows.iloc[0]["reason"]
    result = states(chosen, 36)
    dead = row(result, outcome="state_dead", months=12, measure=PROBABILITY)
    assert dead["reason"] == AFTER_FOLLOW_UP and dead["reason_time"] == year["reason_time"] == 90
    expected = row(result, outcome="state_dead", measure=EXPECTED)
    assert expected["reason"] == AFTER_FOLLOW_UP and expected["reason_time"] == 90
