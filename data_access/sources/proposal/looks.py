"""What a column of a file looks like: dates of which form, numbers with which mark, texts that say nothing is known."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from data_access.bundle.problems import Problems
from data_access.bundle.sheet import Sheet
from data_access.bundle.wrong_cells import MISSING_CODE
from data_access.private import AnyFile
from data_access.sources.dates import CellRefused, is_iso, reader_of
from data_access.sources.files.cells import SOME_DATES
from data_access.sources.files.csv_file import SEPARATORS, Form, read_csv
from data_access.sources.files.found import Place

DATE_FORMATS = ("iso", "dd.mm.yyyy", "d.m.yyyy", "dd/mm/yyyy", "m/d/Y", "d/m/Y", "date9", "d-mon-Y")
MONTH_FORMATS = ("iso", "mm/yyyy", "mm.yyyy", "m/yyyy", "m.yyyy")
ENOUGH = 0.8  # share of the cells that must look alike
ENCODINGS = ("utf-8", "cp1252")
COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+")
MAX_VALUES = 25  # a column of more different texts is no list of codes
FIRST = 1 << 16
HEADERS = 5  # lines among which the names of the columns are looked for


@dataclass(frozen=True)
class Look:
    """One column: its name, its distinct texts (none where there are too many), the date formats that fit all that is
    dated, whether its numbers have commas, its missing codes, and whether any text begins with a digit; a key is filled
    in every row, never twice with the same text."""

    name: str
    values: tuple[str, ...]
    dates: tuple[str, ...]
    is_typed_date: bool
    has_commas: bool
    missing: tuple[str, ...]
    filled: int
    begins_with_digit: bool
    is_key: bool = False
    month: str = ""  # the format of a column of months
    spoken: str = ""  # the name with that of its dataset before it


def look_at(sheet: Sheet) -> list[Look]:
    """The columns of a sheet."""
    columns = zip(*sheet.rows, strict=True) if sheet.rows else ([] for _ in sheet.header)
    return [
        _look(name, list(cells), sheet.kinds.get(name, "")) for name, cells in zip(sheet.header, columns, strict=True)
    ]


def _look(name: str, cells: Sequence[str], kind: str) -> Look:
    given = [cell for cell in cells if cell.strip()]
    missing = tuple(sorted({cell for cell in given if MISSING_CODE.fullmatch(cell)}))
    told = [cell for cell in given if cell not in missing]
    distinct = tuple(dict.fromkeys(told))
    texts = [cell for cell in told if kind != SOME_DATES or not is_iso(cell)]  # cells that are dates need no format
    formats = tuple(name for name in DATE_FORMATS if texts and all(_fits(name, cell) for cell in texts[:500]))
    months = (name for name in MONTH_FORMATS if texts and all(_fits(name, cell, month=True) for cell in texts[:500]))
    commas = sum(COMMA.fullmatch(cell) is not None for cell in told)
    return Look(
        name,
        distinct if len(distinct) <= MAX_VALUES else (),
        formats,
        kind in ("iso", "date", "datetime", "stata_datetime"),
        bool(told) and commas >= ENOUGH * len(told) and commas > 0,
        missing,
        len(told),
        any(cell[:1].isdigit() for cell in told),
        bool(told) and len(distinct) == len(cells),
        next(months, ""),
    )


def _fits(name: str, cell: str, month: bool = False) -> bool:
    try:
        return is_iso(reader_of(name)(cell, month))
    except CellRefused:
        return False


def form_of(place: Place) -> Form:
    """How a text file or a sheet seems to be written; of another typed file nothing need be known."""
    if place.sheet:
        return Form(header=_header([_width(place, line) for line in range(1, HEADERS + 1)]))
    if place.file.suffix.lower() not in (".csv", ".txt", ".tsv"):
        return Form()
    encoding = _encoding(place.file)
    with place.file.open(encoding=encoding, newline="") as file:
        text = "".join(file.readline(FIRST) for _ in range(HEADERS))
    separator = max(SEPARATORS, key=lambda mark: max(width for _, width in _widths(text, mark)))
    widths = _widths(text, separator)
    line = widths[_header([width for _, width in widths]) - 1][0]
    return Form(separator=separator, encoding=encoding, header=line)


def _widths(text: str, separator: str) -> list[tuple[int, int]]:
    """(line, cells with a value) of each record, the first at least; a quoted line break is no end of one."""
    reader, before, found = csv.reader(io.StringIO(text), delimiter=separator), 0, []
    for row in reader:
        found.append((before + 1, sum(bool(cell.strip()) for cell in row)))
        before = reader.line_num
    return found or [(1, 0)]


def _header(widths: list[int]) -> int:
    """The first line that is as wide as any: a title above the names is narrower than they are."""
    return widths.index(max(widths)) + 1


def _width(place: Place, line: int) -> int:
    sheet = place.read(Problems(), Form(header=line))
    return sum(bool(name) for name in sheet.header) if sheet else 0


def n_rows_of(place: Place) -> int | None:
    """The rows below the names of the columns, wherever these stand; None where it cannot be opened."""
    sheet = read_place(place, Form() if place.sheet else form_of(place), Problems())
    if sheet is None or not place.sheet:
        return None if sheet is None else len(sheet.rows)
    first = [sum(bool(cell.strip()) for cell in row) for row in (sheet.header, *sheet.rows[: HEADERS - 1])]
    return len(sheet.rows) + 1 - _header(first)


def _encoding(file: AnyFile) -> str:
    try:
        file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ENCODINGS[1]
    return ENCODINGS[0]


def read_place(place: Place, form: Form, problems: Problems) -> Sheet | None:
    """The cells of a place under that form."""
    if not place.sheet and place.file.suffix.lower() in (".csv", ".txt", ".tsv"):
        return read_csv(place.file, problems, form)
    return place.read(problems, form)
