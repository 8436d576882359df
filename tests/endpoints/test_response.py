"""The four response definitions: best within 3 months, confirmed, status at month 3, day 28."""

import pytest

from endpoints.response import BEST, CONFIRMED, RESPONSES, STATUS_D28, STATUS_M3, derive_response
from tests.endpoints.reading import day, response
from tests.literal import patient, study_of

TRANSPLANT_60 = [dict(day=60)]


def responded(responses, **more):
    return patient("P1", responses=responses, **more)


def best(responses, **more):
    return response("BOR3M", responded(responses, **more))


def confirmed(responses, **more):
    return response("CONFRM", responded(responses, **more))


def at_month_3(responses=None, **more):
    return response("STATM3", responded(responses, **more))


def at_day_28(responses=None, **more):
    return response("STATD28", responded(responses, **more))


# 1. Best response within 3 months

@pytest.mark.parametrize(("responses", "expected"), [
    ({28: "CRi", 60: "CR"}, "CR"), ({28: "CR", 60: "CRi"}, "CR"), ({28: "NR", 60: "CRi"}, "CRi"),
    ({28: "NR", 60: "NE"}, "no_remission"), ({28: "NE"}, "NE"), ({28: "RELAPSE"}, "no_remission"),
    ({28: "CRi", 60: "RELAPSE"}, "CRi")])
def test_best_response_is_the_best_of_cr_then_cri_then_other(responses, expected):
    assert best(responses) == expected


@pytest.mark.parametrize(("when", "expected"), [(0, "not_assessed"), (1, "CR"), (100, "CR"), (101, "not_assessed")])
def test_best_response_is_of_day_1_to_100(when, expected):
    assert best({when: "CR"}, last_contact=300) == expected


def test_best_response_is_before_new_therapy():
    assert best({28: "CRi", 60: "CR"}, therapies=[dict(day=59, kind="blinatumomab")]) == "CRi"
    assert best({28: "CRi", 60: "CR"}, therapies=[dict(day=60, kind="blinatumomab")]) == "CR"


def test_best_response_is_before_transplant():
    assert best({28: "CRi", 61: "CR"}, transplants=TRANSPLANT_60) == "CRi"
    assert best({28: "CRi", 60: "CR"}, transplants=TRANSPLANT_60) == "CR"


def test_best_response_of_a_patient_who_died_unassessed_is_a_class_that_counts():
    assert best({}, death=100) == "died"
    assert best({}, death=101) == "not_assessed"
    assert best({28: "NR"}, death=40) == "no_remission"


def test_best_response_is_dated_by_its_first_assessment():
    study = study_of(responded({28: "CRi", 60: "CR", 90: "CR"}))
    assert day(derive_response(study, BEST)["ADT"].iloc[0]) == 60


# 2. Confirmed

def test_confirmed_is_remission_still_documented_28_days_after_its_onset():
    assert confirmed({28: "CR", 55: "CR"}) == "unconfirmed"
    assert confirmed({28: "CR", 56: "CR"}) == "CR"


def test_confirmation_may_be_any_remission_and_the_best_response_names_the_class():
    assert confirmed({28: "CRi", 56: "CRi"}) == "CRi"
    assert confirmed({28: "CRi", 56: "CR"}) == "CR"
    assert confirmed({28: "CR", 56: "CRi"}) == "CR"


def test_a_relapse_between_undoes_confirmation():
    assert confirmed({28: "CR", 50: "RELAPSE", 60: "CR"}) == "unconfirmed"
    assert confirmed({28: "CR", 60: "CR"}, relapses=[dict(day=50)]) == "unconfirmed"
    assert confirmed({28: "CR", 60: "CR", 70: "RELAPSE"}) == "CR"


def test_a_death_before_confirmation_leaves_it_unconfirmed():
    assert confirmed({28: "CR"}, death=50) == "unconfirmed"
    assert confirmed({28: "CR", 56: "CR"}, death=57) == "CR"


def test_the_onset_is_the_first_remission_not_the_best_one():
    assert confirmed({28: "CRi", 50: "CR", 57: "CR"}) == "CR"


def test_a_remission_without_second_look_is_unconfirmed():
    assert confirmed({28: "CR"}, last_contact=500) == "unconfirmed"


def test_confirmed_keeps_the_other_classes_of_best_response():
    assert confirmed({28: "NR"}) == "no_remission"
    assert confirmed({28: "NE"}) == "NE"
    assert confirmed({}, death=40) == "died"
    assert confirmed({}, last_contact=500) == "not_assessed"


def test_a_remission_that_begins_after_day_100_is_not_a_confirmed_one_of_3_months():
    assert confirmed({28: "NR", 110: "CR", 150: "CR"}) == "no_remission"


def test_a_patient_due_for_best_response_is_not_yet_due_for_confirmation():
    one = responded({28: "CR", 60: "CR"})
    assert (response("BOR3M", one, cutoff=127), response("CONFRM", one, cutoff=127)) == ("CR", "not_due")


# 3. Status at month 3

@pytest.mark.parametrize(("responses", "expected"), [
    ({80: "NR", 95: "CR"}, "CR"), ({87: "CRi", 96: "CR"}, "CRi"), ({60: "CR", 120: "CRi"}, "CRi"), ({91: "CR"}, "CR")])
def test_status_at_month_3_is_the_assessment_nearest_day_91(responses, expected):
    assert at_month_3(responses) == expected


def test_of_two_assessments_equally_near_the_earlier_stands():
    assert at_month_3({81: "CRi", 101: "CR"}) == "CRi"


@pytest.mark.parametrize(("when", "expected"), [(59, "not_assessed"), (60, "CR"), (120, "CR"), (121, "not_assessed")])
def test_status_at_month_3_is_within_day_60_to_120(when, expected):
    assert at_month_3({when: "CR"}, last_contact=300) == expected


@pytest.mark.parametrize(("code", "expected"), [
    ("CR", "CR"), ("CRi", "CRi"), ("NR", "no_remission"), ("NE", "NE"), ("RELAPSE", "no_remission")])
def test_the_chosen_assessment_names_the_class(code, expected):
    assert at_month_3({91: code}) == expected


def test_died_before_the_chosen_assessment_else_by_day_120():
    assert at_month_3({28: "CR"}, death=120) == "died"
    assert at_month_3({28: "CR"}, death=121) == "not_assessed"
    assert at_month_3({28: "CR", 91: "CR"}, death=110) == "CR"


def test_relapsed_before_the_chosen_assessment_else_by_day_120():
    assert at_month_3({28: "CR", 70: "RELAPSE", 95: "CR"}) == "relapsed"
    assert at_month_3({28: "CR", 91: "CR", 110: "RELAPSE"}) == "CR"
    assert at_month_3({28: "CR"}, relapses=[dict(day=120)]) == "relapsed"
    assert at_month_3({28: "CR"}, relapses=[dict(day=121)]) == "not_assessed"


def test_a_relapse_found_at_the_chosen_assessment_is_a_relapse():
    assert at_month_3({28: "CR", 91: "RELAPSE"}) == "relapsed"


def test_a_molecular_relapse_counts_at_the_visit_only_under_the_global_switch():
    one = responded({28: "CR", 91: "CR"}, relapses=[dict(day=70, level="molecular")])
    assert response("STATM3", one) == "CR"
    assert response("STATM3", one, molecular="yes") == "relapsed"


def test_new_therapy_without_remission():
    chemotherapy = [dict(day=40, kind="chemotherapy")]
    assert at_month_3({28: "NR", 91: "CR"}, therapies=chemotherapy) == "therapy_without_remission"
    assert at_month_3({}, therapies=[dict(day=120, kind="other")]) == "therapy_without_remission"
    assert at_month_3({91: "NR"}, therapies=[dict(day=91, kind="other")]) == "no_remission"
    assert at_month_3({91: "NR"}, therapies=[dict(day=95, kind="other")]) == "no_remission"


def test_transplant_without_remission():
    assert at_month_3({28: "NR", 91: "CR"}, transplants=TRANSPLANT_60) == "therapy_without_remission"


def test_a_transplant_recorded_as_not_in_remission_is_one_without_remission():
    recorded = [dict(day=60, disease_status="not_in_remission")]
    assert at_month_3({28: "CR", 91: "CR"}, transplants=recorded) == "therapy_without_remission"


def test_transplanted_in_remission():
    assert at_month_3({28: "CR", 91: "CR"}, transplants=TRANSPLANT_60) == "transplanted"
    assert at_month_3({28: "CR"}, transplants=[dict(day=120)]) == "transplanted"
    assert at_month_3({28: "CR"}, transplants=[dict(day=121)]) == "not_assessed"
    assert at_month_3({28: "CR", 91: "CR"}, transplants=[dict(day=100)]) == "CR"


def test_an_assessment_on_the_day_of_transplant_was_taken_before_it():
    assert at_month_3({28: "CR", 91: "CRi"}, transplants=[dict(day=91)]) == "CRi"


@pytest.mark.parametrize("kind", ["blinatumomab", "inotuzumab", "chemotherapy", "dli", "other"])
def test_other_therapy_in_remission(kind):
    assert at_month_3({28: "CR", 91: "CR"}, therapies=[dict(day=60, kind=kind)]) == "other_therapy"


def test_maintenance_in_remission_is_other_therapy_only_when_switched_on():
    one = responded({28: "CR", 91: "CR"}, therapies=[dict(day=60, kind="maintenance")])
    assert response("STATM3", one) == "CR"
    assert response("STATM3", one, maintenance="yes") == "other_therapy"


def test_lost_is_a_last_contact_before_day_60():
    assert at_month_3({28: "CR"}, last_contact=59) == "lost"
    assert at_month_3({28: "CR"}, last_contact=60) == "not_assessed"


def test_the_order_of_month_3_classes_is_died_first():
    relapsed = dict(responses={28: "CR", 50: "RELAPSE"}, transplants=[dict(day=55)])
    assert response("STATM3", patient("P1", **relapsed, death=90)) == "died"
    assert response("STATM3", patient("P1", **relapsed)) == "relapsed"


def test_relapsed_comes_before_transplant_without_remission():
    assert at_month_3({28: "CR", 80: "RELAPSE"}, transplants=[dict(day=20)]) == "relapsed"


def test_therapy_without_remission_comes_before_transplanted_in_remission():
    two = [dict(day=20), dict(day=60)]
    assert at_month_3({28: "CR", 91: "CR"}, transplants=two) == "therapy_without_remission"


def test_transplanted_comes_before_other_therapy():
    bridged = dict(therapies=[dict(day=50, kind="blinatumomab")], transplants=[dict(day=80)])
    assert at_month_3({28: "CR", 91: "CR"}, **bridged) == "transplanted"


def test_other_therapy_comes_before_the_assessment_and_the_assessment_before_lost():
    assert at_month_3({28: "CR", 91: "NR"}, therapies=[dict(day=60, kind="dli")]) == "other_therapy"
    assert at_month_3({91: "NE"}) == "NE"


def test_a_late_transplant_does_not_reach_back_over_a_relapse():
    assert at_month_3({28: "CR"}, relapses=[dict(day=70)], transplants=[dict(day=100)]) == "relapsed"


def test_relapse_without_an_earlier_remission_is_not_a_relapse():
    assert at_month_3({28: "NR", 70: "RELAPSE", 91: "NR"}) == "no_remission"


@pytest.mark.parametrize("endpoint", RESPONSES, ids=lambda e: e.paramcd)
def test_only_not_yet_due_leaves_the_denominator(endpoint):
    assert [c.code for c in endpoint.classes if not c.counts] == ["not_due"]


def test_the_headlines_are_cr_with_cri_cr_and_alive_in_remission_transplanted_or_not():
    rates = {rate.code: rate.classes for rate in STATUS_M3.rates}
    assert rates == {"orr": ("CR", "CRi"), "cr": ("CR",), "alive_in_remission": ("CR", "CRi", "transplanted")}
    assert [r.code for r in BEST.rates] == [r.code for r in CONFIRMED.rates] == ["orr", "cr"]


# 4. Day 28

@pytest.mark.parametrize(("when", "expected"), [(13, "not_assessed"), (14, "CR"), (45, "CR"), (46, "not_assessed")])
def test_day_28_is_within_day_14_to_45(when, expected):
    assert at_day_28({when: "CR"}, last_contact=300) == expected


def test_day_28_is_the_assessment_nearest_day_28():
    assert at_day_28({20: "NR", 30: "CR"}) == "CR"


def test_day_28_has_the_same_classes_in_the_same_order():
    assert at_day_28({}, death=45) == "died"
    assert at_day_28({14: "CR", 20: "RELAPSE", 30: "CR"}) == "relapsed"
    assert at_day_28({30: "CR"}, therapies=[dict(day=20, kind="other")]) == "therapy_without_remission"
    assert at_day_28({14: "CR", 30: "CR"}, transplants=[dict(day=29)]) == "transplanted"
    assert at_day_28({14: "CR", 30: "CR"}, therapies=[dict(day=29, kind="dli")]) == "other_therapy"
    assert at_day_28({}, last_contact=13) == "lost"
    assert at_day_28({}, last_contact=14) == "not_assessed"
    assert STATUS_D28.classes == STATUS_M3.classes


# All together

def test_every_class_that_is_derived_is_declared():
    patients = [patient("P1", responses={28: "CR", 91: "CR"}), patient("P2", death=5), patient("P3", infused=None),
                patient("P4", infused=None, not_infused=-5), patient("P5", responses={91: "NE"}), patient("P6"),
                patient("P7", responses={28: "NR"}, therapies=[dict(day=40, kind="other")])]
    for endpoint in RESPONSES:
        derived = derive_response(study_of(*patients), endpoint)["AVALC"]
        assert set(derived) <= {c.code for c in endpoint.classes}


def test_a_response_row_exists_for_every_enrolled_patient():
    study = study_of(patient("P1", responses={28: "CR"}), patient("P2", infused=None, not_infused=-5))
    assert derive_response(study, BEST)["AVALC"].tolist() == ["CR", "not_infused"]


def test_the_date_is_that_of_the_assessment_only_where_it_decided():
    study = study_of(patient("P1", responses={91: "CR"}), patient("P2", responses={28: "CR", 70: "RELAPSE", 91: "CR"}))
    assert [day(d) for d in derive_response(study, STATUS_M3)["ADT"]] == [91, None]
