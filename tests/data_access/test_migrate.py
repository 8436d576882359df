"""Migrations: from the first schema to the one that tables.py declares, whole or not at all, on both databases."""

import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory

import pages.parts.data.study  # noqa: F401 (text is kept as the app keeps it, whichever test comes first)
from data_access import migrate as migrate_module
from data_access.bundle.problems import DatabaseProblem
from data_access.load import load_bundle
from data_access.migrate import config_of, main, migrate, revision_of
from data_access.reading import queries
from data_access.reading.connection import make_engine
from data_access.reading.engine import connect, open_engine
from data_access.reading.queries import dataset_row, read_cohort
from data_access.schema.tables import METADATA, SCHEMA_VERSION
from tests.data_access.bundles import write_bundle
from tests.faults.screen import blocked, is_whole
from tests.pages.twelve import PATIENTS, app_reads
from tests.pages.twelve import write_bundle as write_twelve

ROOT = Path(__file__).parents[2]
NEXT = SCHEMA_VERSION + 1
SECOND = f'''
"""A version after this one, for tests: a column more, a text rewritten."""
import sqlalchemy as sa
from alembic import op

revision, down_revision = "{NEXT:04d}", "{SCHEMA_VERSION:04d}"


def upgrade():
    with op.batch_alter_table("relapse") as relapse:
        relapse.add_column(sa.Column("remark", sa.Text()))
    op.execute("UPDATE dataset SET source = source || ', moved'")
'''


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, tmp_path):
    """The owner's and the reader's URL of a database without tables."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'cohort.db'}"
        yield url, url
    else:
        server = request.getfixturevalue("postgresql")
        made = server.fresh()
        yield made.owner, made.reader
        server.drop(made)


@pytest.fixture
def later(tmp_path, monkeypatch):
    """The app as it will be when there is another schema version; `later(text)` writes its migration."""

    def write(text=SECOND):
        folder = tmp_path / "versions"
        folder.mkdir(exist_ok=True)
        (folder / "next.py").write_text(text, "utf-8")
        monkeypatch.setattr(migrate_module, "VERSIONS", (*migrate_module.VERSIONS, folder))
        for module in (migrate_module, queries):
            monkeypatch.setattr(module, "SCHEMA_VERSION", NEXT)

    return write


def read(url):
    with connect(open_engine(url)) as connection:
        row = dataset_row(connection)
        return row, read_cohort(connection, row, "all")


def shape(connection):
    """Tables, columns, keys and conditions as the database itself describes them."""
    inspector = sa.inspect(connection)
    names = set(inspector.get_table_names()) - {"alembic_version"}
    return {
        name: (
            sorted((c["name"], str(c["type"]), c["nullable"]) for c in inspector.get_columns(name)),
            inspector.get_pk_constraint(name)["constrained_columns"],
            sorted((f["name"], f["referred_table"]) for f in inspector.get_foreign_keys(name)),
            sorted((u["name"], u["column_names"]) for u in inspector.get_unique_constraints(name)),
            sorted((c["name"], c["sqltext"]) for c in inspector.get_check_constraints(name)),
        )
        for name in names
    }


def test_all_migrations_together_make_what_the_tables_declare(empty):
    with make_engine(sa.make_url(empty[0])).connect() as connection:
        command.upgrade(config_of(connection), "head")
        migrated = shape(connection)
        connection.rollback()
    with make_engine(sa.make_url(empty[0])).connect() as connection:
        for name in shape(connection):
            connection.exec_driver_sql(f"DROP TABLE {name}")
        METADATA.create_all(connection)
        assert migrated == shape(connection) and len(migrated) == len(METADATA.tables)
        connection.rollback()


def test_the_last_migration_is_of_this_apps_schema_version(tmp_path):
    with make_engine(sa.make_url(f"sqlite:///{tmp_path}/x.db")).connect() as connection:
        assert ScriptDirectory.from_config(config_of(connection)).get_current_head() == revision_of(SCHEMA_VERSION)


def test_a_database_of_this_version_has_nothing_to_do(empty, tmp_path, capsys):
    load_bundle(write_bundle(tmp_path / "bundle"), empty[0])
    before = read(empty[1])[0]
    assert main(["--database-url", empty[0]]) == 0
    assert "nothing to do" in capsys.readouterr().out and read(empty[1])[0] == before


def test_a12_an_older_database_is_brought_up_by_the_command_the_app_names(empty, tmp_path, later, capsys):
    load_bundle(write_twelve(tmp_path / "bundle", *PATIENTS), empty[0])
    before, tables = read(empty[1])
    later()
    with app_reads(empty[1]):
        app, said = blocked()
        assert f"the older version {SCHEMA_VERSION}" in said and "python -m data_access.migrate" in said
        assert main(["--database-url", empty[0]]) == 0
        assert f"schema version {NEXT}, from {SCHEMA_VERSION}" in capsys.readouterr().out
        assert is_whole(app.run())
    row, found = read(empty[1])
    assert (row.schema_version, row.source) == (NEXT, before.source + ", moved")
    assert row.content_sha256 != before.content_sha256
    assert all(found[name].equals(tables[name]) for name in tables.keys() - {"dataset"})
    assert [path.name for path in tmp_path.glob(".cohort*") if path.suffix != ".kept"] == []


@pytest.mark.parametrize("broken", ["op.execute('UPDATE nowhere SET x = 1')", "raise RuntimeError('power cut')"])
def test_a_migration_that_fails_leaves_the_database_as_it_was(empty, tmp_path, later, broken, monkeypatch):
    load_bundle(write_bundle(tmp_path / "bundle"), empty[0])
    before = read(empty[1])
    with monkeypatch.context():
        later(SECOND + f"    {broken}\n")
        with pytest.raises((DatabaseProblem, RuntimeError)):
            migrate(empty[0])
    monkeypatch.undo()
    after = read(empty[1])
    assert after[0] == before[0] and all(after[1][name].equals(before[1][name]) for name in before[1])
    assert [path.name for path in tmp_path.glob(".cohort*") if path.suffix != ".kept"] == []


def test_a_version_without_a_migration_is_a_sentence(empty, tmp_path, later, monkeypatch):
    load_bundle(write_bundle(tmp_path / "bundle"), empty[0])
    monkeypatch.setattr(migrate_module, "SCHEMA_VERSION", NEXT)
    with pytest.raises(DatabaseProblem, match=f"a migration from schema version {SCHEMA_VERSION} to {NEXT}, got: none"):
        migrate(empty[0])


def test_a13_a_newer_database_is_refused_and_not_touched(empty, tmp_path, later, monkeypatch, capsys):
    load_bundle(write_bundle(tmp_path / "bundle"), empty[0])
    later()
    migrate(empty[0])
    monkeypatch.undo()
    assert main(["--database-url", empty[0]]) == 1
    assert f"got: the newer version {NEXT}. Update the app." in capsys.readouterr().err


def test_a_file_that_is_not_there_is_not_made(tmp_path, capsys):
    assert main(["--database-url", f"sqlite:///{tmp_path}/nowhere.db"]) == 1
    assert "Nothing was changed. The cohort database must be a file" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_database_without_a_cohort_is_a_sentence(empty, capsys):
    with make_engine(sa.make_url(empty[0])).begin() as connection:
        METADATA.create_all(connection)
    assert main(["--database-url", empty[0]]) == 1
    assert "must hold a cohort" in capsys.readouterr().err


def test_without_an_address_the_command_says_so(monkeypatch, capsys):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert main([]) == 1 and "Name a database" in capsys.readouterr().err


def test_the_command_runs_as_readme_says(tmp_path):
    url = f"sqlite:///{tmp_path}/cohort.db"
    load_bundle(write_bundle(tmp_path / "bundle"), url)
    done = subprocess.run(
        [sys.executable, "-m", "data_access.migrate", "--database-url", url], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0
    assert done.stdout == f"The database is at schema version {SCHEMA_VERSION}, nothing to do.\n"
