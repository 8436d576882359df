import datetime

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from data_access.bundle.problems import DatabaseProblem
from data_access.load import load_bundle
from data_access.reading.engine import connect, open_engine
from data_access.reading.queries import Dataset, dataset_row, fetch_table, fetch_tables, select_of
from data_access.schema.tables import METADATA, SCHEMA_VERSION, TABLES, allowed_values, columns_of, key_of, kind_of
from tests.data_access.bundles import write_bundle

DTYPES = {"date": "datetime64[s]", "integer": "Int32", "number": "float64", "yes_no": "boolean", "code": "category"}


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cohort")
    url = f"sqlite:///{folder / 'cohort.db'}"
    load_bundle(write_bundle(folder / "bundle"), url)
    return url


@pytest.fixture
def connection(url):
    with connect(open_engine(url)) as opened:
        yield opened


def test_the_dataset_row_says_what_is_loaded(connection):
    row = dataset_row(connection)
    assert (row.title, row.data_cutoff) == ("Literal cohort", datetime.date(2024, 6, 30))
    assert row.schema_version == SCHEMA_VERSION
    assert row.synthetic is True
    assert row.version == row.content_sha256[:12] and len(row.content_sha256) == 64
    assert datetime.datetime.fromisoformat(row.imported_at).tzinfo == datetime.UTC


def test_patients_come_in_key_order_with_missing_as_missing(connection):
    patients = fetch_table(connection, "patient", "all")
    assert patients["patient_id"].tolist() == ["P1", "P2"]
    assert patients.loc[0].drop("patient_id").isna().all()
    assert not patients.loc[1, "down_syndrome"]
    assert patients.loc[1, "prior_lines"] == 3
    assert patients.loc[1, "diagnosis_date"] == pd.Timestamp("2015-06-30")


def test_text_that_looks_like_missing_stays_text(connection):
    assert fetch_table(connection, "product", "all")["product_code"].tolist() == ["NA", "TISA"]
    assert fetch_table(connection, "patient", "all")["site_code"].tolist()[1] == "NA"


def test_free_text_comes_back_as_it_was_written(connection):
    assert fetch_table(connection, "relapse", "all")["sites"].tolist() == ['skin, "left" arm\nand testis']


def test_numbers_come_back_exactly(connection):
    mrd = fetch_table(connection, "mrd_assessment", "all")
    assert mrd["level"].tolist()[0] == 1e-6 and np.isnan(mrd["level"].tolist()[1])


def test_every_frame_has_the_declared_columns_and_dtypes_even_when_empty(connection):
    frames = fetch_tables(connection, "all")
    for table in TABLES:
        frame = frames[table.name]
        assert list(frame.columns) == [column.name for column in columns_of(table)]
        for column in columns_of(table):
            assert frame[column.name].dtype == DTYPES.get(kind_of(column), "str"), f"{table.name}.{column.name}"


def test_categories_are_the_declared_values_in_declared_order(connection):
    response = fetch_table(connection, "response_assessment", "all")["response"]
    assert response.cat.categories.tolist() == ["CR", "CRi", "MLFS", "NR", "RELAPSE", "NE"]
    assert response.tolist() == ["CR"]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_select_compiles_for_postgresql_with_explicit_columns_scope_and_order(table):
    sql = str(select_of(table, "all").compile(dialect=postgresql.dialect()))
    assert f"ORDER BY {table.name}.{key_of(table).name}" in sql
    assert "WHERE true" in sql and "*" not in sql
    assert all(f"{table.name}.{column.name}" in sql for column in columns_of(table))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_can_be_created_on_postgresql(table):
    sql = str(sa.schema.CreateTable(table).compile(dialect=postgresql.dialect()))
    assert 'COLLATE "C"' in sql and "ROWID" not in sql
    assert all(repr(value) in sql for column in columns_of(table) for value in allowed_values(column))


def test_an_unknown_scope_is_refused_before_any_query(connection):
    with pytest.raises(ValueError, match="access scope must be one of all, got: 'C01'"):
        fetch_tables(connection, "C01")


def test_an_unknown_table_is_refused(connection):
    with pytest.raises(KeyError):
        fetch_table(connection, "sqlite_master", "all")


def _memory(*statements):
    engine = sa.create_engine("sqlite://")
    METADATA.create_all(engine)
    connection = engine.connect()
    connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
    for statement in statements:
        connection.exec_driver_sql(statement)
    return connection


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO patient (patient_id, sex) VALUES ('P1', 'femme')",
        "INSERT INTO patient (patient_id, death_date) VALUES ('P1', 'soon')",
        "INSERT INTO patient (patient_id, prior_lines) VALUES ('P1', 'three')",
        "INSERT INTO patient (patient_id, prior_lines) VALUES ('P1', 1.5)",
        "INSERT INTO patient (patient_id, down_syndrome) VALUES ('P1', 2)",
    ],
)
def test_a_database_that_breaks_its_declaration_gives_no_frame(statement):
    with pytest.raises(DatabaseProblem, match="table patient must hold what its columns declare") as problem:
        fetch_table(_memory(statement), "patient", "all")
    assert "P1" not in problem.value.sentence


@pytest.mark.parametrize(("version", "word"), [(0, "older"), (1, "older"), (SCHEMA_VERSION + 1, "newer")])
def test_another_schema_version_is_refused(version, word):
    connection = _memory(f"INSERT INTO dataset VALUES ('cohort', 't', '2024-01-01', {version}, 'now', 's', 'x', 1)")
    with pytest.raises(DatabaseProblem, match=f"version {SCHEMA_VERSION}, got: the {word} version {version}"):
        dataset_row(connection)


def test_a_schema_without_a_dataset_row_is_not_initialised():
    with pytest.raises(DatabaseProblem, match="must hold a cohort"):
        dataset_row(_memory())


def test_the_version_is_the_first_twelve_digits():
    dataset = Dataset("t", datetime.date(2024, 1, 1), 1, "now", "s", "0123456789abcdef", True)
    assert dataset.version == "0123456789ab"
