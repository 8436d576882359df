import datetime
import shutil
import sqlite3

import pandas as pd
import pytest

from data_access.bundle.problems import BundleRefused, DatabaseProblem, Problems
from data_access.load import load_bundle, main
from data_access.manifest import main as manifest_main
from data_access.reading.content import Content
from data_access.reading.engine import connect, open_engine
from data_access.reading.history import fetch_history
from data_access.reading.queries import dataset_row, fetch_table, fetch_tables
from data_access.schema.tables import BUNDLE_TABLES, SCHEMA_VERSION, columns_of
from data_access.schema.values import to_text
from data_access.targets import history
from tests.data_access.bundles import ROWS, edit, refresh, write_bundle


@pytest.fixture
def bundle(tmp_path):
    return write_bundle(tmp_path / "bundle")


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'cohort.db'}"


def problems_of(bundle, url):
    """(file, line, column, code) of every error, in the order listed."""
    with pytest.raises(BundleRefused) as refused:
        load_bundle(bundle, url)
    return [(p.file, p.row, p.column, p.code) for p in refused.value.problems.errors]


def version_of(url):
    with connect(open_engine(url)) as connection:
        return dataset_row(connection).version


CELLS = [
    ("patient.csv", "2015-06-30", "30/06/2015", 2, "diagnosis_date", "not-a-date"),
    ("patient.csv", "2015-06-30", "2015-02-29", 2, "diagnosis_date", "not-a-date"),
    ("patient.csv", "2015-06-30", "20150630", 2, "diagnosis_date", "not-a-date"),
    ("patient.csv", "2015-06-30", "42185", 2, "diagnosis_date", "not-a-date"),
    ("patient.csv", "2010-02", "2010-13", 2, "birth_month", "not-a-month"),
    ("patient.csv", "female", "Female", 2, "sex", "not-allowed"),
    ("patient.csv", ",no,3,", ",0,3,", 2, "down_syndrome", "not-yes-no"),
    ("patient.csv", ",no,3,", ",no,3.0,", 2, "prior_lines", "not-an-integer"),
    ("patient.csv", ",no,3,", ",no,-1,", 2, "prior_lines", "not-an-integer"),
    ("patient.csv", "P1", " P1", 3, "patient_id", "not-a-pseudonym"),
    ("patient.csv", "P1", "00123", 3, "patient_id", "not-a-pseudonym"),
    ("patient.csv", ",NA,female", ",NA ,female", 2, "site_code", "not-an-id"),
    ("mrd_assessment.csv", "1e-6", "<1e-6", 2, "level", "below-limit"),
    ("mrd_assessment.csv", "1e-6", "inf", 2, "level", "not-a-number"),
    ("mrd_assessment.csv", "1e-6", "-1e-6", 2, "level", "not-a-number"),
    ("mrd_assessment.csv", "1e-6", "nan", 2, "level", "not-a-number"),
    ("mrd_assessment.csv", ",negative", ",", 3, "result", "required"),
    ("adverse_event.csv", ",2,", ",6,", 2, "grade", "not-an-integer"),
    ("relapse.csv", "arm\nand", "arm\x00and", 2, "sites", "not-text"),
]


@pytest.mark.parametrize(("file", "before", "after", "line", "column", "code"), CELLS)
def test_one_wrong_cell_is_listed_and_nothing_is_loaded(bundle, url, tmp_path, file, before, after, line, column, code):
    edit(bundle, file, before, after)
    assert (file, line, column, code) in problems_of(bundle, url)
    assert [path.name for path in tmp_path.iterdir()] == ["bundle"]


KEYS = [
    ("response_assessment.csv", "\nR1,P2,", "\nR1,P9,", [("response_assessment.csv", 2, "patient_id", "orphan")]),
    ("treatment_course.csv", ",NA,1", ",OBE,1", [("treatment_course.csv", 3, "product_code", "orphan")]),
    ("mrd_assessment.csv", "M2", "M1", [("mrd_assessment.csv", 3, "mrd_assessment_id", "duplicate-key")]),
    (
        "mrd_assessment.csv",
        "flow",
        "ngs",
        [("mrd_assessment.csv", 3, "patient_id+date+specimen+method", "duplicate-row")],
    ),
]


@pytest.mark.parametrize(("file", "before", "after", "expected"), KEYS)
def test_keys_must_be_unique_and_must_exist_where_they_point(bundle, url, file, before, after, expected):
    edit(bundle, file, before, after)
    assert problems_of(bundle, url) == expected


HEADERS = [
    ("ivig.csv", "patient_id", "Patient_ID", [("unknown-column", None), ("missing-column", "patient_id")]),
    ("ivig.csv", ",date", ",date,date", [("duplicate-column", "date")]),
    ("ivig.csv", ",date", "", [("missing-column", "date")]),
    ("ivig.csv", "ivig_id,patient_id,date\n", "", [("header", None)]),
    ("ivig.csv", "ivig_id,patient_id,date\n", "ivig_id;patient_id;date\nV1;P2;2020-03-29\n", [("separator", None)]),
    ("ivig.csv", "ivig_id,patient_id,date\n", "ivig_id\tpatient_id\tdate\n", [("separator", None)]),
]


@pytest.mark.parametrize(("file", "before", "after", "expected"), HEADERS)
def test_the_header_must_have_each_declared_column_once(bundle, url, file, before, after, expected):
    edit(bundle, file, before, after)
    assert problems_of(bundle, url) == [(file, 1, column, code) for code, column in expected]


def test_columns_may_stand_in_any_order(bundle, url):
    frame = pd.read_csv(bundle / "mrd_assessment.csv", dtype=str, keep_default_na=False)
    load_bundle(bundle, url)
    before = version_of(url)
    frame[frame.columns[::-1]].to_csv(bundle / "mrd_assessment.csv", index=False)
    refresh(bundle)
    load_bundle(bundle, url)
    assert version_of(url) == before


def test_a_row_with_a_cell_too_many_or_too_few_is_refused_not_shifted(bundle, url):
    edit(bundle, "mrd_assessment.csv", "M1,P2", "M1,P2,,P2")
    assert problems_of(bundle, url) == [("mrd_assessment.csv", 2, None, "cell-count")]
    edit(bundle, "mrd_assessment.csv", "M1,P2,,P2,2020-03-29", "M1")
    assert problems_of(bundle, url) == [("mrd_assessment.csv", 2, None, "cell-count")]


def test_a_blank_line_is_refused(bundle, url):
    edit(bundle, "mrd_assessment.csv", "\nM2", "\n\nM2")
    assert problems_of(bundle, url) == [("mrd_assessment.csv", 3, None, "cell-count")]


def test_what_refers_to_a_row_left_out_is_not_called_an_orphan(bundle, url):
    edit(bundle, "patient.csv", "\nP1,", "\nP1,,")
    assert problems_of(bundle, url) == [("patient.csv", 3, None, "cell-count")]


def test_the_line_is_that_of_the_file_also_after_a_quoted_line_break(bundle, url):
    rows = [*ROWS["relapse"], dict(relapse_id="X2", patient_id="P2", date="soon", level="molecular")]
    write_bundle(bundle, relapse=rows)
    assert problems_of(bundle, url) == [("relapse.csv", 4, "date", "not-a-date")]


def test_an_open_quote_is_refused(bundle, url):
    edit(bundle, "mrd_assessment.csv", "M2", '"M2')
    assert [(file, code) for file, _, _, code in problems_of(bundle, url)] == [("mrd_assessment.csv", "not-csv")]


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_only_utf_8_is_read(bundle, url, encoding):
    text = (bundle / "relapse.csv").read_text(encoding="utf-8").replace("skin", "peau très")
    (bundle / "relapse.csv").write_bytes(text.encode(encoding))
    assert ("relapse.csv", None, None, "encoding") in problems_of(bundle, url)


def test_a_byte_order_mark_is_no_part_of_the_first_column(bundle, url):
    load_bundle(bundle, url)
    before = version_of(url)
    text = (bundle / "patient.csv").read_bytes()
    (bundle / "patient.csv").write_bytes(b"\xef\xbb\xbf" + text)
    refresh(bundle)
    load_bundle(bundle, url)
    assert version_of(url) == before


def test_files_must_be_the_tables_of_the_schema(bundle, url):
    (bundle / "ivig.csv").unlink()
    (bundle / "labs.csv").write_text("a\n1\n")
    assert problems_of(bundle, url) == [
        ("labs.csv", None, None, "unknown-file"),
        ("ivig.csv", None, None, "missing-file"),
    ]


def test_a_file_in_another_encoding_is_named_when_the_manifest_is_renewed(bundle, capsys):
    (bundle / "relapse.csv").write_bytes("relapse_id,sites\nX1,Gehör\n".encode("cp1252"))
    assert manifest_main([str(bundle)]) == 1
    assert capsys.readouterr().err.startswith("relapse.csv must be UTF-8, got: other bytes. Save the file as")


def test_a_file_edited_after_its_manifest_is_refused_until_the_manifest_is_refreshed(bundle, url):
    path = bundle / "patient.csv"
    path.write_bytes(path.read_bytes().replace(b"female", b"male"))
    assert problems_of(bundle, url) == [("patient.csv", None, None, "sha256")]
    assert manifest_main([str(bundle)]) == 0
    assert load_bundle(bundle, url).rows["patient"] == 2


def test_the_manifest_must_count_the_rows(bundle, url):
    text = (bundle / "manifest.json").read_text()
    (bundle / "manifest.json").write_text(text.replace('"rows": 2', '"rows": 3', 1))
    assert [code for *_, code in problems_of(bundle, url)] == ["row-count"]


VERSION = f'"schema_version": {SCHEMA_VERSION}'
MANIFESTS = [
    (VERSION, f'"schema_version": {SCHEMA_VERSION + 1}', "schema-version"),
    (VERSION, '"schema_version": 0', "schema-version"),
    ('"data_cutoff": "2024-06-30"', '"data_cutoff": "30.6.2024"', "not-a-date"),
    ('"synthetic": true', '"synthetic": "yes"', "wrong-entry"),
    ('"title"', '"name"', "wrong-entry"),
    ("{", "", "not-json"),
    ('"ivig.csv"', '"dataset.csv"', "unknown-file"),
]


@pytest.mark.parametrize(("before", "after", "code"), MANIFESTS)
def test_the_manifest_must_be_complete_and_of_this_schema(bundle, url, before, after, code):
    path = bundle / "manifest.json"
    path.write_text(path.read_text().replace(before, after, 1))
    assert code in [found for *_, found in problems_of(bundle, url)]


def test_a_bundle_without_manifest_is_refused(bundle, url):
    (bundle / "manifest.json").unlink()
    assert problems_of(bundle, url) == [("manifest.json", None, None, "missing-file")]


def test_problems_in_three_files_are_all_listed_at_once(bundle, url):
    edit(bundle, "patient.csv", "female", "f")
    edit(bundle, "relapse.csv", "2021-01-01", "2021")
    edit(bundle, "adverse_event.csv", "ASTCT", "Lee")
    assert {file for file, *_ in problems_of(bundle, url)} == {"patient.csv", "relapse.csv", "adverse_event.csv"}


def test_identifiers_are_masked_in_the_list(bundle, url):
    edit(bundle, "response_assessment.csv", "\nR1,P2,", "\nR1,PIERRE-DUPONT,")
    with pytest.raises(BundleRefused) as refused:
        load_bundle(bundle, url)
    assert "PIERRE" not in str(refused.value.problems)
    assert "got: 'PI***'" in str(refused.value.problems)


def test_a_list_too_long_says_how_many_more_there_are():
    problems = Problems()
    for _ in range(10_003):
        problems.add("patient.csv", "not-a-date", "must be an ISO date")
    assert (len(problems.listed), problems.total) == (10_000, 10_003)
    assert str(problems).endswith("... and 3 more")


def test_a_refused_bundle_leaves_the_loaded_one(bundle, url):
    load_bundle(bundle, url)
    before = version_of(url)
    edit(bundle, "adverse_event.csv", "ASTCT", "Lee")
    problems_of(bundle, url)
    assert version_of(url) == before


def test_what_was_loaded_comes_back_cell_by_cell(bundle, url):
    load_bundle(bundle, url)
    with connect(open_engine(url)) as connection:
        frames = fetch_tables(connection, "all")
    for table in BUNDLE_TABLES:
        written = sorted(tuple(row.get(c.name, "") for c in columns_of(table)) for row in ROWS.get(table.name, ()))
        read = list(zip(*(to_text(c, frames[table.name][c.name]) for c in columns_of(table)), strict=True))
        assert _plain(read) == _plain(written), table.name


def _plain(rows):
    """1e-6 and 1e-06 are one number."""
    same = {"1e-6": "1e-06", "1e-4": "0.0001"}
    return [tuple(same.get(cell, cell) for cell in row) for row in rows]


def test_the_content_hash_of_what_is_read_is_the_stored_one(bundle, url):
    loaded = load_bundle(bundle, url)
    with connect(open_engine(url)) as connection:
        row, frames = dataset_row(connection), fetch_tables(connection, "all")
    content = Content(
        title=row.title,
        data_cutoff=row.data_cutoff,
        schema_version=row.schema_version,
        source=row.source,
        synthetic=row.synthetic,
    )
    for table in BUNDLE_TABLES:
        content.add(table, frames[table.name])
    assert content.hexdigest() == row.content_sha256 == loaded.content_sha256


def test_the_content_hash_does_not_depend_on_row_order_or_spelling_of_numbers(tmp_path, url):
    first = load_bundle(write_bundle(tmp_path / "a"), url)
    turned = {name: rows[::-1] for name, rows in ROWS.items()}
    edited = write_bundle(tmp_path / "b", turned)
    edit(edited, "mrd_assessment.csv", "1e-6", "0.000001")
    assert load_bundle(edited, url).content_sha256 == first.content_sha256


@pytest.mark.parametrize("changed", [{"data_cutoff": "2024-06-29"}, {"title": "Other"}, {"synthetic": False}])
def test_the_content_hash_changes_with_the_facts_of_the_dataset(bundle, url, changed):
    first = load_bundle(bundle, url)
    refresh(bundle, **changed)
    assert load_bundle(bundle, url).content_sha256 != first.content_sha256


def test_the_content_hash_changes_with_one_digit(bundle, url):
    first = load_bundle(bundle, url)
    edit(bundle, "mrd_assessment.csv", "1e-6", "2e-6")
    assert load_bundle(bundle, url).content_sha256 != first.content_sha256


def test_the_command_loads_and_says_rows_and_version(bundle, url, capsys):
    assert main([str(bundle), "--database-url", url]) == 0
    out = capsys.readouterr().out
    assert f"Dataset version {version_of(url)}" in out
    assert [line.split() for line in out.splitlines()][1] == ["patient", "2", "rows"]


def test_the_command_lists_the_problems_and_exits_with_1(bundle, url, capsys):
    edit(bundle, "patient.csv", "female", "f")
    assert main([str(bundle), "--database-url", url]) == 1
    said = capsys.readouterr().err
    assert "ERROR not-allowed: 1\n  patient.csv, line 2, column sex: must be one of female, male, got: 'f'\n" in said
    assert "Nothing was loaded. 1 error(s), 0 warning(s) in the bundle." in said


def test_the_command_refuses_without_a_database(bundle, monkeypatch, capsys):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with pytest.raises(SystemExit) as ended:
        main([str(bundle)])
    assert ended.value.code == 2
    assert "name a database with --database-url or DATABASE_URL" in capsys.readouterr().err


@pytest.mark.parametrize("target", ["sqlite://", "sqlite:////nowhere/at/all/cohort.db", "not a url"])
def test_a_target_that_cannot_be_written_is_a_sentence(bundle, target, capsys):
    assert main([str(bundle), "--database-url", target]) == 4
    said = capsys.readouterr().err
    assert said.startswith("Nothing was loaded. ") and "nowhere" not in said and "Traceback" not in said


def test_a_file_that_cannot_be_read_is_a_sentence(bundle, url, monkeypatch, capsys):
    def refuse(*_):
        raise PermissionError("/secret/place")

    monkeypatch.setattr("data_access.bundle.bundle.sha256_of", refuse)
    assert main([str(bundle), "--database-url", url]) == 4
    assert capsys.readouterr().err == (
        "Nothing was loaded. The files of the bundle must be readable, got: PermissionError.\n"
    )


def test_a_database_with_an_unfinished_journal_is_not_replaced(bundle, url, tmp_path):
    load_bundle(bundle, url)
    shutil.copy(tmp_path / "cohort.db", tmp_path / "cohort.db-wal")
    edit(bundle, "patient.csv", "female", "male")
    with pytest.raises(DatabaseProblem, match="unfinished journal"):
        load_bundle(bundle, url)


def test_loading_again_replaces_all_rows_and_leaves_only_the_version_before(bundle, url, tmp_path):
    load_bundle(bundle, url)
    write_bundle(bundle, relapse=[])
    load_bundle(bundle, url)
    with connect(open_engine(url)) as connection:
        assert len(fetch_table(connection, "relapse", "all")) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bundle", "cohort.db", "cohort.db.previous"]


def test_foreign_keys_hold_inside_the_file(bundle, url, tmp_path):
    load_bundle(bundle, url)
    with sqlite3.connect(tmp_path / "cohort.db") as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_versions_that_take_turns_within_a_second_are_an_import_each(bundle, url, tmp_path, monkeypatch):
    class Still(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(2026, 3, 1, 12, tzinfo=tz)

    monkeypatch.setattr(history.datetime, "datetime", Still)
    other = write_bundle(tmp_path / "other", relapse=[])
    for one in (bundle, other, bundle):
        load_bundle(one, url)
    with connect(open_engine(url)) as connection:
        found = fetch_history(connection)
    assert [row.imported_at for row in found] == ["2026-03-01T12:00:00+00:00"] * 3
    assert len({row.version for row in found}) == 2
