"""The cohort database, opened for reading only: DATABASE_URL, or the sample cohort in an SQLite file of our own."""

import functools
import hashlib
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa

from data_access.connection import (
    CONNECT_SECONDS,
    LOCK_SECONDS,
    NOT_INITIALISED,
    database_url,
    make_engine,
    parse_url,
    said_in_sentences,
)
from data_access.load import load_bundle
from data_access.manifest import NAME as MANIFEST
from data_access.problems import DatabaseProblem

__all__ = ["DatabaseProblem", "connect", "database_url", "ensure_sample", "open_engine"]

APP = "cart-cohort-dashboard"
SAMPLE = Path(__file__).parent.parent / "sample_data"


def open_engine(url: str) -> sa.Engine:
    """An engine that only reads; nothing is ever created. Raises DatabaseProblem when the URL cannot be served."""
    target = parse_url(url)
    if target.get_backend_name() == "sqlite":
        path = Path(target.database or "")
        return make_engine(target, creator=functools.partial(_open_file, path))
    arguments = {"connect_timeout": CONNECT_SECONDS} if target.get_backend_name() == "postgresql" else {}
    return make_engine(target, connect_args=arguments)


def _open_file(path: Path) -> sqlite3.Connection:
    """SQLite opens what is there: a missing file would be created and an empty one be a database without tables."""
    if not path.is_file():
        raise DatabaseProblem("The cohort database must be a file, got: none at the configured place.")
    if path.stat().st_size == 0:
        raise DatabaseProblem(NOT_INITIALISED.replace("a database without one", "an empty file"))
    opened = sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True, timeout=LOCK_SECONDS,
                             check_same_thread=False)
    opened.execute("PRAGMA query_only = ON")
    return opened


@contextmanager
def connect(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection whose every error is a DatabaseProblem; what is read through it is one snapshot."""
    with said_in_sentences(), engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield connection


def ensure_sample(folder: Path = SAMPLE) -> str:
    """The URL of the sample cohort's database, built from the bundle in `folder` when there is none yet.

    The name holds the SHA-256 of the manifest, so a new bundle gets a new file. Each process writes aside and moves
    into place: two at once do the same work twice and neither sees half a file.
    """
    name = f"sample-{_sha256(folder / MANIFEST)}.db"
    return f"sqlite:///{_existing(_cache_folder() / name, folder)}"


def _sha256(manifest: Path) -> str:
    if not manifest.is_file():
        raise DatabaseProblem("The sample cohort must have a manifest.json, got: none. Run python -m "
                              "sample_data.generate.")
    return hashlib.sha256(manifest.read_bytes()).hexdigest()


def _existing(path: Path, folder: Path) -> Path:
    if not path.is_file():
        load_bundle(folder, f"sqlite:///{path}")
    return path


def _cache_folder() -> Path:
    """The app's folder in the user's cache; where that cannot be written, a temporary one for this process."""
    try:
        chosen = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / APP
        chosen.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        return _temporary_folder()
    return chosen if os.access(chosen, os.W_OK | os.X_OK) else _temporary_folder()


@functools.cache
def _temporary_folder() -> Path:
    """Fresh and private: a name that others can guess could be taken by them first."""
    return Path(tempfile.mkdtemp(prefix=f"{APP}-"))
