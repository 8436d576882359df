"""One wrong key is one problem, not one for every row that names it."""

import pytest

from data_access.bundle.problems import BundleRefused
from data_access.load import check_bundle
from tests.data_access.bundles import ROWS, write_bundle

CONTACTS = [dict(contact_id=f"C{i}", patient_id="P2", date=f"2020-05-0{i}") for i in range(1, 8)]


@pytest.fixture
def errors(tmp_path):
    """errors(**rows by table): (file, row, column, code, message, value) of what is refused."""

    def errors(**changed):
        with pytest.raises(BundleRefused) as refused:
            check_bundle(write_bundle(tmp_path / "bundle", **changed))
        listed = refused.value.problems
        assert listed.total == len(listed.errors) and all(problem.hint for problem in listed.errors)
        return [(p.file, p.row, p.column, p.code, p.message, p.value) for p in listed.errors]

    return errors


def named(table, old, new):
    return [row | dict(patient_id=new) if row["patient_id"] == old else row for row in ROWS[table]]


def test_a_pseudonym_that_is_wrong_everywhere_is_told_once_with_the_rows_that_name_it(errors):
    wrong = {
        table: named(table, "P2", "002")
        for table in (
            "patient",
            "treatment_course",
            "response_assessment",
            "mrd_assessment",
            "relapse",
            "adverse_event",
        )
    }
    [found] = errors(**wrong, contact=[row | dict(patient_id="002") for row in CONTACTS])
    assert found == (
        "patient.csv",
        2,
        "patient_id",
        "not-a-pseudonym",
        (
            "must be a pseudonym that begins with a letter, without a space at either end (also named in 1 row of "
            "treatment_course, 1 row of response_assessment, 2 rows of mrd_assessment, 7 rows of contact, 1 row of "
            "relapse, 1 row of adverse_event)"
        ),
        "00***",
    )


def test_a_pseudonym_that_is_wrong_in_the_patients_only_brings_one_more_problem_with_its_first_row(errors):
    found = errors(patient=named("patient", "P2", "002"), contact=CONTACTS)
    assert [problem[:4] for problem in found] == [
        ("patient.csv", 2, "patient_id", "not-a-pseudonym"),
        ("treatment_course.csv", 2, "patient_id", "orphan"),
    ]
    assert found[1][4:] == (
        (
            "must be in patient.csv, of which 1 key could not be read (named in 1 row of "
            "treatment_course, 1 row of response_assessment, 2 rows of mrd_assessment, 7 rows of "
            "contact, 1 row of relapse, 1 row of adverse_event)"
        ),
        "P2***",
    )


def test_a_missing_pseudonym_of_a_patient_brings_one_more_problem_too(errors):
    found = errors(patient=named("patient", "P2", ""), contact=CONTACTS)
    assert [problem[3] for problem in found] == ["required", "orphan"]


def test_a_pseudonym_that_is_wrong_elsewhere_only_is_listed_row_by_row(errors):
    found = errors(contact=[row | dict(patient_id="002") for row in CONTACTS[:2]])
    assert [problem[:4] for problem in found] == [
        ("contact.csv", row, "patient_id", "not-a-pseudonym") for row in (2, 3)
    ]


def test_where_every_pseudonym_could_be_read_every_orphan_is_listed(errors):
    found = errors(contact=[row | dict(patient_id="P9") for row in CONTACTS[:3]])
    assert [problem[:5] for problem in found] == [
        ("contact.csv", row, "patient_id", "orphan", "must be in patient.csv") for row in (2, 3, 4)
    ]


def test_a_product_code_that_is_wrong_everywhere_is_told_once(errors):
    products = [ROWS["product"][0] | dict(product_code=" TISA"), ROWS["product"][1]]
    courses = [ROWS["treatment_course"][0] | dict(product_code=" TISA"), ROWS["treatment_course"][1]]
    [found] = errors(product=products, treatment_course=courses)
    assert found[:4] == ("product.csv", 2, "product_code", "not-an-id") and "1 row of treatment_course" in found[4]
