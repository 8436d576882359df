"""Day 0, ages, last contact, data cut-off and populations: one literal patient per sentence of the definitions."""

import pandas as pd
import pytest

from data_access.schema.tables import BUNDLE_TABLES
from endpoints.catalogue import CATALOGUE, ENDPOINT
from endpoints.rules import DAYS_PER_MONTH
from endpoints.time_to_event import derive_tte
from tests.endpoints.reading import adsl, cohort, day, derive, milestone, outcome, reason_out, responses, row, word
from tests.literal import DAY0, date, patient, study_of

FAILED_FIRST = dict(infusion_date=None, not_infused_date=-60, not_infused_reason="manufacturing")
SECOND = dict(product_code="BREXU", course_number=2, infusion_date=0)


def test_day_0_is_the_first_infusion():
    assert day(adsl(patient("P1"))["TRTSDT"]) == 0


def test_the_index_course_is_the_lowest_course_number_that_was_infused_and_its_product_is_the_patients_product():
    found = adsl(patient("P1", infused=None, course=FAILED_FIRST, courses=[SECOND]))
    assert (day(found["TRTSDT"]), found["PRODUCT"], day(found["NOTINFDT"])) == (0, "BREXU", None)


def test_a_further_course_never_moves_day_0():
    found = adsl(patient("P1", courses=[SECOND | dict(infusion_date=200)]))
    assert (day(found["TRTSDT"]), found["PRODUCT"]) == (0, "TISA")


def test_a_planned_split_dose_is_one_course_and_day_0_its_first_dose():
    one = patient("P1", course=dict(second_dose_date=10))
    assert (day(adsl(one)["TRTSDT"]), milestone("NEWTHDT", one)) == (0, None)


def test_months_are_30_4375_days():
    assert DAYS_PER_MONTH == 30.4375


def test_aval_is_adt_minus_startdt_without_plus_one():
    found = row("OS", patient("P1", death=100))
    assert (found["AVAL"], (found["ADT"] - found["STARTDT"]).days, day(found["ADT"])) == (100, 100, 100)


def test_an_event_and_a_censoring_on_the_same_day_are_an_event():
    assert outcome("OS", patient("P1", death=300, last_contact=300)) == (300, "death")


# Ages


def aged(*ages):
    """ADSL of patients of these ages at infusion on 2024-01-01."""
    return cohort(*(patient("P1", birth_month=f"{2024 - age}-01") for age in ages)).adsl


def test_age_is_completed_months_over_12():
    born = dict(enrolled=None, birth_month="1988-02")
    found = cohort(*(patient("P1", infused=pd.Timestamp(on), **born) for on in ("2006-01-31", "2006-02-01"))).adsl
    assert found["AGE"].tolist() == [17, 18]


def test_age_groups_start_at_3_10_18_26_40_and_60():
    assert aged(0, 2, 3, 9, 10, 17, 18, 25, 26, 39, 40, 59, 60, 85)["AGEGR"].tolist() == [
        "under_3",
        "under_3",
        "3_9",
        "3_9",
        "10_17",
        "10_17",
        "18_25",
        "18_25",
        "26_39",
        "26_39",
        "40_59",
        "40_59",
        "60_plus",
        "60_plus",
    ]


def test_age_presets_are_up_to_25_and_under_18():
    found = aged(17, 18, 25, 26)
    assert found["AGE25"].tolist() == ["to_25", "to_25", "to_25", "over_25"]
    assert found["AGE18"].tolist() == ["under_18", "from_18", "from_18", "from_18"]


def test_a_missing_birth_month_is_a_missing_age_and_a_group_of_its_own():
    found = adsl(patient("P1"))
    assert pd.isna(found["AGE"])
    assert (found["AGEGR"], found["AGE25"], found["AGE18"]) == ("missing", "missing", "missing")


def test_age_of_the_never_infused_is_at_enrolment():
    assert adsl(patient("P1", infused=None, enrolled=-1, birth_month="2000-01"))["AGE"] == 23


# Last contact

DATED = [
    ("response_assessment", dict(date=500, response="NE")),
    ("immunoglobulin", dict(date=500)),
    ("mrd_assessment", dict(date=500, specimen="BM", method="flow", result="failed")),
    ("b_cell_assessment", dict(date=500, specimen="PB")),
    ("ivig", dict(date=500)),
    ("contact", dict(date=500)),
    ("car_persistence", dict(date=500, method="qpcr")),
    ("relapse", dict(date=500, level="molecular")),
    ("transplant", dict(date=500, kind="autologous")),
    ("subsequent_therapy", dict(date=500, kind="tki")),
    ("adverse_event", dict(onset_date=500, kind="CRS")),
    ("adverse_event", dict(onset_date=5, resolution_date=500, kind="CRS")),
    ("infection", dict(onset_date=500, organism_class="viral")),
    ("second_malignancy", dict(diagnosis_date=500, kind="skin")),
    ("treatment_course", dict(course_number=2, product_code="TISA", enrolment_date=500)),
    ("treatment_course", dict(course_number=2, product_code="TISA", enrolment_date=90, not_infused_date=500)),
]


def test_last_contact_is_the_latest_date_over_every_table():
    patients = [patient("P1", last_contact=100) for _ in DATED]
    for one, (table, dated) in zip(patients, DATED, strict=True):
        one[table] = [*one.get(table, ()), dated]
    assert {table for table, _ in DATED} == {t.name for t in BUNDLE_TABLES} - {"product", "patient"}
    assert [day(date) for date in cohort(*patients).adsl["LSTCNTDT"]] == [500] * len(DATED)


def test_last_contact_is_the_recorded_one_when_it_is_the_latest():
    assert day(adsl(patient("P1", last_contact=700, contacts=[300]))["LSTCNTDT"]) == 700


def test_last_contact_is_looked_for_up_to_the_cut_off_only():
    one = patient("P1", last_contact=700, contacts=[300, 500])
    assert day(adsl(one, cutoff=400)["LSTCNTDT"]) == 300


def test_os_of_the_living_is_censored_at_last_contact():
    found = row("OS", patient("P1", last_contact=300, contacts=[420]))
    assert (found["AVAL"], found["CNSR"], found["CNSDTDSC"]) == (420, 1, "last contact")


# Cut-off


def test_a_death_after_the_cut_off_does_not_count_nor_do_its_cause_and_vital_status():
    one = patient("P1", death=500, cause="leukaemia", contacts=[350])
    found = adsl(one, cutoff=400)
    assert outcome("OS", one, cutoff=400) == (350, "censored")
    assert pd.isna(found["DTHCAUS"])
    assert not found["DTHNODT"]


def test_what_is_dated_on_the_cut_off_counts():
    assert outcome("OS", patient("P1", death=400), cutoff=400) == (400, "death")
    assert outcome("EFS", patient("P1", responses={28: "CR", 400: "RELAPSE"}), cutoff=400) == (400, "relapse")


def test_rows_after_the_cut_off_never_count():
    one = patient(
        "P1",
        responses={28: "CR", 401: "RELAPSE"},
        relapses=[dict(day=401)],
        transplants=[dict(day=401)],
        therapies=[dict(day=401, kind="other")],
        b_cells=[dict(day=401, cd19_pct_lymphocytes=9.0)],
    )
    course = study_of(one, cutoff=400).course
    names = ["RELDT", "HSCTDT", "NEWTHDT", "BCALOSDT", "BCAFSTDT"]
    assert course[names].isna().all(axis=None)
    assert milestone("LDADT", one, cutoff=400) == 28


def test_an_infusion_after_the_cut_off_leaves_the_patient_pending():
    found = study_of(patient("P1"), cutoff=-1)
    assert found.adsl["TRTSDT"].isna().tolist() == [True]
    assert reason_out("OS", patient("P1"), cutoff=-1) == "never infused"


def test_a_patient_enrolled_after_the_cut_off_is_not_in_the_cohort():
    assert len(study_of(patient("P1"), cutoff=-41).adsl) == 0


def test_a_decision_not_to_infuse_after_the_cut_off_is_not_known_yet():
    found = adsl(patient("P1", infused=None, not_infused=20, reason="progression"), cutoff=10)
    assert pd.isna(found["NOTINFDT"])
    assert pd.isna(found["NOTINFRS"])


def test_dead_without_a_date_is_censored_at_last_contact_and_says_so():
    found = row("OS", patient("P1", last_contact=90, vital_status="dead"))
    assert (found["AVAL"], found["CNSR"], found["CNSDTDSC"]) == (90, 1, "last contact; recorded as dead without a date")


# Populations

NEVER = patient("P1", infused=None, not_infused=-10, reason="manufacturing", last_contact=60)
PENDING = patient("P1", infused=None, last_contact=60)


def test_the_infused_population_counts_from_day_0_and_leaves_out_the_never_infused():
    assert outcome("OS", patient("P1", death=100)) == (100, "death")
    assert reason_out("OS", NEVER) == "never infused"


def test_enrolled_counts_from_enrolment_for_everybody_infused_or_not():
    assert outcome("OS", patient("P1", death=100), population="enrolled") == (140, "death")
    assert outcome("EFS", patient("P1", death=100), population="enrolled") == (140, "death")
    assert outcome("OS", patient("P1", infused=None, death=100), population="enrolled") == (140, "death")


def test_enrolled_counts_from_apheresis_where_enrolment_is_missing():
    one = patient("P1", enrolled=None, course=dict(apheresis_date=-30), death=100)
    assert outcome("OS", one, population="enrolled") == (130, "death")


def test_enrolled_without_enrolment_and_apheresis_is_left_out_with_a_reason():
    one = patient("P1", enrolled=None, death=100)
    assert reason_out("OS", one, population="enrolled") == "no date of enrolment or apheresis"


def test_enrolled_counts_from_the_first_enrolment_when_a_first_product_failed():
    one = patient(
        "P1", infused=None, enrolled=-90, course=FAILED_FIRST, death=100, courses=[SECOND | dict(enrolment_date=-50)]
    )
    assert outcome("OS", one, population="enrolled") == (190, "death")


def test_never_infused_is_an_efs_failure_at_the_day_of_that_decision():
    found = row("EFS", NEVER, population="enrolled")
    assert (found["AVAL"], found["CNSR"], found["EVNTDESC"]) == (30, 0, "never infused: manufacturing failure")


def test_never_infused_and_dead_before_the_decision_is_a_death():
    one = patient("P1", infused=None, death=-20, not_infused=-10, reason="death")
    assert outcome("EFS", one, population="enrolled") == (20, "death")


def test_never_infused_and_dead_on_the_day_of_the_decision_is_one_event():
    one = patient("P1", infused=None, death=-10, not_infused=-10, reason="death")
    assert outcome("EFS", one, population="enrolled") == (30, "failure")


def test_never_infused_and_alive_is_censored_for_os_at_last_contact():
    assert outcome("OS", NEVER, population="enrolled") == (100, "censored")


@pytest.mark.parametrize("paramcd", ["OS", "EFS"])
def test_pending_is_censored_at_last_contact(paramcd):
    assert outcome(paramcd, PENDING, population="enrolled") == (100, "censored")


def test_pending_says_so_where_efs_is_censored():
    assert row("EFS", PENDING, population="enrolled")["CNSDTDSC"] == "last contact: infusion pending"


def test_a_course_that_was_closed_while_a_later_one_is_open_is_pending():
    one = patient("P1", infused=None, course=FAILED_FIRST, courses=[SECOND | dict(infusion_date=None)], last_contact=60)
    assert outcome("EFS", one, population="enrolled") == (100, "censored")


def test_efs_events_after_infusion_are_the_same_in_the_enrolled_population():
    one = patient("P1", responses={28: "CR", 200: "RELAPSE"})
    assert outcome("EFS", one, population="enrolled") == (240, "relapse")


def test_enrolled_without_evaluable_assessment_is_censored_on_day_0_which_is_the_infusion():
    one = patient("P1", responses={28: "NE"}, last_contact=300)
    assert outcome("EFS", one, population="enrolled") == (40, "censored")


def test_other_endpoints_answer_infused_only():
    study = study_of(patient("P1", responses={28: "CR"}), population="enrolled")
    for endpoint in CATALOGUE:
        if endpoint not in (ENDPOINT["OS"], ENDPOINT["EFS"]):
            with pytest.raises(ValueError, match="infused patients only, got population: enrolled"):
                derive_tte(study.course, endpoint, study.rules)


def test_every_enrolled_patient_is_either_a_row_or_left_out_with_a_reason():
    found = derive("OS", patient("P1", death=10), patient("P2", infused=None), patient("P3", last_contact=5))
    assert found.rows["USUBJID"].tolist() == ["P0001", "P0003"]
    assert found.left_out.to_dict("list") == {
        "USUBJID": ["P0002"],
        "REASON": ["never infused"],
        "REASONCD": ["never_infused"],
    }


def test_an_event_before_infusion_is_left_out_with_a_reason():
    assert reason_out("OS", patient("P1", death=-1)) == "event or end of observation dated before its start"


def test_the_reason_for_not_infusing_is_kept():
    assert word("NOTINFRS", NEVER) == "manufacturing"


# Due

DUE = [("BOR3M", 100), ("CONFRM", 128), ("STATM3", 120), ("STATD28", 45)]


@pytest.mark.parametrize(("paramcd", "last"), DUE)
def test_due_once_day_0_plus_the_last_day_is_reached_before_anything_else_and_whatever_is_known(paramcd, last):
    patients = patient("P1", responses={28: "CR", 91: "CR"}), patient("P1", death=5)
    assert responses(paramcd, *patients, cutoff=last - 1) == ["not_due", "not_due"]
    assert responses(paramcd, *patients, cutoff=last) == ["CR", "died"]


@pytest.mark.parametrize(("paramcd", "last"), DUE)
def test_the_never_infused_are_due_from_enrolment_and_the_pending_not_yet(paramcd, last):
    patients = NEVER, patient("P1", infused=None, death=-20), PENDING
    assert responses(paramcd, *patients, cutoff=last - 41) == ["not_due", "not_due", "not_due"]
    assert responses(paramcd, *patients, cutoff=last - 40) == ["not_infused", "not_infused", "not_due"]


def test_the_cut_off_and_not_the_clock_is_today():
    study = study_of(patient("P1"), cutoff=400)
    assert study.cutoff == date(400) == DAY0 + pd.Timedelta(days=400)
