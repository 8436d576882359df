"""A CSV bundle, read strictly: cells as text, counted per row, parsed by declaration, every problem listed."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain, islice
from typing import TextIO

import numpy as np
import pandas as pd
import sqlalchemy as sa

from data_access.bundle.identifiers import FORBIDDEN_COLUMNS
from data_access.bundle.problems import Problems, shown
from data_access.bundle.progress import Progress, silent
from data_access.bundle.references import Keys
from data_access.bundle.source import MAX_FILE
from data_access.bundle.wrong_cells import list_cells
from data_access.manifest import FILES, NAME, Manifest, sha256_of
from data_access.private import AnyFile, AnyFolder
from data_access.schema.tables import columns_of, key_of, since
from data_access.schema.values import empty_series, from_text

COMMA = ","
OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs"}  # as some spreadsheets write them
ROWS_AT_A_TIME = 50_000
MAX_COLUMNS = 200  # no table has a quarter of them
MAX_LINE = 1 << 22  # characters that are read at once: a file without line breaks must not fill the memory
LINE_BREAK = re.compile("\r\n|\r|\n")


@dataclass(frozen=True)
class Rows:
    """The rows of one file: a frame with the declared dtypes, the line of each row, and which rows were sound."""

    frame: pd.DataFrame
    lines: np.ndarray
    sound: np.ndarray
    complete: bool  # False: rows or key were left out, so that orphans cannot be told


def check_folder(folder: AnyFolder, manifest: Manifest | None, problems: Problems) -> None:
    """Files that are missing, not of this schema, or not those the manifest describes."""
    version = version_of(manifest)
    for name in sorted(path.name for path in folder.glob("*.csv")):
        if name not in FILES:
            problems.add(shown(name), "unknown-file", "must be named after a table of the schema")
    for name, table in FILES.items():
        if not (folder / name).is_file():
            if since(table) <= version:
                problems.add(name, "missing-file", "a bundle must have one file per table")
        elif (folder / name).stat().st_size > MAX_FILE:
            problems.add(
                name,
                "too-large",
                f"a file must have at most {MAX_FILE:,} bytes",
                value=f"{(folder / name).stat().st_size:,}",
            )
        elif manifest is not None:
            _check_sha256(folder / name, manifest, problems)


def version_of(manifest: Manifest | None) -> int:
    """The schema version that a bundle must be complete for; without its word, what every version asks."""
    return manifest.schema_version if manifest else 1


def _check_sha256(path: AnyFile, manifest: Manifest, problems: Problems) -> None:
    if path.name not in manifest.files:
        problems.add(NAME, "missing-entry", f"must list {path.name} with rows and SHA-256")
    elif sha256_of(path) != manifest.files[path.name][1]:
        problems.add(path.name, "sha256", "must be the file that the manifest describes", value="another SHA-256")


def read_table(
    folder: AnyFolder,
    table: sa.Table,
    manifest: Manifest | None,
    keys: Keys,
    problems: Problems,
    progress: Progress = silent,
) -> Rows | None:
    """The rows of one table's file; None when there is nothing to check. Cells with a problem are missing; those of a
    key are kept in `keys`."""
    path, version = folder / f"{table.name}.csv", version_of(manifest)
    if not path.is_file() and since(table) > version:
        return Rows(_nothing(table), np.zeros(0, np.int64), np.ones(0, bool), complete=True)
    if not path.is_file() or path.stat().st_size > MAX_FILE:
        return None
    before = problems.total
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = _reader(path.name, file, problems)
            rows = _read(table, reader, version, keys, problems, partial(_tell, progress, path, file))
    except UnicodeDecodeError:
        problems.add(path.name, "encoding", "must be UTF-8", value="other bytes")
        return None
    if rows is not None and problems.total == before and manifest is not None and path.name in manifest.files:
        _check_count(path.name, len(rows.frame), manifest.files[path.name][0], problems)
    return rows


def _reader(name: str, file: TextIO, problems: Problems):
    """The file's rows as cells. One with another separator is refused, and read by it all the same, so that whatever
    else is wrong with it is listed in the same pass."""
    first = file.readline(MAX_LINE)
    separator = next((mark for mark in OTHER_SEPARATORS if mark in first and COMMA not in first), COMMA)
    if separator != COMMA:
        problems.add(
            name, "separator", "must have its columns separated by commas", row=1, value=OTHER_SEPARATORS[separator]
        )
    lines = chain([first], iter(partial(file.readline, MAX_LINE), ""))
    return csv.reader(lines, delimiter=separator, strict=True)


def _tell(progress: Progress, path: AnyFile, file: TextIO) -> None:
    progress(path.name, file.buffer.tell() / max(path.stat().st_size, 1))


def _check_count(file: str, found: int, told: int, problems: Problems) -> None:
    if found != told:
        problems.add(file, "row-count", f"must have the {told} rows of the manifest", value=str(found))


def _read(table, reader, version: int, keys: Keys, problems: Problems, tell) -> Rows | None:
    header = _header(table, reader, version, problems)
    if header is None:
        return None
    shape = Problems()  # rows left out: what refers to them is no orphan
    parts = []
    for chunk in _chunks(table, reader, len(header), shape):
        parts.append(_part(table, header, *chunk, keys, problems))
        tell()
    problems.extend(shape)
    return _joined(parts, complete=shape.total == 0 and key_of(table).name in header)


def _header(table, reader, version: int, problems: Problems) -> list[str] | None:
    """The column names; None when there are none. Any order is allowed, each declared column once, no others; a column
    that came later than the bundle's schema version may be missing."""
    file = f"{table.name}.csv"
    try:
        header: list[str] = next(reader, [])
    except csv.Error as error:
        _add_malformed(file, error, 1, problems)
        return None
    if not header:
        problems.add(file, "header", "must begin with the names of its columns", row=1, value="nothing")
        return None
    if reader.dialect.delimiter != COMMA and key_of(table).name not in header:
        return None  # another first line, of which nothing can be told
    if len(header) > MAX_COLUMNS:
        problems.add(
            file, "too-many-columns", f"must have at most {MAX_COLUMNS} columns", row=1, value=str(len(header))
        )
        return None
    _check_header(file, header, table, version, problems)
    return header


def _check_header(file: str, header: list[str], table, version: int, problems: Problems) -> None:
    columns = {column.name: column for column in columns_of(table)}
    for name in dict.fromkeys(header):
        if name not in columns:
            code = "direct-identifier" if FORBIDDEN_COLUMNS.search(name) else "unknown-column"
            problems.add(file, code, "must have the declared columns only", row=1, value=shown(name))
        elif header.count(name) > 1:
            problems.add(file, "duplicate-column", "must have each column once", row=1, column=name)
    for name, column in columns.items():
        if name not in header and since(column) <= version:
            problems.add(file, "missing-column", "must have this column", row=1, column=name)


def _chunks(table, reader, width: int, problems: Problems) -> Iterator[tuple[np.ndarray, list[list[str]]]]:
    """(line of each row, rows) with the right number of cells, some at a time; a wrong row is listed, not shifted."""
    file, more = f"{table.name}.csv", True
    while more:
        before = reader.line_num
        rows, more = _some(reader, file, problems)
        lines = _lines(before, reader.line_num, rows)
        wrong = [i for i, row in enumerate(rows) if len(row) != width]
        for i in wrong:
            problems.add(
                file, "cell-count", f"a row must have {width} cells", row=int(lines[i]), value=str(len(rows[i]))
            )
        if wrong:
            lines, rows = np.delete(lines, wrong), [row for row in rows if len(row) == width]
        yield lines, rows


def _some(reader, file: str, problems: Problems) -> tuple[list[list[str]], bool]:
    """The next rows, and whether there may be more; rows before a malformed one are kept."""
    rows: list[list[str]] = []
    try:
        rows.extend(islice(reader, ROWS_AT_A_TIME))
    except csv.Error as error:
        _add_malformed(file, error, reader.line_num, problems)
        return rows, False
    return rows, len(rows) == ROWS_AT_A_TIME


def _add_malformed(file: str, error: csv.Error, row: int, problems: Problems) -> None:
    if "field limit" in str(error):
        problems.add(
            file,
            "cell-too-long",
            f"a cell must have at most {csv.field_size_limit():,} characters; the rest of the file was not read",
            row=row,
        )
    else:
        problems.add(file, "not-csv", f"must be well-formed CSV: {error}; the rest was not read", row=row)


def _lines(before: int, after: int, rows: list[list[str]]) -> np.ndarray:
    """The line on which each row begins: a quoted line break makes a row longer than a line."""
    if after - before == len(rows):
        return np.arange(before + 1, after + 1)
    heights = np.array([1 + sum(len(LINE_BREAK.findall(cell)) for cell in row) for row in rows], dtype=np.int64)
    return before + 1 + np.cumsum(heights) - heights


def _part(table, header: list[str], lines: np.ndarray, rows: list[list[str]], keys: Keys, problems: Problems) -> Rows:
    """Parse some rows, a column at a time."""
    if not rows:
        return Rows(_nothing(table), lines, np.ones(0, bool), complete=True)
    cells = dict(zip(header, zip(*rows, strict=True), strict=True))
    sound, parsed = np.ones(len(rows), bool), {}
    for column in columns_of(table):
        texts = cells.get(column.name, ("",) * len(rows))
        parsed[column.name], bad = from_text(column, texts)
        list_cells(column, texts, lines, keys.still_bad(column, texts, lines, bad), problems)
        if not column.nullable and column.name in header:
            bad = bad | _list_empty(column, texts, lines, problems)
        if column.primary_key:
            keys.refuse(column, texts, lines, bad)
        sound &= ~bad
    return Rows(pd.DataFrame(parsed), lines, sound, complete=True)


@cache
def _nothing(table) -> pd.DataFrame:
    return pd.DataFrame({column.name: empty_series(column) for column in columns_of(table)})


def _list_empty(column, texts, lines, problems: Problems) -> np.ndarray:
    empty = np.array(texts, dtype=object) == ""
    for i in np.flatnonzero(empty):
        problems.add(f"{column.table.name}.csv", "required", "must not be empty", row=int(lines[i]), column=column.name)
    return empty


def _joined(parts: list[Rows], complete: bool) -> Rows:
    frame = pd.concat([part.frame for part in parts], ignore_index=True)
    lines, sound = (np.concatenate([getattr(part, name) for part in parts]) for name in ("lines", "sound"))
    return Rows(frame, lines, sound, complete)
