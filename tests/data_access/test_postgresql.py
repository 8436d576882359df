"""Import and reading on a real PostgreSQL server, with the roles that the README tells an administrator to make."""

import gc

import pytest
import sqlalchemy as sa
from pandas.testing import assert_frame_equal

from data_access.bundle.problems import DatabaseProblem
from data_access.export import export_bundle
from data_access.load import load_bundle, purge_previous, rollback
from data_access.migrate import migrate
from data_access.reading.engine import connect, open_engine
from data_access.reading.queries import dataset_row, fetch_tables
from tests.data_access.bundles import edit, write_bundle


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return write_bundle(tmp_path_factory.mktemp("postgresql") / "bundle")


@pytest.fixture
def cohort(postgresql, bundle):
    """A database with the literal cohort, a fresh one for each test."""
    made = postgresql.copy_of("literal", lambda database: load_bundle(bundle, database.owner))
    yield made
    postgresql.drop(made)


def test_what_the_owner_imports_the_reader_reads_equal_to_sqlite(cohort, bundle, tmp_path):
    sqlite = f"sqlite:///{tmp_path / 'cohort.db'}"
    load_bundle(bundle, sqlite)
    with connect(open_engine(cohort.reader)) as server, connect(open_engine(sqlite)) as file:
        assert dataset_row(server).content_sha256 == dataset_row(file).content_sha256
        ours, theirs = fetch_tables(server, "all"), fetch_tables(file, "all")
    for name in ours.keys() - {"dataset"}:
        assert_frame_equal(ours[name], theirs[name])


def test_an_import_replaces_what_the_database_held(cohort, tmp_path):
    other = write_bundle(tmp_path / "bundle")
    edit(other, "patient.csv", "female", "male")
    loaded = load_bundle(other, cohort.owner)
    with connect(open_engine(cohort.reader)) as connection:
        assert dataset_row(connection).content_sha256 == loaded.content_sha256
        assert fetch_tables(connection, "all")["patient"]["sex"].tolist()[1] == "male"


def test_who_asks_once_leaves_no_connection_behind(cohort, postgresql, tmp_path):
    """A server lets few in: an import that kept its connections until Python cleans up would take the dashboard's."""
    other = write_bundle(tmp_path / "bundle")
    edit(other, "patient.csv", "female", "male")
    gc.disable()
    try:
        load_bundle(other, cohort.owner)
        rollback(cohort.owner)
        purge_previous(cohort.owner)
        migrate(cohort.owner)
        export_bundle(tmp_path / "exported", cohort.reader)
        open_now = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{cohort.name}'"
        assert postgresql.execute(open_now) == [(0,)]
    finally:
        gc.enable()


def test_the_reader_cannot_import(cohort, tmp_path):
    bundle = write_bundle(tmp_path / "bundle")
    edit(bundle, "patient.csv", "female", "male")
    with pytest.raises(DatabaseProblem):
        load_bundle(bundle, cohort.reader)


def test_a_database_without_a_cohort_is_a_sentence(empty_database):
    with (
        pytest.raises(DatabaseProblem, match="must hold a cohort"),
        connect(open_engine(empty_database.reader)) as connection,
    ):
        dataset_row(connection)


def test_the_reader_has_no_right_but_select(cohort):
    with connect(open_engine(cohort.reader)) as connection:
        rights = connection.execute(
            sa.text(
                "SELECT DISTINCT privilege_type FROM information_schema.role_table_grants "
                "WHERE grantee = 'cohort_reader'"
            )
        )
        assert rights.scalars().all() == ["SELECT"]
