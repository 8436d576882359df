"""Bring a cohort database of an older schema version up to this app's: `python -m data_access.migrate`.

`dataset.schema_version` is the only authority; alembic's own table is set from it. An SQLite file is migrated in a copy
without a name that takes its place when it is whole, another database in one transaction: a migration that fails leaves
the database as it was.
"""

import argparse
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from data_access.audit import audited
from data_access.bundle.problems import DatabaseProblem
from data_access.private import take_place
from data_access.reading.address import add_database_option, database_of
from data_access.reading.connection import NOT_INITIALISED, make_engine, parse_url, said_in_sentences
from data_access.reading.engine import open_engine
from data_access.reading.queries import content_sha256, dataset_row, fetch_tables
from data_access.schema.tables import DATASET, SCHEMA_VERSION
from data_access.targets.file_target import unnamed_database

FOLDER = Path(__file__).parent / "schema" / "migrations"
VERSIONS = (FOLDER / "versions",)


def migrate(url: str) -> tuple[int, int]:
    """Bring the database up; (schema version before, now). Raises DatabaseProblem: then nothing was changed."""
    target = parse_url(url)
    with said_in_sentences():
        before = _version_at(url)
        if before < SCHEMA_VERSION:
            with _changing(target) as connection:
                _upgrade(connection, before)
                _renew_dataset_row(connection)
    return before, SCHEMA_VERSION


def _version_at(url: str) -> int:
    """Opened as the dashboard opens it, so that a file that is not there is not made."""
    with open_engine(url).connect() as connection:
        version = connection.scalar(sa.select(DATASET.c.schema_version))
    if version is None:
        raise DatabaseProblem(NOT_INITIALISED)
    if version > SCHEMA_VERSION:
        raise DatabaseProblem(
            f"The database must have schema version {SCHEMA_VERSION} or older, got: the newer "
            f"version {version}. Update the app."
        )
    return version


@contextmanager
def _changing(target: sa.URL) -> Iterator[sa.Connection]:
    """A transaction whose changes count only when the block ends well."""
    if target.get_backend_name() != "sqlite":
        with make_engine(target).begin() as connection:
            yield connection
        return
    path = Path(str(target.database))
    try:
        with unnamed_database(path) as (connection, handle):
            _copy(path, connection)
            with connection.begin():
                yield connection
            connection.close()
            take_place(handle, path)
    except OSError as error:
        raise DatabaseProblem(f"The database file must be replaceable, got: {type(error).__name__}.") from error


def _copy(path: Path, connection: sa.Connection) -> None:
    """By SQLite's own means, so that a log beside the file is in the copy."""
    with closing(sqlite3.connect(path)) as source:
        target: Any = connection.connection.driver_connection
        source.backup(target)
    connection.exec_driver_sql("PRAGMA journal_mode = MEMORY")  # the copy may say WAL, which would need a file by name
    connection.rollback()


def config_of(connection: sa.Connection) -> Config:
    """Alembic's settings: our folders, and the connection that env.py takes."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    config.set_main_option("version_locations", os.pathsep.join(map(str, VERSIONS)))
    return config


def _upgrade(connection: sa.Connection, before: int) -> None:
    config = config_of(connection)
    try:
        command.stamp(config, revision_of(before), purge=True)
        command.upgrade(config, revision_of(SCHEMA_VERSION))
    except CommandError as error:
        raise DatabaseProblem(
            f"There must be a migration from schema version {before} to {SCHEMA_VERSION}, got: none. "
            "Load the bundle again."
        ) from error


def revision_of(version: int) -> str:
    """Alembic's revisions are named after our schema versions."""
    return f"{version:04d}"


def _renew_dataset_row(connection: sa.Connection) -> None:
    """The new schema version, and the hash of the content under it."""
    connection.execute(sa.update(DATASET).values(schema_version=SCHEMA_VERSION))
    row = dataset_row(connection)
    connection.execute(sa.update(DATASET).values(content_sha256=content_sha256(row, fetch_tables(connection, "all"))))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m data_access.migrate",
        description="Bring a cohort database up to the schema version of this app: all the way, or not at all.",
    )
    add_database_option(parser)
    options = parser.parse_args(arguments)
    try:
        url = database_of(parser, options)
        if not url:
            print("Name a database with --database-url or DATABASE_URL.", file=sys.stderr)
            return 1
        with audited("migrate"):
            before, now = migrate(url)
    except DatabaseProblem as problem:
        print(f"Nothing was changed. {problem.sentence}", file=sys.stderr)
        return 1
    print(f"The database is at schema version {now}" + (", nothing to do." if before == now else f", from {before}."))
    return 0


if __name__ == "__main__":
    sys.exit(main())
