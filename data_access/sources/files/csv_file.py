"""A CSV file as a sheet of text cells, strictly: one separator, one encoding, as many cells in each row as above."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass

from data_access.bundle.problems import Problems, shown
from data_access.bundle.sheet import MAX_COLUMNS, Sheet, is_small_enough
from data_access.private import AnyFile

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars", "^": "carets"}
UTF_8 = "utf-8"


@dataclass(frozen=True)
class Form:
    """How a text file is written: its separator, its encoding, its decimal mark, and the line of its header."""

    separator: str = ","
    encoding: str = UTF_8
    decimal: str = "."
    header: int = 1


def read_csv(path: AnyFile, problems: Problems, form: Form | None = None) -> Sheet | None:
    """A CSV file as `form` says; without it UTF-8 (with or without BOM), commas, the header on line 1.

    None, and a problem, when it is not one; a row of another length is listed and left out.
    """
    form = form or Form()
    if not is_small_enough(path, problems):
        return None
    try:
        with path.open(encoding=_encoding(form), newline="") as file:
            skipped = [file.readline() for _ in range(form.header - 1)]
            return _sheet(path.name, csv.reader(file, delimiter=form.separator, strict=True), form, skipped, problems)
    except UnicodeDecodeError:
        problems.add(path.name, "encoding", f"must be {form.encoding.upper()}, got: other bytes")
    except csv.Error as error:
        problems.add(path.name, "not-csv", f"must be well-formed CSV: {error}")
    return None


def _encoding(form: Form) -> str:
    return "utf-8-sig" if form.encoding.lower().replace("_", "-") in ("utf-8", "utf8") else form.encoding


def _sheet(file: str, reader, form: Form, skipped: list[str], problems: Problems) -> Sheet | None:
    header: list[str] = next(reader, [])
    if (other := _other_separator(header, form.separator)) is not None:
        problems.add(
            file,
            "separator",
            f"must have its columns separated by {SEPARATORS[form.separator]}, got: {SEPARATORS[other]}",
            row=form.header,
            hint=f'Write separator = "{_toml(other)}" for this file into the mapping file, or save it with '
            f"{SEPARATORS[form.separator]}.",
        )
        return None
    if not is_header(file, header, form.header, problems):
        return None
    return _rows(Sheet(file, tuple(header), [], []), reader, len(skipped), problems)


def _toml(separator: str) -> str:
    return "\\t" if separator == "\t" else separator


def _other_separator(header: list[str], separator: str) -> str | None:
    """The separator that a header of one column has in its place."""
    return next((mark for mark in SEPARATORS if mark != separator and len(header) == 1 and mark in header[0]), None)


def is_header(file: str, header: Iterable[str], row: int, problems: Problems) -> bool:
    """Whether a first row can name columns; a name that comes twice is a problem, but no reason to stop."""
    names = list(header)
    if len(names) > MAX_COLUMNS:
        problems.add(file, "too-large", f"must have at most {MAX_COLUMNS:,} columns, got: {len(names):,}", row=row)
        return False
    if not any(names):
        problems.add(file, "header", "must begin with the names of its columns, got: nothing", row=row)
        return False
    for name in dict.fromkeys(names):
        if name and names.count(name) > 1:
            problems.add(file, "duplicate-column", "must have each column once", row=row, column=shown(name))
    return True


def _rows(sheet: Sheet, reader, skipped: int, problems: Problems) -> Sheet:
    before = reader.line_num
    for row in reader:
        _take(sheet, row, skipped + before + 1, problems)
        before = reader.line_num
    return sheet


def _take(sheet: Sheet, row: list[str], line: int, problems: Problems) -> None:
    if len(row) == len(sheet.header):
        sheet.rows.append(row)
        sheet.lines.append(line)
    else:
        problems.add(sheet.file, "cell-count", f"a row must have {len(sheet.header)} cells, got: {len(row)}", row=line)
