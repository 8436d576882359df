"""The level of those of whom a value is not known is called `missing`: data may not bring the word."""

import pytest

from data_access.bundle.problems import BundleRefused
from data_access.load import check_bundle
from data_access.schema.tables import BUNDLE_TABLES, columns_of, is_level, kind_of
from tests.data_access.bundles import ROWS, write_bundle

LEVELS = [("patient", "site_code"), ("product", "product_code"), ("product", "name"), ("car_persistence", "unit")]


def errors(folder, table, column, text):
    rows = {name: [dict(row) for row in there] for name, there in ROWS.items()}
    rows["car_persistence"] = [dict(car_persistence_id="C1", patient_id="P2", date="2020-03-29", method="qpcr")]
    rows[table][0][column] = text
    if column == "product_code":
        rows["treatment_course"][0][column] = text
    try:
        check_bundle(write_bundle(folder, rows))
    except BundleRefused as refused:
        return refused.problems.errors
    return []


@pytest.mark.parametrize("text", ["missing", "Missing", "MISSING", "mis-sing", "ｍissing", "miѕsing"])
@pytest.mark.parametrize(("table", "column"), LEVELS)
def test_a_group_called_missing_is_refused_with_the_rule(tmp_path, table, column, text):
    found = errors(tmp_path / "bundle", table, column, text)
    assert {(p.code, p.file, p.column) for p in found} >= {("reserved-word", f"{table}.csv", column)}
    assert {p.code for p in found} == {"reserved-word"}
    assert "reserved for what is not known" in found[0].message and "Leave the cell empty" in found[0].hint


@pytest.mark.parametrize("text", ["missing persons unit", "M", "unknown", "NA", "none"])
def test_another_word_is_a_group_like_any_other(tmp_path, text):
    assert errors(tmp_path / "bundle", "patient", "site_code", text) == []


def test_every_short_code_of_a_patient_product_or_course_is_looked_at():
    looked_at = {
        (column.table.name, column.name) for t in BUNDLE_TABLES for column in columns_of(t) if is_level(column)
    }
    codes = {
        (column.table.name, column.name)
        for table in BUNDLE_TABLES
        for column in columns_of(table)
        if kind_of(column) == "id" and not column.name.endswith("_id")
    }
    assert codes <= looked_at
