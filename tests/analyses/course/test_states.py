"""States on literal patients by hand, and their identities with the endpoints."""

import pytest

from analyses.course.states import states
from analyses.time_to_event.estimate import estimate_endpoint
from endpoints.catalogue import OS
from endpoints.states import CENSORED, STATES, derive_stays
from estimators.kaplan_meier import kaplan_meier
from tests.analyses.cohorts import cohort
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
            [(-1, 28, NONE, UNKNOWN), (28, 90, UNKNOWN, DEAD)],
        ),
        (dict(death=0), [(-1, 0, NONE, DEAD)]),
    ],
)
def test_the_course_of_a_patient_is_a_row_of_states(person, expected):
    assert stays(patient("A", **person)) == {"A": expected}


def test_states_add_up_to_one_and_without_censoring_dead_is_one_minus_overall_survival():
    curve = states(cohort(), 36).curve  # where the paler stretch begins both have rows
    assert curve.groupby(["time", "faded"])["estimate"].sum().to_numpy() == pytest.approx(1)
    followed = cohort(patients=("P02", "P04", "P05", "P10"))  # all die
    found = states(followed, 36)
    alive = estimate_endpoint(followed, OS, kaplan_meier).numbers.set_index("months")["estimate"]
    dead = found.numbers[found.numbers["outcome"] == "Dead"].set_index("months")["estimate"]
    for month in (3, 6, 12):
        assert dead[month] == pytest.approx(1 - alive[month])


def test_expected_months_add_up_to_the_horizon():
    found = states(cohort(), 36).numbers
    mean = found[found["measure"].str.startswith("expected")]
    assert len(mean) == len(STATES) and mean["estimate"].sum() == pytest.approx(24)


def test_each_compared_group_has_its_own_states():
    found = states(cohort(by="product"), 36)
    assert set(found.curve["strata"]) == {"tisagenlecleucel", "brexucabtagene autoleucel"}
    n = found.numbers.drop_duplicates("strata").set_index("strata")["n"].to_dict()
    assert n == {"tisagenlecleucel": 6, "brexucabtagene autoleucel": 4} and found.n == 10


def test_transplants_that_the_states_show_otherwise_are_counted_under_them(monkeypatch):
    people = {
        "SA": patient(
            "SA", responses={28: "CR"}, transplants=[dict(day=80, disease_status="not_in_remission")], last_contact=300
        ),
        "SB": patient(
            "SB",
            responses={28: "CR"},
            therapies=[dict(day=50, kind="blinatumomab")],
            transplants=[dict(day=80)],
            last_contact=300,
        ),
        "SC": patient("SC", responses={28: "CR"}, transplants=[dict(day=80)], last_contact=300),
    }
    monkeypatch.setattr("tests.pages.test_estimate.MANY", people)
    found = states(cohort(patients=tuple(people)), 36)
    recorded, after_therapy = found.notes[1:]
    assert recorded.endswith("so left in their state of remission: 1.")
    assert after_therapy.startswith("Transplanted in remission after new therapy or after such a record: 1;")
    at_6 = found.numbers[found.numbers["months"] == 6].set_index("outcome")
    assert at_6["estimate"]["Transplanted in remission"] == pytest.approx(2 / 3)
    assert at_6["n_risk"].isna().to_dict() == {state.label: state.code == "state_dead" for state in STATES}
