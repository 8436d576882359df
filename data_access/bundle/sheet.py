"""What the readers of other formats have in common: a source file as text cells, and the bundle made from it.

Nothing is interpreted here: a cell is the text that came, a row knows the line of its file, and the loader checks the
bundle as it checks any other.
"""

import csv
from collections import defaultdict
from dataclasses import dataclass, field

from data_access.bundle.origin import Origin
from data_access.bundle.problems import Problems
from data_access.manifest import write_manifest
from data_access.private import AnyFile, AnyFolder
from data_access.schema.tables import BUNDLE_TABLES, PRODUCT, columns_of
from data_access.sources.mapping import Cohort

MAX_BYTES = 1_000_000_000  # a source file is held in memory
MAX_COLUMNS = 5_000  # a REDCap project with every field of ours and fifty times as many of its own


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
    """Rows for the tables of a bundle, each with its place in the source; columns: (table, column) -> source name.

    refused: place -> the cells of a row that gave none of ours.
    """

    rows: dict[str, list[dict[str, str]]] = field(default_factory=lambda: defaultdict(list))
    places: dict[str, list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))
    columns: dict[tuple[str, str], str] = field(default_factory=dict)
    refused: dict[tuple[str, int], dict[str, str]] = field(default_factory=dict)

    def add(self, table: str, row: dict[str, str], place: tuple[str, int]) -> None:
        self.rows[table].append(row)
        self.places[table].append(place)


def is_small_enough(path: AnyFile, problems: Problems) -> bool:
    """Whether a source file is within the limit; a problem when it is not."""
    if path.stat().st_size <= MAX_BYTES:
        return True
    problems.add(path.name, "too-large", f"must have at most {MAX_BYTES // 1_000_000_000} GB")
    return False


def write_converted(folder: AnyFolder, cohort: Cohort, converted: Converted) -> Origin:
    """Write the bundle, with the declared products and facts and every table's file, and say where its rows are from.

    A table that the source does not have gets an empty file.
    """
    for line, product in cohort.products:
        converted.add(PRODUCT.name, product, (cohort.file, line))
    for table in BUNDLE_TABLES:
        _write(folder / f"{table.name}.csv", [column.name for column in columns_of(table)], converted.rows[table.name])
    write_manifest(folder, cohort.title, cohort.data_cutoff, cohort.source, cohort.synthetic)
    return Origin(converted.places, converted.columns, converted.refused)


def _write(path: AnyFile, names: list[str], rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, restval="", lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)
