"""The sheets of a workbook (XLSX, XLSM, XLSB, XLS, ODS) as text cells, read by calamine; formulas count as the value
that was saved with them."""

import datetime
import zipfile
from collections.abc import Iterator

import python_calamine

from data_access.bundle.problems import Problems, shown
from data_access.bundle.sheet import Sheet, is_small_enough
from data_access.bundle.source import MAX_IN_MEMORY
from data_access.private import AnyFile, place_of
from data_access.sources.files.cells import DATES, SOME_DATES, text_of
from data_access.sources.files.csv_file import Form, is_header


def sheet_names(path: AnyFile, problems: Problems) -> list[str]:
    """The names of the sheets with something in them; none, and a problem, when it is no workbook."""
    if not is_small_enough(path, problems) or not _unpacks_to_little(path, problems):
        return []
    try:
        with python_calamine.load_workbook(str(place_of(path))) as workbook:
            return [name for name in workbook.sheet_names if workbook.get_sheet_by_name(name).height]
    except (python_calamine.CalamineError, OSError):
        problems.add(shown(path.name), "not-a-workbook", "must be a workbook (XLSX, XLSM, XLSB, XLS, ODS)")
        return []


def _unpacks_to_little(path: AnyFile, problems: Problems) -> bool:
    """A workbook is a ZIP file inside: a small one must not fill the memory."""
    with path.open("rb") as file:
        if not zipfile.is_zipfile(file):
            return True
        with zipfile.ZipFile(file) as archive:
            size = sum(member.file_size for member in archive.infolist())
    if size <= MAX_IN_MEMORY:
        return True
    problems.add(shown(path.name), "too-large", f"must unpack to at most {MAX_IN_MEMORY:,} bytes", value=f"{size:,}")
    return False


def read_sheet(path: AnyFile, name: str, problems: Problems, form: Form) -> Sheet | None:
    """One sheet, from the header's line on; None, and a problem, when it has none. Rows without any value are left out,
    columns without a name that hold nothing, too."""
    try:
        with python_calamine.load_workbook(str(place_of(path))) as workbook:
            rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, OSError):
        problems.add(shown(path.name), "not-a-workbook", "must be a workbook (XLSX, XLSM, XLSB, XLS, ODS)")
        return None
    file = f"{shown(path.name)}, sheet {shown(name)}"
    header = [text_of(cell).strip() for cell in rows[form.header - 1]] if len(rows) >= form.header else []
    used = [n for n in range(len(header)) if header[n] or any(row[n] not in ("", None) for row in rows[form.header :])]
    names = [header[n] for n in used]
    if not is_header(file, names, form.header, problems):
        return None
    kept = [(line, [row[n] for n in used]) for line, row in _filled(rows, form.header)]
    kinds = {name: kind for n, name in enumerate(names) if (kind := _kind([row[n] for _, row in kept]))}
    texts = [[text_of(cell, form.decimal) for cell in row] for _, row in kept]
    return Sheet(file, tuple(names), texts, [line for line, _ in kept], kinds)


def _filled(rows: list[list], header: int) -> Iterator[tuple[int, list]]:
    """(line, row) below the header that have a value."""
    return ((n, row) for n, row in enumerate(rows[header:], header + 1) if any(cell not in ("", None) for cell in row))


def _kind(cells: list) -> str:
    given = [isinstance(cell, datetime.date) for cell in cells if cell not in ("", None)]
    return "" if not any(given) else DATES if all(given) else SOME_DATES
