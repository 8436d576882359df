"""A SAS transport file (XPT version 5 or 8) as text cells, read by pyreadstat.

Numbers become the shortest decimal text that gives them back; dates stay SAS numbers, their kind beside them. A missing
number is an empty cell, a special missing one (.A to .Z, ._) keeps its name: pyreadstat reads both as missing, so they
are looked up in the records themselves.
"""

import struct

import pyreadstat

from data_access.bundle.problems import Problems
from data_access.bundle.sheet import Sheet, is_small_enough
from data_access.private import AnyFile, place_of
from data_access.sources.files.cells import text_of

DATE_FORMATS = (
    "DATE",
    "YYMMDD",
    "DDMMYY",
    "MMDDYY",
    "E8601DA",
    "B8601DA",
    "JULIAN",
    "WEEKDATE",
    "WORDDATE",
    "DAY",
    "MONYY",
    "IS8601DA",
)
DATETIME_FORMATS = (
    "DATETIME",
    "E8601DT",
    "B8601DT",
    "E8601DN",
    "B8601DN",
    "DATEAMPM",
    "DTDATE",
    "IS8601DT",
    "DTMONYY",
    "MDYAMPM",
)
RECORD, NAMESTR = 80, 140
SPECIAL = {ord(letter): f".{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ_"}


def read_xpt(path: AnyFile, problems: Problems, encoding: str | None = None, decimal: str = ".") -> Sheet | None:
    """One dataset; None, and a problem, when the file is not a transport file. `lines` are record numbers from 1.

    encoding: of its text, for a file does not say; None: UTF-8.
    """
    if not is_small_enough(path, problems):
        return None
    try:
        frame, facts = pyreadstat.read_xport(
            str(place_of(path)), disable_datetime_conversion=True, output_format="dict", encoding=encoding
        )
        special = special_missing(path.read_bytes(), list(frame), int(facts.number_rows or 0))
    except UnicodeDecodeError:
        problems.add(
            path.name,
            "encoding",
            "text must be UTF-8, or in the encoding that the mapping file names",
            hint='Name the encoding of the SAS session in [cdisc], as encoding = "windows-1252".',
        )
        return None
    except (pyreadstat.ReadstatError, ValueError, struct.error):
        problems.add(path.name, "not-xpt", "must be a SAS transport file (XPT version 5 or 8) with one dataset")
        return None
    kinds = {
        name: kind_of_format(facts.readstat_variable_types[name], facts.original_variable_types[name]) for name in frame
    }
    cells = {name: [text_of(value, decimal).rstrip(" ") for value in values] for name, values in frame.items()}
    for name, record, text in special:
        cells[name][record] = text
    rows = [list(row) for row in zip(*cells.values(), strict=True)]
    return Sheet(path.name, tuple(frame), rows, list(range(1, len(rows) + 1)), kinds)


def kind_of_format(storage: str, format_: str | None) -> str:
    """text, number, date or datetime. A format is a name and a width: DATE9, E8601DA10."""
    if storage == "string":
        return "text"
    name = (format_ or "").rstrip("0123456789.")
    return "date" if name in DATE_FORMATS else "datetime" if name in DATETIME_FORMATS else "number"


def special_missing(data: bytes, names: list[str], records: int) -> list[tuple[str, int, str]]:
    """(variable, index of the record, '.A' ...) of every special missing number of a transport file.

    Layout: SAS Technical Support documents TS-140 (version 5) and its version 8 extension. A NAMESTR says type, length
    and position of a variable; a missing number is one byte ('.', '_', 'A' ... 'Z') and zeros.
    """
    found = []
    start, fields = _observations(data, len(names))
    width = max((position + length for _, length, position in fields), default=0)
    for name, (type_, length, position) in zip(names, fields, strict=True):
        firsts = data[start + position : start + position + width * records : width] if type_ == 1 and records else b""
        for index, first in enumerate(firsts):
            at = start + index * width + position
            if first in SPECIAL and not any(data[at + 1 : at + length]):
                found.append((name, index, SPECIAL[first]))
    return found


def _observations(data: bytes, variables: int) -> tuple[int, list[tuple[int, int, int]]]:
    """Where the observations begin, and (type, length, position) of each variable; type 1 is a number.

    Raises ValueError unless there is one dataset: pyreadstat would read the first and be silent about the others.
    """
    headers = {
        kind: [at for at in range(0, len(data), RECORD) if data.startswith(b"HEADER RECORD*******" + kind, at)]
        for kind in (b"MEMB", b"NAM", b"OBS")
    }
    if not len(headers[b"MEMB"]) == len(headers[b"NAM"]) == len(headers[b"OBS"]) == 1:
        raise ValueError("must hold one dataset")
    first, start = headers[b"NAM"][0] + RECORD, headers[b"OBS"][0] + RECORD
    entries = (data[first + i * NAMESTR : first + (i + 1) * NAMESTR] for i in range(variables))
    return start, [
        (*(struct.unpack_from(">h", e, at)[0] for at in (0, 4)), struct.unpack_from(">i", e, 84)[0]) for e in entries
    ]
