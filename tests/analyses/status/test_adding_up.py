"""Classes of response and MRD, and who is not yet due, add up to the cohort; every class and cause has a colour."""

import pytest

from analyses.status.mrd import mrd
from analyses.status.response import response
from charts.theme import colour_of
from endpoints.catalogue import CATALOGUE
from endpoints.mrd import CLASSES as MRD_CLASSES
from endpoints.response import RESPONSES
from endpoints.visits import VISITS
from tests.analyses.cohorts import cohort


@pytest.mark.parametrize("endpoint", RESPONSES, ids=lambda e: e.paramcd)
@pytest.mark.parametrize(("population", "n"), [("infused", 10), ("enrolled", 12)])
def test_classes_of_a_response_and_the_not_yet_due_add_up(endpoint, population, n):
    result = response(cohort(population=population), endpoint)
    assert result.n + result.left_out["n"].sum() == n
    assert result.shares["n"].sum() == result.n == len(result.patients)


@pytest.mark.parametrize("visit", VISITS, ids=lambda v: v.code)
def test_classes_of_mrd_and_the_not_yet_due_add_up(visit):
    result = mrd(cohort("product"), visit)
    assert result.n + result.left_out["n"].sum() == 10
    assert result.shares["n"].sum() == result.n == len(result.patients)


def test_every_class_that_counts_and_every_cause_has_a_colour():
    classes = [c for endpoint in RESPONSES for c in endpoint.classes if c.counts] + list(MRD_CLASSES)
    assert all(colour_of(c.code) for c in classes)
    assert all(colour_of(source.code) for endpoint in CATALOGUE for source in endpoint.causes)
