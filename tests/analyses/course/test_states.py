"""States on literal patients by hand, and their identities with the endpoints."""

import pytest

from analyses.course.states import states
from analyses.result import EXPECTED, PROBABILITY
from analyses.time_to_event.estimate import estimate_endpoint
from endpoints.catalogue import OS
from endpoints.states import CENSORED, STATES, derive_stays
from estimators.kaplan_meier import kaplan_meier
from figures import pictures
from tests.analyses.cohorts import cohort, cohort_of, n_of, note, row
from tests.literal import patient, study_of

NONE, UNKNOWN, APLASIA, LOST, TRANSPLANTED, RELAPSED, DEAD = range(7)


def stays(*patients):
    rows = derive_stays(study_of(*patients))
    return {
        name: [(r.START, r.STOP, r.STATE, r.TO) for r in part.itertuples()] for name, part in rows.groupby("USUBJID")
    }


def b(**days):
    return [dict(day=int(day[1:]), cd19_pct_lymphocytes=value) for day, value in days.items()]


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (
            dict(responses={28: "CR"}, b_cells=b(d60=0.0, d150=5.0), last_contact=400),
            [(-1, 28, NONE, UNKNOWN), (28, 60, UNKNOWN, APLASIA), (60, 150, APLASIA, LOST), (150, 400, LOST, CENSORED)],
        ),
        (
            dict(
                responses={28: "CR"},
                b_cells=b(d28=0.0),
                relapses=[dict(day=90)],
                transplants=[dict(day=120)],
                death=200,
            ),
            [(-1, 28, NONE, APLASIA), (28, 90, APLASIA, RELAPSED), (90, 200, RELAPSED, DEAD)],
        ),
        (
            dict(responses={28: "CR"}, b_cells=b(d28=4.0), transplants=[dict(day=80)], last_contact=300),
            [(-1, 28, NONE, LOST), (28, 80, LOST, TRANSPLANTED), (80, 300, TRANSPLANTED, CENSORED)],
        ),
        (dict(responses={28: "NR", 60: "NR"}, death=150), [(-1, 60, NONE, RELAPSED), (60, 150, RELAPSED, DEAD)]),
        (
            dict(responses={28: "NR", 120: "CR"}, last_contact=300),
            [(-1, 28, NONE, RELAPSED), (28, 300, RELAPSED, CENSORED)],
        ),
        (
            dict(responses={28: "CR"}, relapses=[dict(day=90)], death=90),
            [(-1, 28, NONE, UNKNOWN), (28, 89, UNKNOWN, RELAPSED), (89, 90, RELAPSED, DEAD)],
        ),
        (dict(death=0), [(-1, 0, NONE, DEAD)]),
    ],
)
def test_the_course_of_a_patient_is_a_row_of_states(person, expected):
    assert stays(patient("A", **person)) == {"A": expected}


def test_states_add_up_to_one_and_without_censoring_dead_is_one_minus_overall_survival():
    curve = states(cohort(), 36).curve
    assert curve.groupby("time")["estimate"].sum().to_numpy() == pytest.approx(1)
    followed = cohort(patients=("P02", "P04", "P05", "P10"))  # all die
    result, alive = states(followed, 36), estimate_endpoint(followed, OS, kaplan_meier)
    for month in (3, 6, 12, 24):
        dead = row(result, outcome="state_dead", months=month, measure=PROBABILITY)["estimate"]
        assert dead == pytest.approx(1 - row(alive, months=month)["estimate"])


def test_where_the_paler_stretch_begins_both_have_rows_and_add_up():
    over_time = pictures.states(states(cohort(), 36), 24)[0].frame
    assert over_time.groupby(["time", "faded"])["estimate"].sum().to_numpy() == pytest.approx(1)
    assert set(over_time["faded"]) == {False, True}


def test_expected_months_add_up_to_the_horizon():
    numbers = states(cohort(), 36).numbers
    mean = numbers[numbers["measure"] == EXPECTED]
    assert len(mean) == len(STATES) and mean["estimate"].sum() == pytest.approx(24) and set(mean["months"]) == {24}


def test_each_compared_group_has_its_own_states():
    result = states(cohort(by="product"), 36)
    assert set(result.curve["strata"]) == {"TISA", "BREXU"} and result.n == 10
    assert n_of(result) == {"tisagenlecleucel": 6, "brexucabtagene autoleucel": 4}


def test_transplants_that_the_states_show_otherwise_are_counted_under_them():
    result = states(
        cohort_of(
            patient(
                "SA",
                responses={28: "CR"},
                transplants=[dict(day=80, disease_status="not_in_remission")],
                last_contact=300,
            ),
            patient(
                "SB",
                responses={28: "CR"},
                therapies=[dict(day=50, kind="blinatumomab")],
                transplants=[dict(day=80)],
                last_contact=300,
            ),
            patient("SC", responses={28: "CR"}, transplants=[dict(day=80)], last_contact=300),
        ),
        36,
    )
    assert note(result, "not_in_remission").endswith("so left in their state of remission: 1.")
    assert note(result, "not_exposed").startswith(
        "Transplanted in remission after new therapy or after such a record: 1;"
    )
    assert row(result, outcome="state_transplanted", months=6)["estimate"] == pytest.approx(2 / 3)
    at_6 = result.numbers[(result.numbers["months"] == 6) & (result.numbers["measure"] == PROBABILITY)]
    unknown = dict(zip(at_6["outcome"], at_6["n_risk"].isna(), strict=True))
    assert unknown == {state.code: state.code == "state_dead" for state in STATES}
