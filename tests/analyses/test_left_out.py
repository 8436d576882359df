"""Who is left out, each patient once and of the compared only: eight centres, of which a figure compares six."""

import pytest

from analyses.course.courses import courses_of
from analyses.course.infusions import infusions
from analyses.course.overview import headline
from analyses.course.states import states
from analyses.result import Refusal
from analyses.status.b_cells import b_cell_status, immunoglobulin, never_aplastic, persistence
from analyses.status.mrd import mrd
from analyses.status.response import response
from analyses.time_to_event.estimate import estimate_endpoint
from analyses.time_to_event.relapse import relapse_sites
from endpoints.b_cell_course import B_CELL_VISITS
from endpoints.catalogue import BCA, CIR, OS
from endpoints.response import BEST
from endpoints.visits import M3
from estimators.aalen_johansen import aalen_johansen
from estimators.kaplan_meier import kaplan_meier
from tests.analyses.cohorts import cohort_of, reasons
from tests.literal import patient

CENTRES = [f"C{i}" for i in range(1, 9)]
SAMPLE = dict(day=60, cd19_pct_lymphocytes=0.0)
NOT_COMPARED = {f"Centre: {code} is not among the compared groups": 4 for code in ("C7", "C8")}


def of_centre(code):
    """Four infused: two in remission with a B-cell sample, one without a remission, one without a sample; and one who
    was never infused."""
    seen = dict(site_code=code, last_contact=400)
    yield patient(f"{code}a", responses={28: "CR"}, b_cells=[SAMPLE], **seen)
    yield patient(f"{code}b", responses={28: "CR"}, b_cells=[SAMPLE], relapses=[dict(day=200)], **seen)
    yield patient(f"{code}c", responses={28: "NR"}, **seen)
    yield patient(f"{code}d", responses={28: "CR"}, **seen)
    yield patient(f"{code}e", infused=None, not_infused=5, reason="manufacturing", site_code=code, last_contact=50)


PEOPLE = [one for code in CENTRES for one in of_centre(code)]


@pytest.fixture(scope="module")
def eight():
    return cohort_of(*PEOPLE, by="centre")


def test_the_first_six_are_compared_and_the_others_are_counted(eight):
    assert [group.code for group in eight.groups] == CENTRES[:6] and eight.n == 32
    assert dict(zip(eight.left_out_levels["reason"], eight.left_out_levels["n"], strict=True)) == NOT_COMPARED


def test_never_aplastic_leaves_out_twelve_of_the_compared_and_the_two_centres(eight):
    result = never_aplastic(eight)
    assert result.n == 12 and reasons(result) == {
        "no first remission": 6,
        "no usable B-cell sample after first remission": 6,
        **NOT_COMPARED,
    }


def test_infusions_of_the_enrolled_leave_out_six_who_were_not_infused():
    chosen = cohort_of(*PEOPLE, by="centre", population="enrolled")
    result = infusions(chosen)
    others = dict.fromkeys(NOT_COMPARED, 5)
    assert chosen.n == 40 and result.n == 24 and reasons(result) == {"not infused": 6, **others}


@pytest.mark.parametrize(("analysis", "table"), [(persistence, "car_persistence"), (immunoglobulin, "immunoglobulin")])
def test_at_visits_nobody_is_without_where_everybody_compared_has_a_sample(analysis, table):
    measured = {"car_persistence": dict(method="qpcr", detected=True), "immunoglobulin": dict(igg_mg_dl=300.0)}[table]
    people = [
        one | {table: [dict(date=90, patient_id=one["patient"][0]["patient_id"], **measured)]}
        for one in PEOPLE
        if not one["patient"][0]["patient_id"].endswith("e")
    ]
    result = analysis(cohort_of(*people, by="centre"))
    assert result.n == 24 and reasons(result) == NOT_COMPARED


ANALYSES = {
    "survival": lambda chosen: estimate_endpoint(chosen, OS, kaplan_meier),
    "aplasia": lambda chosen: estimate_endpoint(chosen, BCA, kaplan_meier),
    "relapse": lambda chosen: estimate_endpoint(chosen, CIR, aalen_johansen),
    "response": lambda chosen: response(chosen, BEST),
    "mrd": lambda chosen: mrd(chosen, M3),
    "b cells": lambda chosen: b_cell_status(chosen, B_CELL_VISITS[0]),
    "sites": relapse_sites,
    "states": lambda chosen: states(chosen, 36),
    "headline": headline,
    "infusions": infusions,
    "persistence": persistence,
    "igg": immunoglobulin,
    "never aplastic": never_aplastic,
}


@pytest.mark.parametrize("population", ["infused", "enrolled"])
@pytest.mark.parametrize("name", ANALYSES)
def test_those_of_centres_that_are_not_compared_are_counted_once_and_as_that(name, population):
    """Left out of the compared + in the figure = 24 of the six centres (30 enrolled), whatever the analysis asks."""
    chosen = cohort_of(*PEOPLE, by="centre", population=population)
    result = ANALYSES[name](chosen)
    if isinstance(result, Refusal):
        assert population == "enrolled" and reasons(result) == {"not defined for this population": 40}
        return
    of_centre = 4 if population == "infused" else 5
    others = reasons(result)
    assert {words: others.pop(words) for words in NOT_COMPARED} == dict.fromkeys(NOT_COMPARED, of_centre)
    assert result.n + sum(others.values()) == 6 * of_centre


def test_lines_of_single_patients_are_of_everybody_and_leave_nobody_out_for_a_centre(eight):
    samples = eight.patients[["USUBJID"]].assign(ADY=60, KIND="Measured", VALUE=1.0, WORDS="1 %")
    result = courses_of(eight, samples.iloc[:20], 400, "blood samples")
    assert result.n == 20 and reasons(result) == {"without blood samples": 12}
    assert result.cohort.not_by == "Centre"
