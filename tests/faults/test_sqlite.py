"""Family A: an SQLite cohort database that is missing, damaged, changed, locked, hostile, older or newer."""

import hashlib
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
import streamlit as st

from data_access.bundle.problems import DatabaseProblem
from data_access.export import export_bundle
from data_access.load import load_bundle
from data_access.reading import limits, queries
from data_access.reading.connection import said_in_sentences
from data_access.reading.engine import connect, open_engine
from data_access.reading.queries import SCOPES, dataset_row, fetch_table, fetch_tables, read_cohort
from data_access.reading.sqlite_file import open_file
from data_access.schema.tables import SCHEMA_VERSION, TABLES
from tests.data_access.bundles import write_bundle as write_small_bundle
from tests.faults.screen import blocked, is_whole, sentence
from tests.pages.twelve import PAGES, PATIENTS, app_reads, database, open_page, patients_line, write_bundle

NEXT = SCHEMA_VERSION + 1

DAMAGED = "must be intact|must hold exactly what was imported|must hold what its columns declare|must be an SQLite"


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """A sound database of the twelve literal patients."""
    folder = tmp_path_factory.mktemp("original")
    with database(folder):
        return folder / "twelve.db"


@pytest.fixture
def path(tmp_path, original):
    """A copy of its own, which the app reads."""
    copied = tmp_path / "cohort.db"
    shutil.copy(original, copied)
    with app_reads(f"sqlite:///{copied}"):
        yield copied


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def change(path, *statements):
    """Change the file behind the import's back, against its own constraints, too."""
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for statement in statements:
            connection.execute(statement)
    connection.close()


def read(path):
    """Everything, as the pages read it."""
    with connect(open_engine(f"sqlite:///{path}")) as connection:
        return read_cohort(connection, dataset_row(connection), "all")


def texts(frames):
    return {name: frame.to_csv() for name, frame in frames.items()}


def heals(app):
    """The same session, run again, is whole."""
    started = time.monotonic()
    app.run()
    assert is_whole(app) and time.monotonic() - started < 10


@pytest.mark.parametrize("page", PAGES)
def test_a01_a_missing_file_is_a_sentence_on_every_page_and_no_file_is_made(tmp_path, page):
    with app_reads(f"sqlite:///{tmp_path}/nowhere/cohort.db"):
        assert "must be a file, got: none" in blocked(page)[1]
    assert not list(tmp_path.iterdir())


def test_a01_a_file_that_appears_is_shown_without_a_restart(path, original):
    path.unlink()
    app, _ = blocked()
    shutil.copy(original, path)
    heals(app)


def test_a02_an_empty_file_is_not_initialised(path):
    path.write_bytes(b"")
    assert "got: an empty file" in blocked()[1] and path.stat().st_size == 0


def test_a02_a_database_without_tables_is_not_initialised(path):
    path.unlink()
    change(path, "CREATE TABLE other (x)")
    assert "got: a database without one" in blocked()[1]


@pytest.mark.parametrize("content", ["patient_id,sex\nP01,female\n", "patient_id,sex\n" * 1000, "\x00" * 5000])
def test_a03_a_csv_file_is_not_a_database(path, content):
    path.write_text(content)
    assert "must be an SQLite database" in blocked()[1]


@pytest.mark.parametrize("share", [0.05, 0.25, 0.5])
def test_a04_a_truncated_file_is_refused(path, original, share):
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    app, said = blocked()
    assert re.search(DAMAGED, said), said
    shutil.copy(original, path)
    heals(app)


CUT_OFF = """
import os, signal, sqlite3, sys
writer = sqlite3.connect(sys.argv[1], isolation_level=None)
for statement in ("PRAGMA cache_size = 1", "BEGIN IMMEDIATE", "UPDATE patient SET site_code = 'C09'",
                  "CREATE TABLE much AS SELECT * FROM patient AS a, patient AS b, patient AS c"):
    writer.execute(statement)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a04_a_change_that_was_cut_off_is_refused(path, original):
    subprocess.run([sys.executable, "-c", CUT_OFF, str(path)], check=False)
    assert path.with_name("cohort.db-journal").stat().st_size
    app, said = blocked()
    assert "whose last change was cut off" in said
    path.with_name("cohort.db-journal").unlink()
    shutil.copy(original, path)
    heals(app)


def kilobytes(path):
    """Where to overwrite: the last kilobyte of every page, which holds its rows."""
    return range(3072, path.stat().st_size - 1023, 4096)


def test_a05_a_kilobyte_overwritten_anywhere_gives_no_number_or_the_right_ones(path, original):
    right = texts(read(original))
    refused = 0
    for start in kilobytes(original):
        whole = bytearray(original.read_bytes())
        whole[start : start + 1024] = random.Random(start).randbytes(1024)
        path.write_bytes(whole)
        try:
            found = read(path)
        except DatabaseProblem:
            refused += 1
        else:  # the kilobyte was in space that holds nothing, or in an index
            assert texts(found) == right
    assert refused > 10


def test_a05_damage_that_is_no_text_any_more_is_a_sentence():
    with pytest.raises(DatabaseProblem, match="must be intact"), said_in_sentences():
        b"\xff".decode("utf-8")


def test_a05_a_page_shows_no_partial_numbers(path):
    whole = bytearray(path.read_bytes())
    for start in kilobytes(path):
        whole[start : start + 1024] = random.Random(start).randbytes(1024)
    path.write_bytes(whole)
    blocked()


VALUES = [
    "UPDATE patient SET site_code = 'C09' WHERE patient_id = 'P01'",
    "UPDATE patient SET death_date = '2024-05-31' WHERE patient_id = 'P04'",
    "UPDATE mrd_assessment SET level = level * 1.0000001 WHERE level IS NOT NULL",
    "UPDATE treatment_course SET lymphodepletion = 'x' WHERE patient_id = 'P01'",
    "UPDATE patient SET sex = NULL WHERE patient_id = 'P01'",
    "DELETE FROM relapse WHERE relapse_id = (SELECT min(relapse_id) FROM relapse)",
    "UPDATE dataset SET data_cutoff = '2026-03-12'",
    "UPDATE dataset SET title = 'Thirteen patients'",
    "UPDATE dataset SET synthetic = 0",
    "UPDATE dataset SET source = 'elsewhere'",
    "UPDATE dataset SET content_sha256 = 'f' || substr(content_sha256, 2)",
]


@pytest.mark.parametrize("statement", VALUES)
def test_a06_a_changed_value_is_refused_by_the_content_hash(path, statement):
    change(path, statement)
    with pytest.raises(DatabaseProblem, match="must hold exactly what was imported|declare"):
        read(path)


def test_a06_one_byte_changed_in_the_file_is_refused(path, original):
    whole = path.read_bytes()
    assert whole.count(b"tisagenlecleucel") == 1 or b"female" in whole
    path.write_bytes(whole.replace(b"2024-01-29", b"2024-01-28", 1))
    app, said = blocked()
    assert "must hold exactly what was imported" in said
    shutil.copy(original, path)
    heals(app)


def test_a06_a_changed_value_is_not_exported_either(path, tmp_path):
    change(path, "UPDATE patient SET site_code = 'C09' WHERE patient_id = 'P01'")
    with pytest.raises(DatabaseProblem, match="must hold exactly what was imported"):
        export_bundle(tmp_path / "bundle", f"sqlite:///{path}")
    assert not (tmp_path / "bundle").exists()


def test_a06_a_changed_dataset_row_is_not_served_with_what_was_read_before(path):
    app = open_page("overview")
    assert is_whole(app)
    change(path, "UPDATE dataset SET data_cutoff = '2025-01-01'")
    assert "must hold exactly" in sentence(app.run())


def test_a07_an_exclusive_lock_is_said_within_two_seconds_and_gone_with_the_lock(path):
    app = open_page("overview")
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    started = time.monotonic()
    with pytest.raises(DatabaseProblem, match="locked by another program"):
        read(path)
    assert time.monotonic() - started <= 2
    assert "locked by another program" in sentence(app.run())
    assert any("tries again by itself" in caption.value for caption in app.caption)
    holder.close()
    heals(app)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a08_a_write_through_each_query_function_is_an_error(path, monkeypatch, table):
    before = sha256(path)
    engine = open_engine(f"sqlite:///{path}")
    for statement in (
        f"DELETE FROM {table.name}",
        f"INSERT INTO {table.name} DEFAULT VALUES",
        f"DROP TABLE {table.name}",
        f"UPDATE {table.name} SET {table.columns.keys()[0]} = 'x'",
    ):
        monkeypatch.setattr(queries, "select_of", lambda *_, written=statement: sa.text(written))
        with pytest.raises(DatabaseProblem, match="only read here"), connect(engine) as connection:
            fetch_table(connection, table.name, "all")
    assert sha256(path) == before


@pytest.mark.parametrize("scope", ["all'; DELETE FROM patient; --", "all' OR 1=1 --"])
@pytest.mark.parametrize("function", [lambda c, s: fetch_table(c, "patient", s), fetch_tables])
def test_a08_a_hostile_scope_reaches_no_statement(path, scope, function):
    before = sha256(path)
    with connect(open_engine(f"sqlite:///{path}")) as connection, pytest.raises(ValueError, match="access scope"):
        function(connection, scope)
    assert sha256(path) == before and list(SCOPES) == ["all"]


@pytest.mark.parametrize(
    "statement",
    [
        "ATTACH '{folder}/x.db' AS x",
        "ATTACH 'file:{folder}/x.db?mode=rwc' AS x",
        "CREATE TABLE x.y (z)",
        "VACUUM INTO '{folder}/x.db'",
        "CREATE TEMP TABLE x (y)",
        "CREATE VIEW x AS SELECT 1",
        "DETACH main",
        "SELECT load_extension('x')",
        "SELECT writefile('{folder}/x.db', 'x')",
        "SELECT fts3_tokenizer('x')",
        "CREATE VIRTUAL TABLE x USING fts5(y)",
        "CREATE TEMP TRIGGER x AFTER INSERT ON patient BEGIN SELECT 1; END",
        "ANALYZE",
        "REINDEX",
        "SAVEPOINT x",
        "ALTER TABLE patient ADD COLUMN x",
        "SELECT * FROM pragma_database_list",
    ],
)
def test_a09_an_injected_statement_is_refused_and_makes_no_file(path, tmp_path, statement):
    before, files = sha256(path), sorted(tmp_path.iterdir())
    with pytest.raises(DatabaseProblem), connect(open_engine(f"sqlite:///{path}")) as connection:
        connection.exec_driver_sql(statement.format(folder=tmp_path))
    assert sha256(path) == before and sorted(tmp_path.iterdir()) == files


@pytest.mark.parametrize(
    "pragma",
    [
        "query_only = 0",
        "query_only(0)",
        "writable_schema = 1",
        "journal_mode = WAL",
        "main.query_only = OFF",
        "user_version = 7",
        "trusted_schema = ON",
        "read_uncommitted = 1",
        "temp_store_directory = '/tmp'",
        "database_list",
    ],
)
def test_a10_a_pragma_is_refused(path, pragma):
    before = sha256(path)
    with connect(open_engine(f"sqlite:///{path}")) as connection:
        with pytest.raises(sa.exc.DatabaseError, match="not authorized"):
            connection.exec_driver_sql(f"PRAGMA {pragma}")
        with pytest.raises(DatabaseProblem), connect(open_engine(f"sqlite:///{path}")) as other:
            other.exec_driver_sql("DELETE FROM patient")
    assert sha256(path) == before


def test_a10_each_barrier_holds_without_the_authorizer(path):
    opened = open_file(path)
    opened.set_authorizer(None)
    with pytest.raises(sqlite3.OperationalError, match="readonly|read-only"):
        opened.execute("DELETE FROM patient")
    opened.execute("PRAGMA query_only = OFF")
    with pytest.raises(sqlite3.OperationalError, match="readonly|read-only"):
        opened.execute("DELETE FROM patient")


def test_a11_a_replaced_file_is_never_mixed_with_the_old_one(path, tmp_path):
    other = write_bundle(tmp_path / "other", *PATIENTS[:6])
    with connect(open_engine(f"sqlite:///{path}")) as connection:
        row = dataset_row(connection)
        load_bundle(other, f"sqlite:///{path}")
        assert len(read_cohort(connection, row, "all")["patient"]) == 12
    assert len(read(path)["patient"]) == 6


def test_a11_a_replaced_file_is_shown_on_the_next_run(path, tmp_path):
    app = open_page("patients")
    load_bundle(write_bundle(tmp_path / "other", *PATIENTS[:6]), f"sqlite:///{path}")
    app.run()
    assert is_whole(app) and patients_line(app) == "6 of 6 patients"


def test_a11_a_file_written_in_place_between_two_queries_is_one_snapshot_or_waits(path):
    with connect(open_engine(f"sqlite:///{path}")) as connection:
        row = dataset_row(connection)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            quick = sqlite3.connect(path, timeout=0.05)
            with quick:
                quick.execute("DELETE FROM relapse")
        quick.close()
        assert len(read_cohort(connection, row, "all")["relapse"]) > 0


def test_a12_m11_an_older_schema_names_the_command_that_brings_it_up(path, monkeypatch):
    monkeypatch.setattr(queries, "SCHEMA_VERSION", NEXT)
    _, said = blocked()
    assert f"got: the older version {SCHEMA_VERSION}" in said and "python -m data_access.migrate" in said
    assert f"from version {SCHEMA_VERSION} to version {NEXT}" in said


def test_a12_an_older_dataset_table_with_other_columns_still_names_its_version(path):
    change(path, "ALTER TABLE dataset DROP COLUMN source", "UPDATE dataset SET schema_version = 0")
    assert "got: the older version 0" in blocked()[1]


@pytest.mark.parametrize(
    "statements",
    [
        [f"UPDATE dataset SET schema_version = {NEXT}"],
        [f"UPDATE dataset SET schema_version = {NEXT}", "ALTER TABLE dataset RENAME COLUMN source TO origin"],
    ],
)
def test_a13_m11_a_newer_schema_is_refused(path, statements):
    change(path, *statements)
    assert f"got: the newer version {NEXT}" in blocked()[1]


def to_wal(path):
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    connection.close()


@contextmanager
def as_nobody():
    """Rights are not checked for root: as somebody who has none."""
    if os.geteuid():
        yield
    else:
        os.seteuid(65534)
        try:
            yield
        finally:
            os.seteuid(0)


def open_to_nobody(path, mode):
    for folder in (path.parent, *path.parent.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o555)
    path.chmod(mode)
    path.parent.chmod(0o555)


def test_a14_a_wal_database_in_a_read_only_folder_opens(path):
    to_wal(path)
    open_to_nobody(path, 0o444)
    with as_nobody():
        assert len(read(path)["patient"]) == 12
    path.parent.chmod(0o755)
    assert [file.name for file in path.parent.iterdir()] == ["cohort.db"]


def test_a14_a_wal_database_leaves_no_side_files(path):
    to_wal(path)
    assert is_whole(open_page("overview"))
    kept = {file.name for file in path.parent.iterdir() if file.suffix == ".kept"}  # what a restart need not derive
    assert [file.name for file in path.parent.iterdir() if file.name not in kept] == ["cohort.db"]
    assert all(file.stat().st_mode & 0o077 == 0 for file in path.parent.iterdir() if file.name in kept)


def test_a14_a_log_without_its_index_opens_or_is_a_sentence(path):
    to_wal(path)
    holder = sqlite3.connect(path)
    holder.execute("UPDATE dataset SET imported_at = 'later'")
    holder.commit()
    assert path.with_name("cohort.db-wal").stat().st_size
    copied = path.parent / "copy" / "cohort.db"
    copied.parent.mkdir()
    for ending in ("", "-wal"):
        shutil.copy(f"{path}{ending}", f"{copied}{ending}")
    holder.close()
    open_to_nobody(copied, 0o444)
    with as_nobody():
        try:
            assert len(read(copied)["patient"]) == 12
        except DatabaseProblem as problem:
            assert "may read" in problem.sentence
    copied.parent.chmod(0o755)


def test_a15_a_file_that_disappears_in_mid_session_is_a_sentence_and_heals(path):
    app = open_page("survival")
    away = path.with_name("away.db")
    path.rename(away)
    assert "must be a file, got: none" in sentence(app.run())
    away.rename(path)
    heals(app)


def test_a16_a_file_without_rights_is_a_sentence_without_its_path(path):
    open_to_nobody(path, 0o000)
    with as_nobody(), pytest.raises(DatabaseProblem, match="must be a file that the app may read") as problem:
        read(path)
    path.parent.chmod(0o755)
    assert "cohort.db" not in problem.value.sentence and str(path.parent) not in problem.value.sentence


def test_a16_a_folder_without_rights_is_a_sentence_too(path):
    open_to_nobody(path, 0o444)
    path.parent.chmod(0o000)
    with as_nobody(), pytest.raises(DatabaseProblem, match="must be a file"):
        read(path)
    path.parent.chmod(0o755)


def test_a16_a_folder_in_the_place_of_the_file_is_a_sentence(path):
    path.unlink()
    path.mkdir()
    assert "must be a file" in blocked()[1]


ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"


def test_a17_a_view_in_the_place_of_a_table_is_refused_before_it_runs(path):
    change(
        path, "ALTER TABLE relapse RENAME TO hidden", f"CREATE VIEW relapse AS {ENDLESS} SELECT hidden.* FROM hidden, n"
    )
    started = time.monotonic()
    assert "only read here" in blocked()[1] and time.monotonic() - started < 5


def test_a17_a_trigger_never_runs(path):
    change(
        path,
        f"CREATE TRIGGER slow AFTER UPDATE ON patient BEGIN INSERT INTO contact {ENDLESS} SELECT x, x, x FROM n; END",
    )
    assert len(read(path)["patient"]) == 12


def test_a17_a_costly_query_ends_at_the_deadline(path, monkeypatch):
    monkeypatch.setattr(limits, "QUERY_SECONDS", 0.5)
    many = ", ".join(f"response_assessment AS c{i}" for i in range(12))
    started = time.monotonic()
    with pytest.raises(DatabaseProblem, match="gave no answer within"), connect(open_engine(f"sqlite:///{path}")) as c:
        c.exec_driver_sql(f"SELECT count(*) FROM {many}").all()
    assert 0.4 < time.monotonic() - started < 2


def test_a17_an_endless_answer_ends_at_the_deadline_of_reading(path, monkeypatch):
    monkeypatch.setattr(limits, "READ_SECONDS", 0.5)
    many = ", ".join(f"response_assessment AS c{i}" for i in range(12))
    with pytest.raises(DatabaseProblem, match="gave no answer within"), connect(open_engine(f"sqlite:///{path}")) as c:
        for _ in c.exec_driver_sql(f"SELECT c0.date FROM {many}", execution_options={"yield_per": 100}):
            pass


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE patient SET prior_lines = 'many' WHERE patient_id = 'P01'",
        "UPDATE mrd_assessment SET level = 'low'",
        "UPDATE patient SET death_date = 'soon' WHERE patient_id = 'P01'",
        "UPDATE patient SET prior_lines = 2.5 WHERE patient_id = 'P01'",
        "UPDATE patient SET prior_transplant = 7",
        "UPDATE patient SET sex = x'ff' WHERE patient_id = 'P01'",
        "UPDATE patient SET prior_lines = 1e300",
        "UPDATE mrd_assessment SET level = '1e-5'",
        "UPDATE patient SET site_code = x'00ff' WHERE patient_id = 'P01'",
    ],
)
def test_a18_a_value_of_another_type_is_flagged_by_the_page(path, statement):
    change(path, statement)
    assert re.search("must hold what its columns declare|exactly what was imported", blocked()[1])


@pytest.mark.parametrize("cell", [dict(level="low"), dict(level="1e-4x"), dict(sensitivity="0,001")])
def test_a18_a_value_of_another_type_is_rejected_at_import(tmp_path, cell):
    row = (
        dict(
            mrd_assessment_id="M9", patient_id="P2", date="2024-02-01", specimen="BM", method="flow", result="negative"
        )
        | cell
    )
    with pytest.raises(Exception, match="1 problem"):
        load_bundle(write_small_bundle(tmp_path / "bundle", mrd_assessment=[row]), f"sqlite:///{tmp_path}/x.db")
    assert not (tmp_path / "x.db").exists()


def teardown_module():
    st.cache_resource.clear()
