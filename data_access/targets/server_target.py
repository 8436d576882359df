"""A PostgreSQL database as the target of an import: one transaction swaps the rows, readers never wait.

Rows are deleted and copied, tables never truncated or renamed: who reads in a transaction goes on seeing one old
version. The version that an import replaced is kept in the schema `previous`, which the dashboard's role cannot read.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pandas as pd
import sqlalchemy as sa

from data_access.bundle.problems import DatabaseProblem
from data_access.private import UnnamedFile, UnnamedFolder, unnamed_folder
from data_access.reading.connection import make_engine
from data_access.reading.queries import refuse_other_schema
from data_access.schema.tables import BUNDLE_TABLES, DATASET, METADATA, SCHEMA_VERSION, TABLES, columns_of, kind_of
from data_access.schema.values import to_text
from data_access.targets.held import LoadedVersion, held_in
from data_access.targets.history import Entry, add_entries

PREVIOUS = "previous"
LOCK = 0x0CA47  # one import at a time; any number that other programs on the server are unlikely to use
LOCK_SECONDS = 10
PIECE = 1 << 20


class Spool:
    """The sound tables as CSV files without a name, ready for COPY."""

    def __init__(self, folder: UnnamedFolder):
        self._folder = folder
        self._complete: set[str] = set()

    def file_of(self, table: sa.Table) -> UnnamedFile:
        return self._folder / table.name

    def add(self, table: sa.Table, frame: pd.DataFrame) -> None:
        """Rows with a lone carriage return are written here, in quotes; for all others the canonical text will do."""
        with self.file_of(table).open("w", encoding="utf-8", newline="") as file:
            if any(_has_carriage_return(frame[c.name]) for c in columns_of(table) if kind_of(c) in ("id", "text")):
                self._complete.add(table.name)
                for row in zip(*(to_text(c, frame[c.name]) for c in columns_of(table)), strict=True):
                    file.write(",".join(map(_quoted, row)) + "\n")

    def add_text(self, table: sa.Table, text: str) -> None:
        """Canonical CSV text: an empty cell is NULL, also to COPY."""
        if table.name not in self._complete:
            with self.file_of(table).open("a", encoding="utf-8", newline="") as file:
                file.write(text)


def _has_carriage_return(values: pd.Series) -> bool:
    return bool(values.str.contains("\r", regex=False).fillna(False).any())


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if cell else ""


class ServerTarget:
    """The database of a URL. Its role must own the tables, or be allowed to create them."""

    def __init__(self, url: sa.URL):
        self._engine = make_engine(url)

    @contextmanager
    def staging(self) -> Iterator[Spool]:
        with unnamed_folder() as folder:
            yield Spool(folder)

    @contextmanager
    def turn(self) -> Iterator["ServerTransaction"]:
        """One transaction in which this import alone may write; it counts when the block ends well."""
        with self._writing() as connection:
            METADATA.create_all(connection)
            yield ServerTransaction(connection)

    def held(self) -> LoadedVersion | None:
        with self._engine.connect() as connection:
            return held_in(connection)

    def rollback(self) -> LoadedVersion:
        """Exchange the rows and those before them. Raises DatabaseProblem when there are none."""
        with self._writing() as connection:
            back = held_in(connection, PREVIOUS)
            if back is None:
                raise DatabaseProblem("There is no previous version to restore.")
            _refuse_before_migration(back)
            for table in TABLES:
                connection.exec_driver_sql(
                    f"CREATE TEMP TABLE back_{table.name} ON COMMIT DROP AS SELECT * FROM {PREVIOUS}.{table.name}"
                )
            _keep(connection)
            _empty(connection)
            for table in TABLES:
                names = _names(table)
                connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) SELECT {names} FROM back_{table.name}")
        return back

    def purge_previous(self) -> None:
        """Remove the version before. The tables are written anew, without the rows that imports have deleted from
        them, and the server's statistics with them: both would hold removed patients until some later day."""
        with self._writing() as connection:
            for table in TABLES:
                connection.exec_driver_sql(f"DROP TABLE IF EXISTS {PREVIOUS}.{table.name}")
            connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {PREVIOUS}")
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for name in sa.inspect(connection).get_table_names():
                if name in METADATA.tables:
                    connection.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {name}")

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        with self._engine.begin() as connection:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
            yield connection


def _refuse_before_migration(back: LoadedVersion) -> None:
    """What was kept aside is not migrated with the database."""
    if back.schema_version != SCHEMA_VERSION:
        raise DatabaseProblem(
            f"The previous version must have schema version {SCHEMA_VERSION}, got: version {back.schema_version}, kept "
            "before the migration. Load its bundle instead."
        )


class ServerTransaction:
    """Decide and replace, in one transaction."""

    def __init__(self, connection: sa.Connection):
        self._connection, self.held = connection, held_in(connection)
        if self.held is not None:
            refuse_other_schema(self.held.schema_version)

    def replace_with(self, spool: Spool, dataset: Entry, entry: Entry, progress) -> None:
        """The staged rows in place of those that were there, which become the previous version."""
        if self.held is not None:
            _keep(self._connection)
        _empty(self._connection)
        total, done = sum(spool.file_of(table).stat().st_size for table in BUNDLE_TABLES) or 1, 0
        for table in BUNDLE_TABLES:
            _copy(self._connection, table, spool.file_of(table))
            done += spool.file_of(table).stat().st_size
            progress(f"writing {table.name}", min(done / total, 0.999))
        self._connection.execute(sa.insert(DATASET), dataset)
        add_entries(self._connection, [entry])


def _keep(connection: sa.Connection) -> None:
    """The rows that are there, copied into the schema of the version before."""
    connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {PREVIOUS}")
    for table in TABLES:
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {PREVIOUS}.{table.name}")
        connection.exec_driver_sql(f"CREATE TABLE {PREVIOUS}.{table.name} AS SELECT * FROM {table.name}")


def _empty(connection: sa.Connection) -> None:
    for table in reversed(TABLES):
        connection.execute(sa.delete(table))


def _names(table: sa.Table) -> str:
    return ", ".join(column.name for column in columns_of(table))


def _copy(connection: sa.Connection, table: sa.Table, path: UnnamedFile) -> None:
    statement = f"COPY {table.name} ({_names(table)}) FROM STDIN (FORMAT csv)"
    driver: Any = connection.connection.driver_connection
    cursor = driver.cursor()
    with path.open("rb") as file, cursor.copy(statement) as copy:
        for piece in iter(partial(file.read, PIECE), b""):
            copy.write(piece)
