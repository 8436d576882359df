"""What the readers of other formats have in common: a source file as text cells, and the bundle made from it.

Nothing is interpreted here: a cell is the text that came, a row knows the line of its file, and the loader checks the
bundle as it checks any other.
"""

import csv
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from data_access.bundle.origin import Origin
from data_access.bundle.problems import Problems, shown
from data_access.manifest import write_manifest
from data_access.private import AnyFile, AnyFolder
from data_access.schema.tables import BUNDLE_TABLES, PRODUCT, columns_of
from data_access.sources.mapping import Cohort

MAX_BYTES = 1_000_000_000  # a source file is held in memory
MAX_COLUMNS = 5_000  # a REDCap project with every field of ours and fifty times as many of its own
OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs"}


@dataclass(frozen=True)
class Sheet:
    """A file of text cells: name, header, rows of as many cells, and the line (or record) number of each row.

    kinds: for columns of a typed file (XPT) 'text', 'number', 'date' (days) or 'datetime' (seconds); empty for CSV.
    """

    file: str
    header: tuple[str, ...]
    rows: list[list[str]]
    lines: list[int]
    kinds: dict[str, str] = field(default_factory=dict)

    def place(self, index: int) -> tuple[str, int]:
        """(file, line) of a row, as Origin takes it."""
        return self.file, self.lines[index]


@dataclass
class Converted:
    """Rows for the tables of a bundle, each with its place in the source; columns: (table, column) -> source name."""

    rows: dict[str, list[dict[str, str]]] = field(default_factory=lambda: defaultdict(list))
    places: dict[str, list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))
    columns: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, table: str, row: dict[str, str], place: tuple[str, int]) -> None:
        self.rows[table].append(row)
        self.places[table].append(place)


def is_small_enough(path: Path, problems: Problems) -> bool:
    """Whether a source file is within the limit; a problem when it is not."""
    if path.stat().st_size <= MAX_BYTES:
        return True
    problems.add(path.name, "too-large", f"must have at most {MAX_BYTES // 1_000_000_000} GB")
    return False


def read_csv(path: Path, problems: Problems) -> Sheet | None:
    """A CSV file, strictly: UTF-8 with or without BOM, commas, as many cells in each row as in the header.

    None, and a problem, when it is not one; a row of another length is listed and left out.
    """
    if not is_small_enough(path, problems):
        return None
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _sheet(path.name, csv.reader(file, strict=True), problems)
    except UnicodeDecodeError:
        problems.add(path.name, "encoding", "must be UTF-8, got: other bytes")
    except csv.Error as error:
        problems.add(path.name, "not-csv", f"must be well-formed CSV: {error}")
    return None


def _sheet(file: str, reader, problems: Problems) -> Sheet | None:
    header: list[str] = next(reader, [])
    separator = next((name for mark, name in OTHER_SEPARATORS.items() if len(header) == 1 and mark in header[0]), None)
    if separator:
        problems.add(file, "separator", f"must have its columns separated by commas, got: {separator}", row=1)
        return None
    if len(header) > MAX_COLUMNS:
        problems.add(file, "too-large", f"must have at most {MAX_COLUMNS:,} columns, got: {len(header):,}", row=1)
        return None
    if not header:
        problems.add(file, "header", "must begin with the names of its columns, got: nothing", row=1)
        return None
    for name in dict.fromkeys(header):
        if header.count(name) > 1:
            problems.add(file, "duplicate-column", "must have each column once", row=1, column=shown(name))
    sheet, before = Sheet(file, tuple(header), [], []), reader.line_num
    for row in reader:
        _take(sheet, row, before + 1, problems)
        before = reader.line_num
    return sheet


def _take(sheet: Sheet, row: list[str], line: int, problems: Problems) -> None:
    if len(row) == len(sheet.header):
        sheet.rows.append(row)
        sheet.lines.append(line)
    else:
        problems.add(sheet.file, "cell-count", f"a row must have {len(sheet.header)} cells, got: {len(row)}", row=line)


def write_converted(folder: AnyFolder, cohort: Cohort, converted: Converted) -> Origin:
    """Write the bundle, with the declared products and facts and every table's file, and say where its rows are from.

    A table that the source does not have gets an empty file.
    """
    for line, product in cohort.products:
        converted.add(PRODUCT.name, product, (cohort.file, line))
    for table in BUNDLE_TABLES:
        _write(folder / f"{table.name}.csv", [column.name for column in columns_of(table)], converted.rows[table.name])
    write_manifest(folder, cohort.title, cohort.data_cutoff, cohort.source, cohort.synthetic)
    return Origin(rows=converted.places, columns=converted.columns)


def _write(path: AnyFile, names: list[str], rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, restval="", lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)
