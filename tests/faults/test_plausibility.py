"""Clinical plausibility as trials K01 to K24: one record that cannot be so, and one that can, each.

What the import finds is checked on literal bundles; what the derivations guarantee (K07, K08, K21, K23, K24) on literal
patients.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data_access.bundle.checks import judge_all
from data_access.bundle.plausibility import RULES
from data_access.bundle.problems import BundleRefused
from data_access.bundle.stage import JUDGED_WITH
from data_access.load import check_bundle
from data_access.reading.queries import empty_frame
from data_access.schema.tables import BUNDLE_TABLES, TABLE
from endpoints.catalogue import CATALOGUE
from tests.data_access.bundles import ROWS, write_bundle
from tests.endpoints.reading import derive, milestones, response
from tests.literal import patient

SAMPLE = Path(__file__).parents[2] / "sample_data"
DIED = dict(patient_id="P2", vital_status="dead", death_date="2024-05-01")


@pytest.fixture
def found(tmp_path):
    """found(table, **cells): (severity, line, column) by code of the literal bundle with cells of a table's first row
    changed; `also` changes the first row of other tables, `more` adds a row."""

    def found(table, *, also=None, more=None, **cells):
        rows = {name: [dict(row) for row in there] for name, there in ROWS.items()}
        for name, changed in {table: cells, **(also or {})}.items():
            rows[name][0] |= changed
        if more:
            rows[table].append(more)
        try:
            problems = check_bundle(write_bundle(tmp_path / "bundle", rows)).problems
        except BundleRefused as refused:
            problems = refused.problems
        return {problem.code: (problem.severity, problem.row, problem.column) for problem in problems.listed}

    return found


def test_the_literal_bundle_is_the_good_case(found):
    assert found("patient") == {}


def test_k01_birth_after_infusion_is_refused(found):
    assert found("patient", birth_month="2020-04", diagnosis_date="") == {
        "birth-after-infusion": ("ERROR", 2, "infusion_date")
    }
    enrolled_later = {"treatment_course": dict(enrolment_date="")}
    assert found("patient", birth_month="2020-03", diagnosis_date="", also=enrolled_later) == {}


def test_k01_birth_after_diagnosis_and_an_age_of_101_are_refused(found):
    assert found("patient", birth_month="2015-07") == {"birth-after-diagnosis": ("ERROR", 2, "diagnosis_date")}
    assert found("patient", birth_month="1919-02") == {"age-out-of-range": ("ERROR", 2, "infusion_date")}
    assert found("patient", birth_month="1919-04") == {}


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        (dict(apheresis_date="2015-06-29"), "apheresis_date"),
        (dict(apheresis_date="2020-03-02"), "infusion_date"),
        (dict(apheresis_date="2020-02-26", lymphodepletion_start="2020-02-25"), "lymphodepletion_start"),
        (dict(lymphodepletion_start="2020-03-02"), "infusion_date"),
        (dict(second_dose_date="2020-02-29"), "second_dose_date"),
    ],
)
def test_k02_dates_of_a_course_out_of_order_are_refused(found, cells, column):
    assert found("treatment_course", **cells) == {"course-order": ("ERROR", 2, column)}
    good = dict(apheresis_date="2020-02-01", lymphodepletion_start="2020-02-25", second_dose_date="2020-03-10")
    assert found("treatment_course", **good) == {}


def test_k02_a_response_before_infusion_is_flagged_and_counts_nowhere(found):
    assert found("response_assessment", date="2020-02-29")["response-before-infusion"] == ("WARN", 2, "date")
    assert response("BOR3M", patient("P1", responses={-1: "CR", 28: "NR"})) == "no_remission"
    assert found("response_assessment", date="2020-03-01") == {}


def test_k03_a_relapse_without_remission_is_flagged(found):
    assert found("response_assessment", response="NR") == {"relapse-without-remission": ("WARN", 2, "date")}
    assert found("response_assessment", response="CRi") == {}
    assert (
        found(
            "response_assessment",
            response="NR",
            also={"treatment_course": dict(disease_status_before="cr_mrd_positive")},
        )
        == {}
    )


def test_k04_an_event_after_death_is_refused_and_a_sample_flagged(found):
    died = {"patient": dict(vital_status="dead", death_date="2020-12-31", last_contact_date="2020-12-31")}
    assert found("relapse", also=died) == {"after-death": ("ERROR", 2, "date")}
    before = died | {"relapse": dict(date="2020-06-01")}
    assert found("mrd_assessment", date="2021-01-01", also=before) == {"after-death": ("WARN", 2, "date")}
    assert found("relapse", also={"patient": DIED}) == {}


def test_k05_last_contact_before_death_is_flagged(found):
    dead = dict(vital_status="dead", death_date="2024-05-01")
    assert found("patient", **dead, last_contact_date="2024-04-30") == {
        "last-contact-before-death": ("WARN", 2, "last_contact_date")
    }
    assert found("patient", **dead, last_contact_date="2024-05-02") == {"after-death": ("WARN", 2, "last_contact_date")}
    assert found("patient", **dead) == {}


def test_k06_an_event_after_the_cutoff_is_flagged_and_never_counts(found):
    assert found("relapse", date="2024-07-01") == {"after-cutoff": ("WARN", 2, "date")}
    assert found("relapse", date="2024-06-30") == {}
    late, early = (
        derive("OS", patient("P1", responses={28: "CR"}, death=day), cutoff=100).rows.iloc[0] for day in (101, 100)
    )
    assert (late["CNSR"], early["CNSR"]) == (1, 0) and late["AVAL"] <= 100


def test_k07_the_best_response_is_never_worse_than_a_single_one():
    assert response("BOR3M", patient("P1", responses={28: "CR", 60: "NR", 90: "CRi"})) == "CR"
    assert response("BOR3M", patient("P1", responses={28: "NR", 60: "CRi"})) == "CRi"


def test_k08_a_response_after_new_therapy_does_not_count():
    therapy = dict(therapies=[dict(day=40, kind="inotuzumab")])
    assert response("BOR3M", patient("P1", responses={28: "NR", 60: "CR"}, **therapy)) == "no_remission"
    assert response("BOR3M", patient("P1", responses={28: "CR", 60: "CR"}, **therapy)) == "CR"


def test_k09_a_remission_with_5_percent_blasts_is_flagged(found):
    assert found("response_assessment", blasts_pct="5") == {"remission-with-blasts": ("WARN", 2, "blasts_pct")}
    assert found("response_assessment", blasts_pct="4.9") == {}
    assert found("response_assessment", extramedullary="yes") == {
        "remission-with-extramedullary-disease": ("WARN", 2, "extramedullary")
    }


NEGATIVE = dict(result="negative", level="")


def test_k10_a_negative_of_a_coarse_or_unknown_assay_is_flagged(found):
    assert found("mrd_assessment", **NEGATIVE, sensitivity="1e-3") == {
        "mrd-negative-too-coarse": ("WARN", 2, "sensitivity")
    }
    assert found("mrd_assessment", **NEGATIVE, sensitivity="") == {
        "mrd-negative-without-sensitivity": ("WARN", 2, "sensitivity")
    }
    assert found("mrd_assessment", **NEGATIVE, sensitivity="1e-4") == {}


def test_k11_a_measured_level_below_the_sensitivity_is_flagged(found):
    assert found("mrd_assessment", level="9e-5", sensitivity="1e-4") == {
        "mrd-level-below-sensitivity": ("WARN", 2, "level")
    }
    assert found("mrd_assessment", level="1e-4", sensitivity="1e-4") == {}
    assert found("mrd_assessment", result="negative", level="1e-5", sensitivity="1e-4") == {
        "mrd-negative-with-level": ("WARN", 2, "level")
    }


def test_k12_mrd_in_percent_is_refused_or_flagged(found):
    assert found("mrd_assessment", level="1.5") == {"mrd-in-percent": ("ERROR", 2, "level")}
    assert found("mrd_assessment", level="1") == {"mrd-high-in-remission": ("WARN", 2, "level")}
    assert found("mrd_assessment", level="0.009", sensitivity="0.01") == {
        "sensitivity-in-percent": ("WARN", 2, "sensitivity")
    }
    assert found("treatment_course", mrd_level_before="45") == {"mrd-in-percent": ("ERROR", 2, "mrd_level_before")}


def test_k12_a_sensitivity_in_percent_is_told_once(found):
    once = {"sensitivity-in-percent": ("WARN", 2, "sensitivity")}
    assert found("mrd_assessment", **NEGATIVE, sensitivity="0.01") == once
    assert found("mrd_assessment", level="0.005", sensitivity="0.01") == once
    assert found("mrd_assessment", **NEGATIVE, sensitivity="0.009") == {
        "mrd-negative-too-coarse": ("WARN", 2, "sensitivity")
    }
    assert found("mrd_assessment", **NEGATIVE, sensitivity="1.5") == {"mrd-in-percent": ("ERROR", 2, "sensitivity")}


def test_k12_an_mrd_level_of_1_percent_in_remission_is_flagged(found):
    def at(day, response="CR", **cells):
        level = dict(level="0.01", sensitivity="1e-4") | cells
        codes = found("mrd_assessment", **level, also={"response_assessment": dict(date=day, response=response)})
        codes.pop("relapse-without-remission", None)
        return codes

    flagged = {"mrd-high-in-remission": ("WARN", 2, "level")}
    assert at("2020-03-29") == at("2020-03-22") == at("2020-04-05", "CRi") == flagged
    assert at("2020-03-21") == at("2020-04-06") == at("2020-03-29", "NR") == at("2020-03-29", "NE") == {}
    assert at("2020-03-29", level="0.0099") == {} and "required" in at("2020-03-29", date="")


def test_k12_the_nearest_assessment_says_whether_an_assay_was_in_remission():
    tables = {table.name: empty_frame(table) for table in BUNDLE_TABLES}
    tables["response_assessment"] = pd.DataFrame(
        {
            "patient_id": ["P1", "P1", "P2"],
            "date": pd.to_datetime(["2020-03-10", "2020-03-16", "2020-03-12"]),
            "response": ["CR", "RELAPSE", "CRi"],
        }
    )
    tables["mrd_assessment"] = pd.DataFrame(
        {
            "patient_id": ["P1", "P1", "P2", "P3", "P2"],
            "level": [0.3, 0.3, 0.0005, 0.3, np.nan],
            "date": pd.to_datetime(["2020-03-14", "2020-03-12", "2020-03-12", "2020-03-12", "2020-03-12"]),
        }
    )
    rule = next(r for r in RULES if (r.code, r.table) == ("mrd-high-in-remission", "mrd_assessment"))
    [verdict] = judge_all([rule], tables, pd.NaT)
    assert verdict.applies.tolist() == [False, True, True, False, False]
    assert verdict.broken.tolist() == [False, True, False, False, False]


@pytest.mark.parametrize(
    ("status", "level", "codes"),
    [
        ("cr_mrd_positive", "0.01", ["mrd-high-in-remission"]),
        ("cr_mrd_negative", "0.3", ["mrd-high-in-remission"]),
        ("cr_mrd_positive", "0.0099", []),
        ("relapse", "0.3", []),
    ],
)
def test_k12_an_mrd_level_of_1_percent_before_treatment_in_remission_is_flagged(found, status, level, codes):
    assert list(found("treatment_course", disease_status_before=status, mrd_level_before=level)) == codes


def test_k13_resolved_before_onset_is_flagged(found):
    assert found("adverse_event", resolution_date="2020-03-03") == {
        "resolved-before-onset": ("WARN", 2, "resolution_date")
    }
    assert found("adverse_event", resolution_date="2020-03-04") == {}


@pytest.mark.parametrize("grade", ["6", "0", "III", "2.5", "grade 2"])
def test_k14_a_grade_that_does_not_exist_is_refused(found, grade):
    assert found("adverse_event", grade=grade) == {"not-an-integer": ("ERROR", 2, "grade")}
    assert found("adverse_event", grade="4") == {}


def test_k14_a_grade_outside_its_scale_or_without_scale_is_flagged(found):
    assert found("adverse_event", kind="ICANS", scale="Penn") == {"grade-outside-scale": ("WARN", 2, "grade")}
    assert found("adverse_event", scale="") == {"grade-without-scale": ("WARN", 2, "scale")}
    assert found("adverse_event", scale="Penn") == {}


def test_k15_onset_before_infusion_is_flagged(found):
    assert found("adverse_event", onset_date="2020-02-29") == {"onset-before-infusion": ("WARN", 2, "onset_date")}
    assert found("adverse_event", onset_date="2020-03-01") == {}


def test_k16_grade_5_of_a_living_patient_is_refused(found):
    assert found("adverse_event", grade="5") == {"grade-5-while-alive": ("ERROR", 2, "grade")}
    assert found("adverse_event", grade="5", also={"patient": DIED}) == {}


def test_k17_two_infusions_on_one_day_are_refused(found):
    again = dict(treatment_course_id="T3", patient_id="P2", product_code="TISA", course_number="2")
    assert found("treatment_course", more=again | dict(infusion_date="2020-03-01")) == {
        "two-infusions-one-day": ("ERROR", 4, "infusion_date")
    }
    assert found("treatment_course", more=again | dict(infusion_date="2022-03-01")) == {}


@pytest.mark.parametrize(
    "cells",
    [
        dict(dose_cells_e6="200000000"),
        dict(dose_cells_e6="0.0002"),
        dict(dose_per_kg_e6="2000000"),
        dict(dose_per_kg_e6="0.000002", dose_cells_e6=""),
    ],
)
def test_k18_a_dose_in_another_unit_is_refused(found, cells):
    assert found("treatment_course", **cells)["dose-unit"] == ("ERROR", 2, next(iter(cells)))
    assert found("treatment_course", dose_cells_e6="200", dose_per_kg_e6="2.5") == {}


def test_k18_a_dose_that_no_body_weight_explains_is_flagged(found):
    assert found("treatment_course", dose_cells_e6="200", dose_per_kg_e6="200") == {
        "dose-against-weight": ("WARN", 2, "dose_per_kg_e6")
    }


def test_k19_dead_without_date_and_a_date_without_dead_are_refused(found):
    assert found("patient", vital_status="dead") == {"dead-without-date": ("ERROR", 2, "vital_status")}
    assert found("patient", death_date="2024-05-01") == {"death-date-but-not-dead": ("ERROR", 2, "death_date")}
    assert found("patient", cause_of_death="infection") == {"cause-without-death": ("WARN", 2, "cause_of_death")}
    assert found("patient", vital_status="dead", death_date="2024-05-01", cause_of_death="infection") == {}


def test_k20_one_patient_reported_by_two_sites_is_flagged(found, tmp_path):
    def twins(**changed):
        rows = {name: [dict(row) for row in there] for name, there in ROWS.items()}
        rows["patient"][1] |= {k: rows["patient"][0][k] for k in ("sex", "birth_month", "diagnosis_date")}
        rows["patient"][1] |= dict(site_code="C02") | changed
        rows["treatment_course"][1] |= dict(enrolment_date="2020-01-31", infusion_date="2020-03-01")
        listed = check_bundle(write_bundle(tmp_path / "twins", rows)).problems.listed
        return [(p.code, p.severity, p.row, p.value) for p in listed]

    assert twins() == [("duplicate-patient", "WARN", 3, "P1***")]
    assert twins(birth_month="2010-03") == []


def test_k21_a_transplant_before_infusion_is_no_consolidation():
    before, after = (patient("P1", responses={28: "CR"}, transplants=[dict(day=day)]) for day in (-30, 90))
    assert milestones("HSCTRMDT", before, after) == [None, 90]


@pytest.mark.parametrize(
    "sentinel", ["1900-01-01", "1899-12-30", "1970-01-01", "9999-12-31", "2999-12-31", "1111-11-11"]
)
def test_k22_a_date_that_stands_for_unknown_is_refused(found, sentinel):
    assert found("patient", diagnosis_date=sentinel) == {"sentinel-date": ("ERROR", 2, "diagnosis_date")}
    assert found("patient", diagnosis_date="") == {}


HARD = [
    patient("", responses={28: "CR", 90: "CR"}, relapses=[dict(day=-400), dict(day=80)], death=85, last_contact=60),
    patient("", responses={-5: "CR", 28: "CR"}, transplants=[dict(day=-100), dict(day=70)], contacts=[-50, 500]),
    patient("", responses={0: "CR"}, therapies=[dict(day=0, kind="tki")], death=0, infused=0),
    patient("", responses={28: "CR"}, last_contact=10),
    patient("", infused=0, last_contact=-20),
]


@pytest.mark.parametrize("endpoint", [e for e in CATALOGUE if "infused" in e.populations], ids=lambda e: e.paramcd)
def test_k23_no_time_to_event_is_negative(endpoint):
    rows = derive(endpoint.paramcd, *HARD).rows
    assert (rows["AVAL"] >= 0).all()


def test_k24_a_censoring_before_an_event_does_not_hide_it_unless_the_endpoint_says_so():
    one = dict(responses={28: "CR"}, relapses=[dict(day=200)], death=300, last_contact=100)
    assert derive("OS", patient("P1", **one)).rows.iloc[0][["AVAL", "CNSR"]].tolist() == [300, 0]
    assert derive("EFS", patient("P1", **one)).rows.iloc[0][["AVAL", "CNSR"]].tolist() == [200, 0]


def test_the_sample_cohort_loads_and_its_implausible_records_are_counted():
    counts = check_bundle(SAMPLE).problems.counts
    assert set(counts) == {
        ("WARN", code)
        for code in (
            "remission-with-blasts",
            "mrd-negative-without-sensitivity",
            "mrd-negative-too-coarse",
            "relapse-without-remission",
            "resolved-before-onset",
            "transplant-status-in-doubt",
            "below-limit-over-rule",
            "relapse-beside-molecular",
            "no-remission-after-remission",
            "prior-transplant-row-beside-no",
            "b-cell-count-only",
            "old-code",
        )
    }
    assert 0 < counts["WARN", "remission-with-blasts"] < 10 and 0 < counts["WARN", "resolved-before-onset"] < 10


def test_rules_are_judged_on_loaded_tables_with_numerator_and_denominator():
    nobody = judge_all(RULES, {table.name: empty_frame(table) for table in BUNDLE_TABLES}, pd.Timestamp("2024-06-30"))
    assert all(len(v.applies) == len(v.broken) == 0 for v in nobody)
    tables = {table.name: empty_frame(table) for table in BUNDLE_TABLES}
    tables["response_assessment"] = pd.DataFrame(
        {
            "patient_id": ["P1", "P1", "P2"],
            "date": pd.to_datetime(["2020-01-01"] * 3),
            "response": ["CR", "CR", "NR"],
            "blasts_pct": [7.0, 2.0, 80.0],
            "extramedullary": pd.array([None] * 3, dtype="boolean"),
        }
    )
    verdict = next(v for v in judge_all([r for r in RULES if r.code == "remission-with-blasts"], tables, pd.NaT))
    assert (verdict.broken.sum(), verdict.applies.sum()) == (1, 2)
    assert np.flatnonzero(verdict.broken).tolist() == [0]


def test_every_rule_says_what_it_protects_and_is_judged_with_the_last_table_it_looks_at():
    order = [table.name for table in BUNDLE_TABLES]
    for rule in RULES:
        assert rule.column in TABLE[rule.table].columns and rule.message and rule.protects and rule.hint
        assert all(order.index(name) <= order.index(JUDGED_WITH[rule]) for name in (rule.table, *rule.needs)), rule.code
