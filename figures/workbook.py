"""XLSX: a table as a spreadsheet's own file, its cells typed. Pure: a frame and its description in, bytes out.

Nothing in it is ever evaluated: text is written as text, in cells of the format "text", so that editing one does not
make a formula, a number or a date of it (`=1+1`, `01`, `1E5`, `MAR12`).
"""

import io
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

import numpy as np
import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from endpoints.dictionary import LABELS
from figures.image import drawable

TABLE, ABOUT = "Table", "About"
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
FORMATS = {
    "text": {"num_format": "@"},
    "date": {"num_format": "yyyy-mm-dd", "align": "left"},
    "moment": {"num_format": "yyyy-mm-dd hh:mm:ss", "align": "left"},
    "name": {"num_format": "@", "bold": True},
    "line": {"num_format": "@", "text_wrap": True, "valign": "top"},
}
MOST_ROWS = 1_048_575  # of a sheet, below the names of the columns: the library leaves out what comes after, unsaid
LONGEST_TEXT = 32_767  # letters of a cell, as a spreadsheet counts them (UTF-16)
EXACT = 2**53  # whole numbers up to here are exact in a spreadsheet
FIRST_DAY = pd.Timestamp("1900-03-01")  # before it spreadsheets do not agree which day a number is
LINE_WIDTH, NARROWEST, WIDEST, MEASURED = 110, 8, 42, 200  # letters of a column; rows that its width is measured by


class TooLarge(ValueError):
    """The file does not go out; the sentence is fit for the screen."""


def xlsx_bytes(frame: pd.DataFrame, lines: Sequence[str], made: datetime) -> bytes:
    """Sheet *Table*: the column names and the rows; sheet *About*: the lines, one row each.

    Missing is an empty cell, yes/no is the word, dates are dates, numbers numbers. A text that no cell holds is cut
    and ends in …; the CSV has it whole. made: what stands in the file as its time, so that equal content is an equal
    file.
    """
    if len(frame) > MOST_ROWS:
        raise TooLarge(f"An XLSX file must have at most {MOST_ROWS:,} rows, got: {len(frame):,}. Take the CSV file.")
    out = io.BytesIO()
    with Workbook(out, OPTIONS) as book:
        book.set_properties({"created": made})
        formats = {name: book.add_format(look) for name, look in FORMATS.items()}
        _write_table(book.add_worksheet(TABLE), frame, formats)
        _write_lines(book.add_worksheet(ABOUT), lines, formats["line"])
    return out.getvalue()


def column_lines(frame: pd.DataFrame) -> list[str]:
    """What the coded columns mean, a line each."""
    return [f"{name} = {LABELS[name]}" for name in frame.columns if name in LABELS]


def columns_line(frame: pd.DataFrame) -> list[str]:
    """The same in one line; none where no column is coded."""
    words = column_lines(frame)
    return [f"Columns: {'; '.join(words)}"] if words else []


def _write_table(sheet: Worksheet, frame: pd.DataFrame, formats: dict[str, Format]) -> None:
    for place, name in enumerate(frame.columns):
        sheet.write_string(0, place, cell_text(str(name)), formats["name"])
        cells = [_typed(cell) for cell in frame.iloc[:, place].astype("object").tolist()]
        for row, cell in enumerate(cells, start=1):
            _write(sheet, row, place, cell, formats)
        sheet.set_column(place, place, _width(str(name), cells))
    sheet.freeze_panes(1, 0)


def _write_lines(sheet: Worksheet, lines: Sequence[str], look: Format) -> None:
    sheet.set_column(0, 0, LINE_WIDTH)
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, cell_text(line), look)


def _typed(cell: Any) -> Any:
    """None, text, a number or a moment: what the cell is to a spreadsheet."""
    if cell is None or (not isinstance(cell, str) and pd.isna(cell)):
        return None
    if isinstance(cell, bool | np.bool_):
        return "yes" if cell else "no"
    if isinstance(cell, date):
        return _moment(cell)
    if isinstance(cell, int | float | np.number):
        number = cell.item() if isinstance(cell, np.number) else cell
        return number if abs(number) <= EXACT or (isinstance(number, float) and np.isfinite(number)) else repr(number)
    return str(cell)


def _moment(cell: date) -> datetime | str:
    """A moment without a time zone that every spreadsheet counts alike, else the ISO words."""
    moment = pd.Timestamp(cell)
    if moment.tzinfo is not None or moment < FIRST_DAY:
        return cell.isoformat()
    return moment.to_pydatetime(warn=False)


def _write(sheet: Worksheet, row: int, place: int, cell: Any, formats: dict[str, Format]) -> None:
    if isinstance(cell, str):
        sheet.write_string(row, place, cell_text(cell), formats["text"])
    elif isinstance(cell, datetime):
        sheet.write_datetime(row, place, cell, formats["date" if cell.time() == time() else "moment"])
    elif cell is not None:
        sheet.write_number(row, place, cell)


def cell_text(text: str) -> str:
    """The text as a cell can hold it: visible signs for control characters, not longer than a cell."""
    shown = drawable(text)
    if len(shown.encode("utf-16-le")) // 2 <= LONGEST_TEXT:
        return shown
    return shown.encode("utf-16-le")[: 2 * (LONGEST_TEXT - 1)].decode("utf-16-le", "ignore") + "…"


def _width(name: str, cells: Sequence[Any]) -> int:
    """Letters: as wide as the longest of the first cells, within reason."""
    shown = (
        str(cell) if not isinstance(cell, datetime) else "2000-01-01" for cell in cells[:MEASURED] if cell is not None
    )
    return min(max(NARROWEST, len(name), *map(len, shown), NARROWEST) + 2, WIDEST)
