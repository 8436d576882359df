"""The rules of schema version 2 and of the conventions that decide a case: one good and one bad row each."""

from pathlib import Path

import pytest

from data_access.bundle.plausibility import RULES
from data_access.bundle.problems import BundleRefused
from data_access.load import check_bundle
from tests.data_access.bundles import ROWS, write_bundle

TESTS = Path(__file__).parents[1]
DAY0 = "2020-03-01"
MORE = {"patients": "patient", "treatment_courses": "treatment_course"}  # rows beside the literal ones
DEAD = dict(vital_status="dead", death_date="2024-05-01", last_contact_date="2024-05-01")


@pytest.fixture
def found(tmp_path):
    """found(table=rows, ...): {code: (severity, file, line, column)} of a bundle with P2, infused on 2020-03-01, whose
    rows of the named tables are these; keys are made. `patient` and `treatment_course` change the cells of P2's rows,
    `patients` and `treatment_courses` add rows."""

    def found(**tables):
        rows = {name: [dict(row) for row in ROWS[name]] for name in ("product", "patient", "treatment_course")}
        for name in ("patient", "treatment_course"):
            rows[name][0] |= tables.pop(name, {})
        for name, added in tables.items():
            table = MORE.get(name, name)
            keyed = [{f"{table}_id": f"K{n}", "patient_id": "P2"} | row for n, row in enumerate(added)]
            rows[table] = [*rows.get(table, ()), *keyed]
        try:
            problems = check_bundle(write_bundle(tmp_path / "bundle", rows)).problems
        except BundleRefused as refused:
            problems = refused.problems
        return {p.code: (p.severity, p.file, p.row, p.column) for p in problems.listed}

    return found


def course(number, **cells):
    return dict(product_code="TISA", course_number=str(number)) | cells


def response(*pairs):
    return [dict(date=date, response=code) for date, code in pairs]


def relapse(date, level="morphologic"):
    return dict(date=date, level=level)


def graft(date, **cells):
    return dict(date=date, kind="allogeneic") | cells


def assay(date, level):
    return dict(date=date, specimen="BM", method="flow", result="positive", level=level, sensitivity="1e-4")


def episode(kind, onset, **cells):
    return dict(kind=kind, onset_date=onset) | cells


CR = [("2020-03-29", "CR")]
CASES = {  # code: (severity, table, the bad rows, the good rows)
    "mrd-high-in-remission": (
        "WARN",
        "mrd_assessment",
        dict(response_assessment=response(*CR), mrd_assessment=[assay("2020-04-05", "0.01")]),
        dict(response_assessment=response(*CR), mrd_assessment=[assay("2020-04-06", "0.01")]),
    ),
    "before-diagnosis": (
        "ERROR",
        "transplant",
        dict(transplant=[graft("2015-06-29")]),
        dict(transplant=[graft("2015-06-30")]),
    ),
    "burden-after-infusion": (
        "WARN",
        "treatment_course",
        dict(treatment_course=dict(burden_date="2020-03-02")),
        dict(treatment_course=dict(burden_date=DAY0)),
    ),
    "infused-and-not-infused": (
        "WARN",
        "treatment_course",
        dict(treatment_course=dict(not_infused_date="2020-02-20")),
        dict(treatment_course=dict(infusion_date="", not_infused_date="2020-02-20")),
    ),
    "more-than-100-percent": (
        "ERROR",
        "treatment_course",
        dict(treatment_course=dict(blasts_pct_before="101")),
        dict(treatment_course=dict(blasts_pct_before="100")),
    ),
    "prior-transplant-row-beside-no": (
        "WARN",
        "transplant",
        dict(patient=dict(prior_transplant="no"), transplant=[graft("2018-01-01")]),
        dict(patient=dict(prior_transplant="no"), transplant=[graft(DAY0)]),
    ),
    "prior-transplant-of-another-kind": (
        "WARN",
        "transplant",
        dict(patient=dict(prior_transplant_kind="autologous"), transplant=[graft("2018-01-01")]),
        dict(patient=dict(prior_transplant_kind="allogeneic"), transplant=[graft("2018-01-01")]),
    ),
    "prior-transplant-kind-without-one": (
        "WARN",
        "patient",
        dict(patient=dict(prior_transplant="no", prior_transplant_kind="allogeneic")),
        dict(patient=dict(prior_transplant="yes", prior_transplant_kind="allogeneic")),
    ),
    "relapse-beside-molecular": (
        "WARN",
        "response_assessment",
        dict(
            response_assessment=response(*CR, ("2020-07-01", "RELAPSE")), relapse=[relapse("2020-06-01", "molecular")]
        ),
        dict(
            response_assessment=response(*CR, ("2020-07-02", "RELAPSE")), relapse=[relapse("2020-06-01", "molecular")]
        ),
    ),
    "no-remission-after-remission": (
        "WARN",
        "response_assessment",
        dict(response_assessment=response(*CR, ("2020-07-01", "NR"))),
        dict(response_assessment=response(*CR, ("2020-06-01", "RELAPSE"), ("2020-07-01", "NR"))),
    ),
    "transplant-status-in-doubt": (
        "WARN",
        "transplant",
        dict(
            response_assessment=response(*CR, ("2020-09-01", "CR")),
            transplant=[graft("2020-06-01", disease_status="not_in_remission")],
        ),
        dict(
            response_assessment=response(*CR, ("2020-05-01", "RELAPSE"), ("2020-09-01", "CR")),
            transplant=[graft("2020-06-01", disease_status="not_in_remission")],
        ),
    ),
    "below-limit-over-rule": (
        "WARN",
        "b_cell_assessment",
        dict(b_cell_assessment=[dict(date=DAY0, specimen="PB", below_limit="yes", cd19_pct_lymphocytes="3")]),
        dict(b_cell_assessment=[dict(date=DAY0, specimen="PB", below_limit="yes", cd19_pct_lymphocytes="0.1")]),
    ),
    "onset-late": (
        "WARN",
        "adverse_event",
        dict(adverse_event=[episode("CRS", "2021-04-05")]),
        dict(adverse_event=[episode("ICAHT", "2021-04-05"), episode("CRS", "2020-04-30")]),
    ),
    "grade-outside-scale": (
        "WARN",
        "adverse_event",
        dict(adverse_event=[episode("ICAHT", "2020-03-20", grade="5", scale="EHA_EBMT")], patient=DEAD),
        dict(adverse_event=[episode("IEC_HS", "2020-03-20", grade="4", scale="ASTCT")]),
    ),
    "grade-5-while-alive": (
        "ERROR",
        "infection",
        dict(infection=[dict(onset_date="2020-04-01", grade="5")]),
        dict(infection=[dict(onset_date="2020-04-01", grade="5")], patient=DEAD),
    ),
    "transgene-without-test": (
        "WARN",
        "second_malignancy",
        dict(second_malignancy=[dict(diagnosis_date="2023-01-01", transgene_tested="no", transgene_found="yes")]),
        dict(second_malignancy=[dict(diagnosis_date="2023-01-01", transgene_tested="yes", transgene_found="yes")]),
    ),
    "courses-out-of-order": (
        "ERROR",
        "treatment_course",
        dict(treatment_course=dict(course_number="2"), treatment_courses=[course(1, infusion_date="2021-03-01")]),
        dict(treatment_courses=[course(2, infusion_date="2021-03-01")]),
    ),
    "last-contact-before-infusion": (
        "WARN",
        "treatment_course",
        dict(patient=dict(last_contact_date="2020-02-29")),
        dict(patient=dict(last_contact_date=DAY0)),
    ),
    "course-order": (
        "ERROR",
        "treatment_course",
        dict(treatment_course=dict(enrolment_date="2020-12-26")),
        dict(treatment_course=dict(enrolment_date=DAY0)),
    ),
    "birth-after-enrolment": (
        "ERROR",
        "treatment_course",
        dict(
            patient=dict(birth_month="2020-03", diagnosis_date=""),
            treatment_course=dict(infusion_date="", not_infused_date="2020-04-01"),
        ),
        dict(
            patient=dict(birth_month="2020-01", diagnosis_date=""),
            treatment_course=dict(infusion_date="", not_infused_date="2020-04-01"),
        ),
    ),
    "course-without-date": (
        "WARN",
        "treatment_course",
        dict(treatment_course=dict(enrolment_date="", infusion_date="")),
        dict(treatment_course=dict(enrolment_date="", infusion_date="", apheresis_date="2020-02-01")),
    ),
    "patient-without-course": ("WARN", "patient", dict(patients=[dict(patient_id="P3")]), dict()),
    "spelled-in-two-ways": (
        "WARN",
        "patient",
        dict(patients=[dict(patient_id="p 2")], treatment_courses=[course(1, patient_id="p 2", apheresis_date=DAY0)]),
        dict(patients=[dict(patient_id="P-2")], treatment_courses=[course(1, patient_id="P-2", apheresis_date=DAY0)]),
    ),
    "onset-before-infusion": (
        "WARN",
        "infection",
        dict(infection=[dict(onset_date="2020-02-29", organism_class="viral")]),
        dict(infection=[dict(onset_date=DAY0, organism_class="viral")]),
    ),
    "after-death": (
        "ERROR",
        "infection",
        dict(infection=[dict(onset_date="2024-05-02")], patient=DEAD),
        dict(infection=[dict(onset_date="2024-05-01")], patient=DEAD),
    ),
    "after-cutoff": (
        "WARN",
        "second_malignancy",
        dict(second_malignancy=[dict(diagnosis_date="2024-07-01")]),
        dict(second_malignancy=[dict(diagnosis_date="2024-06-30")]),
    ),
}


@pytest.mark.parametrize("code", CASES)
def test_the_bad_row_is_told_and_the_good_one_is_not(found, code):
    severity, table, bad, good = CASES[code]
    assert found(**bad)[code][:2] == (severity, f"{table}.csv")
    assert code not in found(**good)


@pytest.mark.parametrize("code", CASES)
def test_each_rule_of_a_case_says_what_it_protects_and_what_to_do(code):
    assert all(rule.protects and rule.hint for rule in RULES if rule.code == code)


def test_every_rule_has_a_test_that_names_it():
    tests = "".join(path.read_text("utf-8") for path in sorted(TESTS.rglob("test_*.py")))
    assert sorted({rule.code for rule in RULES if f'"{rule.code}"' not in tests}) == []


def test_a_decision_not_to_infuse_before_enrolment_is_refused(found):
    never = dict(enrolment_date="2020-01-31", infusion_date="", not_infused_date="2019-07-15")
    assert found(treatment_course=never)["course-order"] == ("ERROR", "treatment_course.csv", 2, "not_infused_date")
    assert "course-order" not in found(treatment_course=never | dict(not_infused_date="2020-01-31"))


def test_a_count_over_the_rule_beside_below_limit_is_told_by_the_lymphocytes(found):
    def told(**values):
        return "below-limit-over-rule" in found(b_cell_assessment=[dict(date=DAY0, below_limit="yes") | values])

    assert told(specimen="PB", cd19_per_ul="20", lymphocytes_per_ul="400")
    assert not told(specimen="PB", cd19_per_ul="20") and not told(
        specimen="PB", cd19_per_ul="2", lymphocytes_per_ul="400"
    )
    assert told(specimen="BM", normal_b_pct_marrow="1") and not told(specimen="BM", normal_b_pct_marrow="0.9")


def test_a_relapse_row_of_the_day_stands_between_remission_and_no_remission(found):
    rows = response(*CR, ("2020-07-01", "NR"), ("2020-08-01", "NR"))
    assert found(response_assessment=rows)["no-remission-after-remission"][2] == 3
    told = found(response_assessment=rows, relapse=[relapse("2020-07-01")])
    assert "no-remission-after-remission" not in told
    assert "no-remission-after-remission" in found(
        response_assessment=rows, relapse=[relapse("2020-06-01", "molecular")]
    )


def test_while_a_course_names_nobody_who_is_there_no_patient_is_called_without_one(found):
    told = found(treatment_courses=[course(1, patient_id="P9", apheresis_date=DAY0)], patients=[dict(patient_id="P3")])
    assert "orphan" in told and "patient-without-course" not in told


# What real files brought: one good and one bad row each


def seen(found, **tables):
    """What is found, of a patient who is assessed."""
    return found(response_assessment=response(*CR), **tables)


def test_a_count_of_b_cells_alone_is_flagged(found):
    sample = dict(date="2020-04-01", specimen="PB", cd19_per_ul="12")
    assert seen(found, b_cell_assessment=[sample]) == {
        "b-cell-count-only": ("WARN", "b_cell_assessment.csv", 2, "cd19_per_ul")
    }
    for known in (dict(lymphocytes_per_ul="900"), dict(cd19_pct_lymphocytes="2"), dict(below_limit="yes")):
        assert seen(found, b_cell_assessment=[sample | known]) == {}


@pytest.mark.parametrize(
    ("bad", "good"), [("MÃ¼ller", "Müller"), ("KÃ¶ln", "Köln"), ("aâ€“b", "a–b"), ("caf\ufffd", "café")]
)
def test_a_name_in_the_wrong_encoding_is_flagged(found, bad, good):
    assert seen(found, patient=dict(site_code=f"{bad} 1")) == {"garbled-text": ("WARN", "patient.csv", 2, "site_code")}
    assert seen(found, patient=dict(site_code=f"{good} 1")) == {}
    assert seen(found, patient=dict(site_code="SÃO PAULO 1")) == {}


@pytest.mark.parametrize(("name", "codes"), [("Tisagenlecleucel", ["two-products-of-one-name"]), ("another", [])])
def test_two_products_of_one_name_are_flagged(tmp_path, name, codes):
    rows = ROWS | {"product": [*ROWS["product"], dict(product_code="T2", name=name)]}
    problems = check_bundle(write_bundle(tmp_path / "bundle", rows)).problems
    assert [p.code for p in problems.warnings] == codes


def test_a_cause_of_death_of_schema_version_1_is_flagged_and_read(found):
    assert seen(found, patient=DEAD | dict(cause_of_death="crs_icans_hlh")) == {
        "old-code": ("WARN", "patient.csv", 2, "cause_of_death")
    }
    assert seen(found, patient=DEAD | dict(cause_of_death="crs")) == {}


@pytest.mark.parametrize(
    ("table", "column", "text", "word"),
    [
        ("response_assessment", "response", "CRh", "CRi"),
        ("response_assessment", "response", "CRp", "CRi"),
        ("response_assessment", "response", "relapsed", "RELAPSE"),
        ("response_assessment", "response", "CNS RELAPSE", "RELAPSE"),
        ("relapse", "level", "Haematological", "morphologic"),
        ("relapse", "level", "isolated CNS", "extramedullary"),
    ],
)
def test_an_older_text_for_a_code_is_refused_with_ours(tmp_path, table, column, text, word):
    rows = {name: [dict(row) for row in given] for name, given in ROWS.items()}
    rows[table][0] |= {column: text}
    with pytest.raises(BundleRefused) as refused:
        check_bundle(write_bundle(tmp_path / "bundle", rows))
    [problem] = refused.value.problems.errors
    assert problem.code == "not-allowed" and word in problem.hint


# An MRD column in percent


def assays(levels, sensitivity):
    return [assay(f"2020-{n + 4:02d}-01", level) | dict(sensitivity=sensitivity) for n, level in enumerate(levels)]


def of_column(found, levels, sensitivity="1e-4"):
    return found(mrd_assessment=assays(levels, sensitivity)).get("mrd-column-in-percent")


SAID = ("WARN", "mrd_assessment.csv", None, "level")


def test_small_levels_in_percent_are_told_by_the_column_and_once(found):
    assert of_column(found, ["0.04", "0.01", "0.02", "0.03", "0.04"]) == SAID
    assert of_column(found, ["0.04", "0.01", "0.02", "0.03"]) is None  # too few to speak of a column
    assert of_column(found, ["0.0004", "0.0001", "0.0002", "0.0003", "0.0004"]) is None
    assert of_column(found, ["0.04", "0.01", "0.02", "0.03", "0.00009"]) is None  # in percent no assay goes there


def test_levels_below_their_own_sensitivity_speak_for_percent(found):
    low = ["0.004", "0.0013", "0.0021", "0.0031", "0.0044"]
    assert of_column(found, low, sensitivity="0.005") == SAID
    assert of_column(found, low, sensitivity="0.0001") is None


def test_the_evidence_of_a_column_is_in_the_one_warning(tmp_path):
    rows = {name: [dict(row) for row in given] for name, given in ROWS.items()}
    rows["mrd_assessment"] = [
        dict(mrd_assessment_id=f"K{n}", patient_id="P2") | row
        for n, row in enumerate(assays(["0.04", "0.01", "0.02", "0.03", "0.04"], "1e-4"))
    ]
    problems = check_bundle(write_bundle(tmp_path / "bundle", rows)).problems
    [warning] = [p for p in problems.warnings if p.code == "mrd-column-in-percent"]
    assert warning.value == (
        "5 levels from 0.01 to 0.04, none under 0.0001, 5 on multiples of 0.01, 0 of 5 below their own sensitivity"
    )


# A registry without visits


def test_a_patient_followed_without_an_event_and_without_an_assessment_is_counted(found):
    followed = dict(last_contact_date="2021-03-01")
    said = {"not-assessed-since-infusion": ("WARN", "patient.csv", 2, "last_contact_date")}
    assert found(patient=followed) == said
    assert found(patient=followed, response_assessment=response(("2020-04-01", "NE"))) == said
    assert found(patient=followed, response_assessment=response(("2020-04-01", "CR"))) == {}
    assert found(patient=followed, mrd_assessment=[assay("2020-04-01", "0.0002")]) == {}
    assert found(patient=dict(last_contact_date="2020-06-09")) == {}  # day 100
    assert found(patient=dict(last_contact_date="2020-06-10")) == said
    assert "not-assessed-since-infusion" not in found(patient=followed, relapse=[relapse("2020-09-01")])
    assert found(patient=DEAD) == {}


# What may identify is never repeated


@pytest.mark.parametrize("text", ["2010-02-14", "14.02.2010", "Feb 2010", "1899-12"])
def test_a_birth_date_is_masked_whatever_is_wrong_with_it(tmp_path, text):
    rows = {name: [dict(row) for row in given] for name, given in ROWS.items()}
    rows["patient"][0] |= dict(birth_month=text)
    with pytest.raises(BundleRefused) as refused:
        check_bundle(write_bundle(tmp_path / "bundle", rows))
    [problem] = refused.value.problems.errors
    assert problem.column == "birth_month" and not any(c.isdigit() for c in problem.value)


def test_a_plausible_birth_month_is_masked_where_a_rule_names_it(tmp_path):
    rows = {name: [dict(row) for row in given] for name, given in ROWS.items()}
    rows["patient"][0] |= dict(birth_month="2031-02")
    with pytest.raises(BundleRefused) as refused:
        check_bundle(write_bundle(tmp_path / "bundle", rows))
    assert "2031" not in str(refused.value.problems)
