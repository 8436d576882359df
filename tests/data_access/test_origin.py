"""A bundle converted from another format: its problems are said with the source's file, row and column."""

import pytest

from data_access.bundle.origin import Origin
from data_access.bundle.problems import BundleRefused, Problems
from data_access.load import load_bundle
from tests.data_access.bundles import ROWS, write_bundle

ORIGIN = Origin(
    rows={
        "patient": [("export.csv", 7), ("export.csv", 12)],
        "relapse": [("export.csv", 9), ("other.csv", 3), ("other.csv", 4)],
    },
    columns={("patient", "sex"): "gender", ("relapse", "date"): "rel_dat"},
)


def refused(tmp_path, origin, found=None, **changed):
    bundle = write_bundle(tmp_path / "bundle", **changed)
    with pytest.raises(BundleRefused) as error:
        load_bundle(bundle, f"sqlite:///{tmp_path / 'cohort.db'}", origin=origin, found=found)
    return [(p.file, p.row, p.column, p.code, p.value) for p in error.value.problems.errors]


def test_a_wrong_cell_is_said_with_file_row_and_column_of_the_source(tmp_path):
    patients = [ROWS["patient"][0] | dict(sex="F"), ROWS["patient"][1]]
    assert refused(tmp_path, ORIGIN, patient=patients) == [("export.csv", 7, "gender", "not-allowed", "F")]


def test_a_row_after_a_quoted_line_break_and_its_twin_are_found_at_the_source(tmp_path):
    first = ROWS["relapse"][0]
    relapses = [first, first | dict(relapse_id="X2", date="2021-02-02"), first | dict(relapse_id="X3")]
    assert refused(tmp_path, ORIGIN, relapse=relapses) == [
        ("other.csv", 4, "patient_id+rel_dat+level", "duplicate-row", "the same as export.csv, line 9")
    ]


def test_what_has_no_origin_keeps_its_place_in_the_bundle(tmp_path):
    events = [ROWS["adverse_event"][0] | dict(grade="6")]
    assert refused(tmp_path, ORIGIN, adverse_event=events) == [("adverse_event.csv", 2, "grade", "not-an-integer", "6")]


def test_what_the_reader_found_itself_stops_the_import_and_is_listed_first(tmp_path):
    found = Problems()
    found.add("export.csv", "labels-not-codes", "must be exported with raw codes", row=3, column="sex", value="Male")
    assert refused(tmp_path, ORIGIN, found) == [("export.csv", 3, "sex", "labels-not-codes", "Male")]
    assert not (tmp_path / "cohort.db").exists()
