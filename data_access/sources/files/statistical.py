"""SAS datasets (SAS7BDAT) and Stata files (DTA) as text cells, read by pyreadstat. Value labels are not applied."""

from collections.abc import Callable
from typing import Any

import pyreadstat

from data_access.bundle.problems import Problems, shown
from data_access.bundle.sheet import Sheet, is_small_enough
from data_access.private import AnyFile, place_of
from data_access.sources.files.cells import text_of
from data_access.sources.files.csv_file import UTF_8, Form
from data_access.sources.files.xpt import kind_of_format

Reader = Callable[..., Any]
NAMES = {".sas7bdat": "a SAS dataset (SAS7BDAT)", ".dta": "a Stata file (DTA)"}
READERS: dict[str, Reader] = {".sas7bdat": pyreadstat.read_sas7bdat, ".dta": pyreadstat.read_dta}


def read_statistical(path: AnyFile, problems: Problems, form: Form) -> Sheet | None:
    """One dataset; None, and a problem, when it cannot be read. `lines` are record numbers from 1.

    A user-defined missing value (.A to .Z) keeps its letter, so that the mapping must say what it means.
    """
    if not is_small_enough(path, problems):
        return None
    ending = path.suffix.lower()
    encoding = None if form.encoding == UTF_8 else form.encoding
    options = dict(disable_datetime_conversion=True, output_format="dict", encoding=encoding, user_missing=True)
    try:
        columns, facts = READERS[ending](str(place_of(path)), **options)
    except UnicodeDecodeError:
        problems.add(path.name, "encoding", "text must be in the encoding that the mapping file names")
        return None
    except (pyreadstat.ReadstatError, ValueError):
        problems.add(shown(path.name), "not-a-dataset", f"must be {NAMES[ending]}")
        return None
    types, formats = facts.readstat_variable_types, facts.original_variable_types
    kinds = {name: _kind(ending, types[name], formats[name] or "") for name in columns}
    cells = {name: [_cell(value, types[name], form.decimal) for value in columns[name]] for name in columns}
    rows = [list(row) for row in zip(*cells.values(), strict=True)]
    return Sheet(path.name, tuple(columns), rows, list(range(1, len(rows) + 1)), kinds)


def _kind(ending: str, storage: str, format_: str) -> str:
    """text, number, date or datetime, and Stata's milliseconds."""
    if ending == ".sas7bdat":
        return kind_of_format(storage, format_)
    if storage == "string":
        return "text"
    return "date" if format_.startswith("%td") else "stata_datetime" if format_.startswith("%tc") else "number"


def _cell(value, storage: str, decimal: str) -> str:
    """A letter among numbers is a user-defined missing value: SAS and Stata write it with a point."""
    if isinstance(value, str) and storage != "string":
        return f".{value.upper()}"
    return text_of(value, decimal).rstrip(" ")
