"""The four response definitions: best within 3 months, confirmed, status at month 3, day 28."""

import pytest

from endpoints.response import BEST, CONFIRMED, RESPONSES, STATUS_D28, STATUS_M3, derive_response
from tests.endpoints.reading import day, response, responses
from tests.literal import patient, study_of

TRANSPLANT_60 = [dict(day=60)]


def responded(assessed=None, **more):
    return patient("P1", responses=assessed, **more)


def all_classes(paramcd, cases):
    """Each case (class, patient) is in its class: one derivation for all of them."""
    expected, patients = zip(*cases, strict=True)
    assert responses(paramcd, *patients) == list(expected)


def best_is(*cases):
    all_classes("BOR3M", cases)


def confirmed_is(*cases):
    all_classes("CONFRM", cases)


def month_3_is(*cases):
    all_classes("STATM3", cases)


def day_28_is(*cases):
    all_classes("STATD28", cases)


# 1. Best response within 3 months


def test_best_response_is_the_best_of_cr_then_cri_then_other():
    cases = [
        ({28: "CRi", 60: "CR"}, "CR"),
        ({28: "CR", 60: "CRi"}, "CR"),
        ({28: "NR", 60: "CRi"}, "CRi"),
        ({28: "NR", 60: "NE"}, "no_remission"),
        ({28: "NE"}, "NE"),
        ({28: "RELAPSE"}, "no_remission"),
        ({28: "CRi", 60: "RELAPSE"}, "CRi"),
    ]
    best_is(*((expected, responded(assessed)) for assessed, expected in cases))


def test_best_response_is_of_day_1_to_100():
    cases = [(0, "not_assessed"), (1, "no_remission"), (100, "no_remission"), (101, "not_assessed")]
    best_is(*((expected, responded({when: "NR"}, last_contact=300)) for when, expected in cases))


def test_best_response_is_before_new_therapy():
    best_is(
        ("CRi", responded({28: "CRi", 60: "CR"}, therapies=[dict(day=59, kind="blinatumomab")])),
        ("CR", responded({28: "CRi", 60: "CR"}, therapies=[dict(day=60, kind="blinatumomab")])),
    )


def test_best_response_is_before_transplant():
    best_is(
        ("CRi", responded({28: "CRi", 61: "CR"}, transplants=TRANSPLANT_60)),
        ("CR", responded({28: "CRi", 60: "CR"}, transplants=TRANSPLANT_60)),
    )


def test_best_response_of_a_patient_who_died_unassessed_is_a_class_that_counts():
    best_is(
        ("died", responded({}, death=100)),
        ("not_assessed", responded({}, death=101)),
        ("no_remission", responded({28: "NR"}, death=40)),
    )


def test_best_response_is_dated_by_its_first_assessment():
    study = study_of(responded({28: "CRi", 60: "CR", 90: "CR"}))
    assert day(derive_response(study, BEST)["ADT"].iloc[0]) == 60


# 2. Confirmed


def test_confirmed_is_remission_still_documented_28_days_after_its_onset():
    confirmed_is(("unconfirmed", responded({28: "CR", 55: "CR"})), ("CR", responded({28: "CR", 56: "CR"})))


def test_confirmation_may_be_any_remission_and_the_best_response_names_the_class():
    confirmed_is(
        ("CRi", responded({28: "CRi", 56: "CRi"})),
        ("CR", responded({28: "CRi", 56: "CR"})),
        ("CR", responded({28: "CR", 56: "CRi"})),
    )


def test_a_relapse_between_undoes_confirmation():
    confirmed_is(
        ("unconfirmed", responded({28: "CR", 50: "RELAPSE", 60: "CR"})),
        ("unconfirmed", responded({28: "CR", 60: "CR"}, relapses=[dict(day=50)])),
        ("CR", responded({28: "CR", 60: "CR", 70: "RELAPSE"})),
    )


def test_a_death_before_confirmation_leaves_it_unconfirmed():
    confirmed_is(("unconfirmed", responded({28: "CR"}, death=50)), ("CR", responded({28: "CR", 56: "CR"}, death=57)))


def test_the_onset_is_the_first_remission_not_the_best_one():
    confirmed_is(("CR", responded({28: "CRi", 50: "CR", 57: "CR"})))


def test_a_remission_without_second_look_is_unconfirmed():
    confirmed_is(("unconfirmed", responded({28: "CR"}, last_contact=500)))


def test_confirmed_keeps_the_other_classes_of_best_response():
    confirmed_is(
        ("no_remission", responded({28: "NR"})),
        ("NE", responded({28: "NE"})),
        ("died", responded({}, death=40)),
        ("not_assessed", responded({}, last_contact=500)),
    )


def test_a_remission_that_begins_after_day_100_is_not_a_confirmed_one_of_3_months():
    confirmed_is(("no_remission", responded({28: "NR", 110: "CR", 150: "CR"})))


def test_a_patient_due_for_best_response_is_not_yet_due_for_confirmation():
    one = responded({28: "CR", 60: "CR"})
    assert (response("BOR3M", one, cutoff=127), response("CONFRM", one, cutoff=127)) == ("CR", "not_due")


# 3. Status at month 3


def test_status_at_month_3_is_the_assessment_nearest_day_91():
    cases = [
        ({80: "NR", 95: "CR"}, "CR"),
        ({87: "CRi", 96: "CR"}, "CRi"),
        ({60: "CR", 120: "CRi"}, "CRi"),
        ({91: "CR"}, "CR"),
    ]
    month_3_is(*((expected, responded(assessed)) for assessed, expected in cases))


def test_of_two_assessments_equally_near_the_earlier_stands():
    month_3_is(("CRi", responded({81: "CRi", 101: "CR"})))


def test_status_at_month_3_is_within_day_60_to_120():
    cases = [(59, "not_assessed"), (60, "CR"), (120, "CR"), (121, "not_assessed")]
    month_3_is(*((expected, responded({when: "CR"}, last_contact=300)) for when, expected in cases))


def test_the_chosen_assessment_names_the_class():
    cases = [("CR", "CR"), ("CRi", "CRi"), ("NR", "no_remission"), ("NE", "NE"), ("RELAPSE", "no_remission")]
    month_3_is(*((expected, responded({91: code})) for code, expected in cases))


def test_died_before_the_chosen_assessment_else_by_day_120():
    month_3_is(
        ("died", responded({28: "CR"}, death=120)),
        ("not_assessed", responded({28: "CR"}, death=121)),
        ("CR", responded({28: "CR", 91: "CR"}, death=110)),
    )


def test_relapsed_before_the_chosen_assessment_else_by_day_120():
    month_3_is(
        ("relapsed", responded({28: "CR", 70: "RELAPSE", 95: "CR"})),
        ("CR", responded({28: "CR", 91: "CR", 110: "RELAPSE"})),
        ("relapsed", responded({28: "CR"}, relapses=[dict(day=120)])),
        ("not_assessed", responded({28: "CR"}, relapses=[dict(day=121)])),
    )


def test_a_relapse_found_at_the_chosen_assessment_is_a_relapse():
    month_3_is(("relapsed", responded({28: "CR", 91: "RELAPSE"})))


def test_a_molecular_relapse_counts_at_the_visit_only_under_the_global_switch():
    one = responded({28: "CR", 91: "CR"}, relapses=[dict(day=70, level="molecular")])
    assert response("STATM3", one) == "CR"
    assert response("STATM3", one, molecular="yes") == "relapsed"


def test_new_therapy_without_remission():
    chemotherapy = [dict(day=40, kind="chemotherapy")]
    month_3_is(
        ("therapy_without_remission", responded({28: "NR", 91: "CR"}, therapies=chemotherapy)),
        ("therapy_without_remission", responded({}, therapies=[dict(day=120, kind="other")])),
        ("no_remission", responded({91: "NR"}, therapies=[dict(day=91, kind="other")])),
        ("no_remission", responded({91: "NR"}, therapies=[dict(day=95, kind="other")])),
    )


def test_transplant_without_remission():
    month_3_is(("therapy_without_remission", responded({28: "NR", 91: "CR"}, transplants=TRANSPLANT_60)))


def test_a_transplant_recorded_as_not_in_remission_is_in_doubt():
    recorded = [dict(day=60, disease_status="not_in_remission")]
    month_3_is(("transplant_in_doubt", responded({28: "CR", 91: "CR"}, transplants=recorded)))


def test_transplanted_in_remission():
    month_3_is(
        ("transplanted", responded({28: "CR", 91: "CR"}, transplants=TRANSPLANT_60)),
        ("transplanted", responded({28: "CR"}, transplants=[dict(day=120)])),
        ("not_assessed", responded({28: "CR"}, transplants=[dict(day=121)])),
        ("CR", responded({28: "CR", 91: "CR"}, transplants=[dict(day=100)])),
    )


def test_an_assessment_on_the_day_of_transplant_was_taken_before_it():
    month_3_is(("CRi", responded({28: "CR", 91: "CRi"}, transplants=[dict(day=91)])))


def test_other_therapy_in_remission():
    month_3_is(
        *(
            ("other_therapy", responded({28: "CR", 91: "CR"}, therapies=[dict(day=60, kind=kind)]))
            for kind in ("blinatumomab", "inotuzumab", "chemotherapy", "dli", "other")
        )
    )


def test_maintenance_in_remission_is_other_therapy_only_when_switched_on():
    one = responded({28: "CR", 91: "CR"}, therapies=[dict(day=60, kind="maintenance")])
    assert response("STATM3", one) == "CR"
    assert response("STATM3", one, maintenance="yes") == "other_therapy"


def test_lost_is_a_last_contact_before_day_60():
    month_3_is(
        ("lost", responded({28: "CR"}, last_contact=59)), ("not_assessed", responded({28: "CR"}, last_contact=60))
    )


def test_the_order_of_month_3_classes_is_died_first():
    relapsed = dict(responses={28: "CR", 50: "RELAPSE"}, transplants=[dict(day=55)])
    assert response("STATM3", patient("P1", **relapsed, death=90)) == "died"
    assert response("STATM3", patient("P1", **relapsed)) == "relapsed"


def test_relapsed_comes_before_transplant_without_remission():
    month_3_is(("relapsed", responded({28: "CR", 80: "RELAPSE"}, transplants=[dict(day=20)])))


def test_therapy_without_remission_comes_before_transplanted_in_remission():
    two = [dict(day=20), dict(day=60)]
    month_3_is(("therapy_without_remission", responded({28: "CR", 91: "CR"}, transplants=two)))


def test_transplanted_comes_before_other_therapy():
    bridged = dict(therapies=[dict(day=50, kind="blinatumomab")], transplants=[dict(day=80)])
    month_3_is(("transplanted", responded({28: "CR", 91: "CR"}, **bridged)))


def test_other_therapy_comes_before_the_assessment_and_the_assessment_before_lost():
    month_3_is(
        ("other_therapy", responded({28: "CR", 91: "NR"}, therapies=[dict(day=60, kind="dli")])),
        ("NE", responded({91: "NE"})),
    )


def test_a_late_transplant_does_not_reach_back_over_a_relapse():
    month_3_is(("relapsed", responded({28: "CR"}, relapses=[dict(day=70)], transplants=[dict(day=100)])))


def test_relapse_without_an_earlier_remission_is_not_a_relapse():
    month_3_is(("no_remission", responded({28: "NR", 70: "RELAPSE", 91: "NR"})))


@pytest.mark.parametrize("endpoint", RESPONSES, ids=lambda e: e.paramcd)
def test_only_not_yet_due_and_no_date_to_count_from_leave_the_denominator(endpoint):
    assert [c.code for c in endpoint.classes if not c.counts] == ["not_due", "no_start"]


def test_the_headlines_are_cr_with_cri_cr_and_alive_in_remission_transplanted_or_not():
    rates = {rate.code: rate.classes for rate in STATUS_M3.rates}
    assert rates == {"orr": ("CR", "CRi"), "cr": ("CR",), "alive_in_remission": ("CR", "CRi", "transplanted")}
    assert [r.code for r in BEST.rates] == [r.code for r in CONFIRMED.rates] == ["orr", "cr"]


# 4. Day 28


def test_day_28_is_within_day_14_to_45():
    cases = [(13, "not_assessed"), (14, "CR"), (45, "CR"), (46, "not_assessed")]
    day_28_is(*((expected, responded({when: "CR"}, last_contact=300)) for when, expected in cases))


def test_day_28_is_the_assessment_nearest_day_28():
    day_28_is(("CR", responded({20: "NR", 30: "CR"})))


def test_day_28_has_the_same_classes_in_the_same_order():
    day_28_is(
        ("died", responded({}, death=45)),
        ("relapsed", responded({14: "CR", 20: "RELAPSE", 30: "CR"})),
        ("therapy_without_remission", responded({30: "CR"}, therapies=[dict(day=20, kind="other")])),
        ("transplanted", responded({14: "CR", 30: "CR"}, transplants=[dict(day=29)])),
        ("other_therapy", responded({14: "CR", 30: "CR"}, therapies=[dict(day=29, kind="dli")])),
        ("lost", responded({}, last_contact=13)),
        ("not_assessed", responded({}, last_contact=14)),
    )
    assert STATUS_D28.classes == STATUS_M3.classes


# All together


def test_every_class_that_is_derived_is_declared():
    patients = [
        patient("P1", responses={28: "CR", 91: "CR"}),
        patient("P2", death=5),
        patient("P3", infused=None),
        patient("P4", infused=None, not_infused=-5),
        patient("P5", responses={91: "NE"}),
        patient("P6"),
        patient("P7", responses={28: "NR"}, therapies=[dict(day=40, kind="other")]),
    ]
    for endpoint in RESPONSES:
        derived = derive_response(study_of(*patients), endpoint)["AVALC"]
        assert set(derived) <= {c.code for c in endpoint.classes}


def test_a_response_row_exists_for_every_enrolled_patient():
    study = study_of(patient("P1", responses={28: "CR"}), patient("P2", infused=None, not_infused=-5))
    assert derive_response(study, BEST)["AVALC"].tolist() == ["CR", "not_infused"]


def test_the_date_is_that_of_the_assessment_only_where_it_decided():
    study = study_of(patient("P1", responses={91: "CR"}), patient("P2", responses={28: "CR", 70: "RELAPSE", 91: "CR"}))
    assert [day(d) for d in derive_response(study, STATUS_M3)["ADT"]] == [91, None]
