"""Relapse by what the leukaemia lost of the product's targets; CR and then NR is counted in words."""

import pytest

from analyses.time_to_event.estimate import estimate_endpoint
from analyses.time_to_event.relapse import relapse_split
from analyses.time_to_event.survival import all_endpoints
from endpoints.catalogue import CIR, EFS, OS, RFS
from endpoints.relapse import BY_ESCAPE
from estimators.aalen_johansen import aalen_johansen
from estimators.kaplan_meier import kaplan_meier
from figures import pictures
from tests.analyses.cohorts import cohort_of, note, notes
from tests.literal import PRODUCTS, date, patient

BOTH = {**PRODUCTS[0], "product_code": "DUAL", "name": "CD19/CD22", "target_antigens": "CD19+CD22"}
REMISSION = {28: "CR"}


def relapsed(name, product="DUAL", **status):
    return patient(name, product=product, responses=REMISSION, relapses=[dict(day=200, **status)], last_contact=400)


PEOPLE = (
    relapsed("A", cd19_status="negative", cd22_status="positive"),
    relapsed("B", cd19_status="negative", cd22_status="negative"),
    relapsed("C", cd19_status="positive", cd22_status="positive"),
    relapsed("D", cd19_status="positive"),
    relapsed("E", product="TISA", cd19_status="positive", cd22_status="negative"),
    patient("F", product="TISA", responses={28: "CR", 91: "CR", 300: "CR"}, last_contact=400),
)


def test_a_target_counts_only_where_the_product_targets_it():
    chosen = cohort_of(*PEOPLE, cutoff=date(1000), products=(*PRODUCTS, BOTH))
    found = relapse_split(chosen, BY_ESCAPE, "24", "Months from first remission")
    at = found.numbers[found.numbers["months"] == 6].set_index("outcome")["estimate"].round(6).to_dict()
    sixth = round(1 / 6, 6)
    assert at["escape_cd19_lost"] == sixth and at["escape_both_lost"] == sixth and at["escape_unknown"] == sixth
    assert at["escape_kept"] == pytest.approx(2 / 6, abs=1e-6)  # E lost CD22, which its product does not target
    assert at["escape_cd22_lost"] == 0
    assert pictures.stacked(found, len(BY_ESCAPE.events))
    assert "CD22 lost" in note(found, "never_seen")


SAID_NR = (
    patient("NR", responses={28: "CR", 200: "NR"}, last_contact=400),
    patient("AGAIN", responses={28: "CR", 200: "NR", 230: "CR"}, last_contact=400),
    patient("RELAPSED", responses={28: "CR", 220: "NR"}, relapses=[dict(day=200)], last_contact=400),
    patient("NEVER", responses={28: "NR"}, last_contact=400),
    patient("WELL", responses={28: "CR", 200: "CR"}, last_contact=400),
)


@pytest.mark.parametrize(("endpoint", "estimator"), [(CIR, aalen_johansen), (RFS, kaplan_meier), (EFS, kaplan_meier)])
def test_nr_after_a_remission_is_no_event_and_is_counted_in_words(endpoint, estimator):
    found = estimate_endpoint(cohort_of(*SAID_NR, cutoff=date(1000)), endpoint, estimator)
    assert note(found, "nr_after_remission").startswith("In 2 patients an assessment says no remission (NR)")
    assert set(found.patients.loc[found.patients["USUBJID"].isin(["NR", "AGAIN"]), "CNSR"]) == {1}


def test_it_is_said_of_all_endpoints_and_not_of_overall_survival_or_of_nobody():
    chosen = cohort_of(*SAID_NR, cutoff=date(1000))
    assert note(all_endpoints(chosen, "36"), "nr_after_remission").startswith("In 2 patients")
    assert not notes(estimate_endpoint(chosen, OS, kaplan_meier), "nr_after_remission")
    clean = cohort_of(*SAID_NR[2:], cutoff=date(1000))
    assert not notes(estimate_endpoint(clean, CIR, aalen_johansen), "nr_after_remission")
