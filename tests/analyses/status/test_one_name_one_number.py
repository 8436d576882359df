"""One name, one number: a visit has one window, and a class of one name has the same patients wherever it stands."""

import pytest

from analyses.status.b_cells import b_cell_status
from analyses.status.mrd import mrd
from analyses.status.response import response
from endpoints.b_cell_course import B_CELL_VISITS
from endpoints.response import STATUS_D28, STATUS_M3
from endpoints.visits import VISITS
from tests.analyses.cohorts import cohort, sample_cohort


def test_visits_of_one_name_have_one_window():
    windows = {}
    for visit in (*VISITS, *B_CELL_VISITS):
        windows.setdefault(visit.label, set()).add((visit.first, visit.last))
    assert {label: found for label, found in windows.items() if len(found) > 1} == {}


def classes(result):
    """{label: patients} of the classes that anybody is in."""
    labels = {outcome.code: outcome.label for outcome in result.outcomes}
    by_code = result.patients.groupby("AVALC")["USUBJID"].agg(set)
    return {labels[code]: patients for code, patients in by_code.items()}


@pytest.mark.parametrize("chosen", [cohort, sample_cohort])
@pytest.mark.parametrize("endpoint", [STATUS_D28, STATUS_M3], ids=lambda e: e.paramcd)
def test_classes_of_one_name_at_one_visit_have_the_same_patients(chosen, endpoint):
    everybody = chosen()
    results = [response(everybody, endpoint), mrd(everybody, endpoint.visit)]
    results += [b_cell_status(everybody, v) for v in B_CELL_VISITS if v.label == endpoint.visit.label]
    said = {}
    for result in results:
        for label, patients in classes(result).items():
            said.setdefault(label, []).append(patients)
    shared = {label: found for label, found in said.items() if len(found) > 1}
    different = {label: [len(one) for one in found] for label, found in shared.items() if found[0] != found[1]}
    assert different == {}
    if chosen is sample_cohort and endpoint is STATUS_M3:
        assert "Lost to follow-up" in shared
