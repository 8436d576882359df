"""The cohort database, opened for reading only: DATABASE_URL, or the sample cohort in an SQLite file of our own."""

import functools
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection

from data_access.bundle.problems import DatabaseProblem
from data_access.load import load_bundle
from data_access.manifest import NAME as MANIFEST
from data_access.reading import sqlite_file
from data_access.reading.address import database_url
from data_access.reading.connection import make_engine, parse_url, said_in_sentences
from data_access.reading.kept import APP, cache_folder
from data_access.schema.tables import TABLES

__all__ = [
    "Connection",
    "DatabaseProblem",
    "connect",
    "database_url",
    "ensure_sample",
    "open_engine",
    "rights_and_signs",
]

WRITER = (
    "The dashboard's database role must have no right but SELECT, got: one that may write. The README says how "
    "to make one."
)
NO_READER = "The database user must be allowed to read the cohort, got: a refusal."
SAMPLE = Path(__file__).parents[2] / "sample_data"


def open_engine(url: str, pooled: bool = False) -> sa.Engine:
    """An engine that only reads; nothing is ever created. pooled: it keeps connections to a server for the next who
    asks. Raises DatabaseProblem when the URL cannot be served."""
    target = parse_url(url)
    if target.get_backend_name() == "sqlite":
        return make_engine(target, creator=functools.partial(sqlite_file.open_file, Path(target.database or "")))
    engine = make_engine(target, pooled)
    if engine.dialect.name == "postgresql":
        _server().limit_waits(engine)
    return engine


def _server():
    """The half that needs PostgreSQL's driver, which takes time to import and is not there without a need."""
    from data_access.reading import server

    return server


@contextmanager
def connect(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection whose every error is a DatabaseProblem and whose every wait has an end; what is read through it is
    one snapshot."""
    with said_in_sentences(), engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            with _server().one_snapshot(connection):
                yield connection
        else:
            connection.exec_driver_sql("BEGIN")  # without it, each SELECT would be a snapshot of its own
            yield connection


def rights_and_signs(connection: Connection) -> tuple:
    """What changes with any write to the cohort on a PostgreSQL server, known without reading it; empty for a file.

    Raises DatabaseProblem when the app's role may change anything, or may not read all of it. A read-only transaction
    can be switched off by the statement that is sent; a missing right cannot.
    """
    if connection.dialect.name != "postgresql":
        return ()
    found = _server().rights_and_signs(connection, [table.name for table in TABLES])
    if found.may_write:
        raise DatabaseProblem(WRITER)
    if found.may_not_read:
        raise DatabaseProblem(NO_READER)
    return found.written, found.made


def ensure_sample(folder: Path = SAMPLE) -> str:
    """The URL of the sample cohort's database, built from the bundle in `folder` when there is none yet.

    The name holds the SHA-256 of the manifest, so a new bundle gets a new file. Each process writes aside and moves
    into place: two at once do the same work twice and neither sees half a file.
    """
    name = f"sample-{_sha256(folder / MANIFEST)}.db"
    return f"sqlite:///{_existing(_cache_folder() / name, folder)}"


def _sha256(manifest: Path) -> str:
    if not manifest.is_file():
        raise DatabaseProblem(
            "The sample cohort must have a manifest.json, got: none. Run python -m sample_data.generate."
        )
    return hashlib.sha256(manifest.read_bytes()).hexdigest()


def _existing(path: Path, folder: Path) -> Path:
    if not path.is_file():
        load_bundle(folder, f"sqlite:///{path}")
    return path


def _cache_folder() -> Path:
    """The app's folder in the user's cache; where that cannot be written, a temporary one for this process."""
    try:
        chosen = cache_folder()
    except (OSError, RuntimeError):
        return _temporary_folder()
    return chosen if os.access(chosen, os.W_OK | os.X_OK) else _temporary_folder()


@functools.cache
def _temporary_folder() -> Path:
    """Fresh and private: a name that others can guess could be taken by them first."""
    return Path(tempfile.mkdtemp(prefix=f"{APP}-"))
