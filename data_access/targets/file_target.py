"""An SQLite file as the target of an import: written without a name, put into place, the version before kept beside it.

The version that an import replaced is `NAME.previous`. At every moment the file itself is whole, old or new; what an
import has written by the time it is killed is gone with it.
"""

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from urllib.parse import quote

import pandas as pd
import sqlalchemy as sa

from data_access.bundle.problems import DatabaseProblem
from data_access.private import hidden_name, left_beside, make_file, take_place
from data_access.reading.connection import make_engine, said_in_sentences
from data_access.schema.tables import DATASET, METADATA, columns_of, kind_of
from data_access.schema.values import to_python, to_text
from data_access.targets.held import UNREADABLE, LoadedVersion, held_in
from data_access.targets.history import Entry, add_entries, entries_in

ROWS_AT_A_TIME = 50_000
NO_ROOM = "The disk is full: there is no room for the whole database beside the old one."
JOURNALS = ("-journal", "-wal")


class FileTarget:
    """The SQLite file of a URL."""

    def __init__(self, url: sa.URL):
        if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
            raise DatabaseProblem("An SQLite URL must name a file, got: none.")
        self.url, self.path = url, Path(url.database)
        self.previous = self.path.with_name(f"{self.path.name}.previous")

    @contextmanager
    def staging(self) -> Iterator["SqliteStaging"]:
        """An empty database on the disk of the file; it is gone after the block unless it has taken its place."""
        if not self.path.parent.is_dir():
            raise DatabaseProblem("The folder of the database must exist, got: none.")
        with ExitStack() as until_the_end:
            with _locked_folder(self.path.parent), _room_needed():
                remove_left(self.path)
                connection, handle = until_the_end.enter_context(unnamed_database(self.path))
            yield SqliteStaging(connection, handle)

    @contextmanager
    def turn(self) -> Iterator["FileTransaction"]:
        """The time in which this import alone decides about the file and replaces it."""
        with _locked_folder(self.path.parent):
            yield FileTransaction(self)

    def held(self) -> LoadedVersion | None:
        """The version in the file; UNREADABLE when the file is something else, None when there is none."""
        return _held(self.path)

    def rollback(self) -> LoadedVersion:
        """Exchange the file and the one before it. Raises DatabaseProblem when there is none."""
        with _locked_folder(self.path.parent), _room_needed():
            back = _held(self.previous)
            if back is None:
                raise DatabaseProblem("There is no previous version to restore.")
            _refuse_unfinished(self.path)
            remove_left(self.path)
            forward, aside = hidden_name(self.path), hidden_name(self.path)
            _keep(self.previous, aside)
            if self.path.exists():
                _keep(self.path, forward)
            aside.replace(self.path)
            if forward.exists():
                forward.replace(self.previous)
        return back

    def purge_previous(self) -> None:
        """Remove the version before; the file itself never holds rows of another version."""
        with _locked_folder(self.path.parent), _room_needed():
            remove_left(self.path)
            self.previous.unlink(missing_ok=True)


class SqliteStaging:
    """The database that is being written."""

    def __init__(self, connection: sa.Connection, handle: int):
        self._connection, self._handle = connection, handle
        with _room_needed():
            METADATA.create_all(connection)

    def add(self, table: sa.Table, frame: pd.DataFrame) -> None:
        """Many rows at a time; the driver takes whole rows, without a dictionary for each (2.5 times faster)."""
        statement = str(sa.insert(table).compile(self._connection))
        for start in range(0, len(frame), ROWS_AT_A_TIME):
            part = frame.iloc[start : start + ROWS_AT_A_TIME]
            rows = zip(*(_bound(c, part[c.name]) for c in columns_of(table)), strict=True)
            with _room_needed():
                self._connection.exec_driver_sql(statement, list(rows))

    def add_text(self, table: sa.Table, text: str) -> None:
        """The rows are there already."""

    def finish(self, dataset: Entry, history: list[Entry]) -> None:
        """The last rows; then the database is complete and closed."""
        self._connection.execute(sa.insert(DATASET), dataset)
        add_entries(self._connection, history)
        self._connection.commit()
        self._connection.close()

    def take_place_of(self, path: Path, just_before: Callable[[], None]) -> None:
        """Be that file from now on; flushed, for a power cut must not leave half a cohort."""
        take_place(self._handle, path, just_before)


class FileTransaction:
    """Decide and replace, undisturbed."""

    def __init__(self, target: FileTarget):
        self._target = target
        self.held = target.held()

    def replace_with(self, aside: SqliteStaging, dataset: Entry, entry: Entry, _progress) -> None:
        """Let the file aside take the file's place; what was there becomes the previous version."""
        path, previous = self._target.path, self._target.previous
        _refuse_unfinished(path)
        with _room_needed():
            aside.finish(dataset, [*_history(path), entry])
            aside.take_place_of(path, partial(_keep_before, path, previous))


def _bound(column: sa.Column, values: pd.Series) -> list:
    """Values as the driver takes them; SQLite has no dates, ISO text is what SQLAlchemy would give it."""
    if kind_of(column) == "date":
        return [text or None for text in to_text(column, values)]
    return to_python(column, values)


def _held(path: Path) -> LoadedVersion | None:
    if not path.is_file() or path.stat().st_size == 0:
        return None
    try:
        engine = make_engine(sa.URL.create("sqlite"), creator=partial(sqlite3.connect, _uri(path), uri=True))
        with said_in_sentences(), engine.connect() as connection:
            return held_in(connection) or UNREADABLE
    except DatabaseProblem:
        return UNREADABLE


def _history(path: Path) -> list[Entry]:
    """The imports before this one; none where what is there is no cohort database."""
    if not path.is_file() or path.stat().st_size == 0:
        return []
    try:
        engine = make_engine(sa.URL.create("sqlite"), creator=partial(sqlite3.connect, _uri(path), uri=True))
        with said_in_sentences(), engine.connect() as connection:
            return entries_in(connection)
    except DatabaseProblem:
        return []


def _uri(path: Path) -> str:
    return f"file:{quote(str(path.resolve()))}?mode=ro"


def _keep_before(path: Path, previous: Path) -> None:
    """What is there, if it is anything, becomes the previous version."""
    if path.exists() and path.stat().st_size:
        link = hidden_name(path)
        _keep(path, link)
        link.replace(previous)


def _keep(path: Path, name: Path) -> None:
    """A second name for a file; where the disk has no such thing, a copy."""
    try:
        os.link(path, name)
    except OSError:
        with path.open("rb") as file:
            take_place(file.fileno(), name)


def _refuse_unfinished(path: Path) -> None:
    if any(Path(f"{path}{ending}").exists() for ending in JOURNALS):
        raise DatabaseProblem("The database must not be open for writing elsewhere, got: an unfinished journal.")


@contextmanager
def _locked_folder(folder: Path) -> Iterator[None]:
    """One import at a time decides about the files of a folder; where the disk knows no locks, none is held."""
    with _room_needed():
        handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def unnamed_database(path: Path) -> Iterator[tuple[sa.Connection, int]]:
    """An empty SQLite database on the disk of `path`, as a connection and a handle; its name is taken away before
    anything is in it. It keeps no journal on the disk: it is flushed before it counts."""
    name = hidden_name(path)
    handle = make_file(name)
    try:
        with make_engine(sa.URL.create("sqlite", database=str(name))).connect() as connection:
            connection.exec_driver_sql("PRAGMA synchronous = OFF")
            connection.exec_driver_sql("PRAGMA journal_mode = MEMORY")
            name.unlink()
            yield connection, handle
    finally:
        name.unlink(missing_ok=True)
        os.close(handle)


def remove_left(path: Path) -> None:
    """What a process that was ended while it moved whole files has left; the folder is locked by the caller."""
    for left in left_beside(path):
        with suppress(OSError):
            left.unlink()


@contextmanager
def _room_needed() -> Iterator[None]:
    """Say what the disk refused in a sentence."""
    try:
        yield
    except OSError as error:
        raise DatabaseProblem(
            f"The database file must be replaceable and its disk have room, got: {type(error).__name__}."
        ) from error
    except sa.exc.OperationalError as error:
        said = str(error.orig).lower()
        if "full" in said or "disk i/o" in said:
            raise DatabaseProblem(NO_ROOM) from error
        raise
