"""Load a CSV bundle into a cohort database, all of it or nothing.

`python -m data_access.load FOLDER [--database-url URL]`; without --database-url the variable DATABASE_URL counts.
`python -m data_access.load SOURCE --from READER --mapping FILE` converts another format first (docs/import.md).
An SQLite file is written aside and moved into place; another database is filled in one transaction.
"""

import argparse
import datetime
import os
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import sqlalchemy as sa

from data_access.bundle import check_folder, check_keys, check_references, read_table
from data_access.connection import database_url, make_engine, parse_url, said_in_sentences
from data_access.content import Content, in_key_order
from data_access.manifest import Manifest, read_manifest
from data_access.origin import Origin, at_the_source
from data_access.problems import ERROR, BundleRefused, DatabaseProblem, Problems
from data_access.tables import BUNDLE_TABLES, DATASET, METADATA, SCHEMA_VERSION, TABLES, columns_of, key_of, kind_of
from data_access.values import to_python, to_text

ROWS_AT_A_TIME = 50_000
READERS = ("redcap", "cdisc")


@dataclass(frozen=True)
class Loaded:
    """What was loaded: rows per table and the hash of the content."""

    rows: dict[str, int]
    content_sha256: str


def load_bundle(folder: Path, url: str, *, origin: Origin | None = None, found: Problems | None = None) -> Loaded:
    """Load the bundle in `folder` into the database at `url`, replacing what it held.

    A bundle that a reader converted from another format comes with its `origin` and the problems it has `found` itself.

    Raises BundleRefused with every problem of the bundle, DatabaseProblem when the database cannot be written; in both
    cases the database is as it was before.
    """
    target = parse_url(url)
    with said_in_sentences(), _writing(target) as connection:
        return _transfer(Path(folder), connection, origin or Origin({}), found or Problems())


@contextmanager
def _writing(target: sa.URL) -> Iterator[sa.Connection]:
    """A transaction on an emptied database of this schema; it counts only when the block ends well."""
    if target.get_backend_name() == "sqlite":
        with _written_aside(_file_of(target)) as aside, _emptied(target.set(database=str(aside))) as connection:
            yield connection
    else:
        with _emptied(target) as connection:
            yield connection


@contextmanager
def _emptied(target: sa.URL) -> Iterator[sa.Connection]:
    with make_engine(target).begin() as connection:
        if connection.dialect.name == "sqlite":  # a file aside needs no journal: it is flushed before it counts
            connection.exec_driver_sql("PRAGMA synchronous = OFF")
            connection.exec_driver_sql("PRAGMA journal_mode = MEMORY")
        METADATA.create_all(connection)
        for table in reversed(TABLES):
            connection.execute(sa.delete(table))
        yield connection


def _file_of(target: sa.URL) -> Path:
    if not target.database or target.database == ":memory:" or target.database.startswith("file:"):
        raise DatabaseProblem("An SQLite URL must name a file, got: none.")
    return Path(target.database)


@contextmanager
def _written_aside(path: Path) -> Iterator[Path]:
    """A new file beside `path` that takes its place when the block ends well, and is gone when it does not."""
    if any(Path(f"{path}{ending}").exists() for ending in ("-journal", "-wal")):
        raise DatabaseProblem("The database must not be open for writing elsewhere, got: an unfinished journal.")
    if not path.parent.is_dir():
        raise DatabaseProblem("The folder of the database must exist, got: none.")
    aside = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        yield aside
        _move(aside, path)
    finally:
        aside.unlink(missing_ok=True)
        Path(f"{aside}-journal").unlink(missing_ok=True)


def _move(aside: Path, path: Path) -> None:
    """On the disk before it takes the old file's place: a power cut must not leave half a cohort."""
    try:
        with aside.open("rb") as file:
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError as error:
        raise DatabaseProblem(f"The database file must be replaceable, got: {type(error).__name__}.") from error


def _transfer(folder: Path, connection: sa.Connection, origin: Origin, found: Problems) -> Loaded:
    """Read, check and insert one table at a time (memory holds one table); the first problem ends inserting, not
    checking."""
    problems = Problems()
    manifest = read_manifest(folder, problems)
    check_folder(folder, manifest, problems)
    content, keys, lines, rows = _content(manifest), {}, {}, {}
    for table in BUNDLE_TABLES:
        frame = _checked(folder, table, manifest, keys, lines, problems)
        if problems.count(ERROR) + found.count(ERROR) == 0:
            _insert(connection, table, frame)
            content.add(table, frame)
            rows[table.name] = len(frame)
    found.extend(at_the_source(problems, origin, lines))
    if found.count(ERROR):
        raise BundleRefused(found)
    connection.execute(sa.insert(DATASET), _dataset(manifest, content.hexdigest()))
    return Loaded(rows, content.hexdigest())


def _content(manifest: Manifest | None) -> Content | None:
    return manifest and Content(title=manifest.title, data_cutoff=manifest.data_cutoff, schema_version=SCHEMA_VERSION,
                                source=manifest.source, synthetic=manifest.synthetic)


def _checked(folder: Path, table: sa.Table, manifest: Manifest | None, keys: dict[str, pd.Series],
             lines: dict[str, np.ndarray], problems: Problems) -> pd.DataFrame | None:
    """The rows of a table in key order; its key is added to `keys` when others refer to it, its lines to `lines`."""
    rows = read_table(folder, table, manifest, problems)
    if rows is None:
        return None
    lines[table.name] = rows.lines
    check_keys(table, rows, problems)
    check_references(table, rows, keys, problems)
    if rows.complete and _is_referred_to(table):
        keys[table.name] = rows.frame[key_of(table).name]
    return in_key_order(table, rows.frame)


def _is_referred_to(table: sa.Table) -> bool:
    return any(key.column.table is table for other in BUNDLE_TABLES for key in other.foreign_keys)


def _insert(connection: sa.Connection, table: sa.Table, frame: pd.DataFrame) -> None:
    """Many rows at a time. SQLite's driver takes whole rows, without a dictionary for each (2.5 times faster)."""
    columns = columns_of(table)
    for start in range(0, len(frame), ROWS_AT_A_TIME):
        part = frame.iloc[start:start + ROWS_AT_A_TIME]
        rows = zip(*(_bound(connection, c, part[c.name]) for c in columns), strict=True)
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(str(sa.insert(table).compile(connection)), list(rows))
        else:
            connection.execute(sa.insert(table), [dict(zip(table.columns.keys(), row, strict=True)) for row in rows])


def _bound(connection: sa.Connection, column: sa.Column, values: pd.Series) -> list:
    """Values as the driver takes them; SQLite has no dates, ISO text is what SQLAlchemy would give it."""
    if connection.dialect.name == "sqlite" and kind_of(column) == "date":
        return [text or None for text in to_text(column, values)]
    return to_python(column, values)


def _dataset(manifest: Manifest, content_sha256: str) -> dict:
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    return dict(dataset_id="cohort", title=manifest.title, data_cutoff=manifest.data_cutoff,
                schema_version=SCHEMA_VERSION, imported_at=now, source=manifest.source,
                content_sha256=content_sha256, synthetic=manifest.synthetic)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m data_access.load", description="Load a CSV bundle into a cohort "
                                     "database: all of it, or nothing and a list of what is wrong.")
    parser.add_argument("source", type=Path, help="folder with one CSV file per table and manifest.json, or what "
                        "--from reads")
    parser.add_argument("--from", dest="reader", choices=READERS, help="format of a source that is not a bundle")
    parser.add_argument("--mapping", type=Path, help="mapping file (TOML) for --from")
    parser.add_argument("--database-url", default=database_url(), help="default: the variable DATABASE_URL")
    options = parser.parse_args(arguments)
    if not options.database_url:
        print("A database must be named with --database-url or DATABASE_URL, got: none.", file=sys.stderr)
        return 1
    if (options.reader is None) != (options.mapping is None):
        print("--from and --mapping must be given together, got: one of them.", file=sys.stderr)
        return 1
    return _report(options.source, options.database_url, options.reader, options.mapping)


def load_source(source: Path, url: str, reader: str | None = None, mapping: Path | None = None) -> Loaded:
    """Load a bundle, or what a reader makes one from. Raises as load_bundle does."""
    if reader is None:
        return load_bundle(source, url)
    from data_access.convert import converted_bundle  # its packages are of no use to anything else: 0.2 s
    with converted_bundle(source, reader, mapping) as (folder, origin, found):
        return load_bundle(folder, url, origin=origin, found=found)


def _report(source: Path, url: str, reader: str | None, mapping: Path | None) -> int:
    """Load and say what happened; the exit code is 0 only when everything was loaded."""
    try:
        loaded = load_source(source, url, reader, mapping)
    except BundleRefused as refused:
        print(refused.problems, refused, sep="\n", file=sys.stderr)
        return 1
    except DatabaseProblem as problem:
        print(f"Nothing was loaded. {problem.sentence}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"Nothing was loaded. The files of the bundle must be readable, got: {type(error).__name__}.",
              file=sys.stderr)
        return 1
    for name, rows in loaded.rows.items():
        print(f"{name:24}{rows:>12,} rows")
    print(f"Dataset version {loaded.content_sha256[:12]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
