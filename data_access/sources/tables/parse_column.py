"""What may stand in [table.columns], an entry for each of our columns:

patient_id = "USUBJID"                                     # a variable, as it is
kind = { constant = "allogeneic" }                         # the same for every row
sex = { from = "ADSL.SEX", values = { F = "female" } }     # a variable of another dataset of the subject; value map
level = { from = "MRD", unit = "MRDU", factors = { "%" = 0.01, "fraction" = 1 } }
date = { from = "DATUM", format = ["dd.mm.yyyy", "iso"] }
date = { day = "PRSTDY", day_one = "ADSL.TRTSDT" }         # a study day and the date of day 1
date = { day = "RELDAY", day_zero = 2020-01-01 }           # a day counted from day 0, a variable or the date itself
"""

import datetime
from collections.abc import Callable, Iterable
from decimal import Decimal

from data_access.schema.tables import kind_of
from data_access.sources.dates import reader_of
from data_access.sources.tables.compare import as_compared
from data_access.sources.tables.declared import Day, Source

COLUMN_ENTRIES = {
    "from",
    "values",
    "constant",
    "times",
    "unit",
    "factors",
    "format",
    "day",
    "day_one",
    "day_zero",
    "partial",
    "missing",
}
TEXTS = ("from", "day", "partial", "unit")
NUMBERS = (int, Decimal)
Say = Callable[..., None]


def texts_of(value) -> tuple[str, ...]:
    """One text, or several, as texts."""
    return (value,) if isinstance(value, str) else tuple(map(text_of, value)) if isinstance(value, Iterable) else ()


def values_of(value) -> tuple[str, ...]:
    """One TOML value, or several, as the texts of cells."""
    return tuple(map(text_of, value if isinstance(value, list) else [value]))


def upper(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(str(name).upper() for name in names)


def text_of(value) -> str:
    """A TOML value as the text of a cell."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def source_of(name: str, table, value, where: str, say: Say) -> Source | None:
    """One entry of [table.columns]: the name of a variable, or a table of COLUMN_ENTRIES."""
    if name not in table.columns:
        say(f"[{where}] must not have a column that the table has not", name[:40])
        return None
    value = {"from": value} if isinstance(value, str) else value
    if fault := _fault(value, table.columns[name]):
        say(f"[{where}] {fault}", name)
        return None
    values = value.get("values")
    return Source(
        variable=value.get("from", "").upper(),
        values=None if values is None else {as_compared(k): text_of(v) for k, v in values.items()},
        constant=text_of(value["constant"]) if "constant" in value else None,
        times=Decimal(value["times"]) if "times" in value else None,
        unit=value.get("unit", "").upper(),
        factors={unit: Decimal(factor) for unit, factor in value.get("factors", {}).items()},
        formats=texts_of(value.get("format", ())),
        missing=frozenset(texts_of(value.get("missing", ()))),
        day=_day(value),
        partial_missing="partial" in value,
    )


def _day(value: dict) -> Day | None:
    if "day" not in value:
        return None
    start = value["day_zero" if "day_zero" in value else "day_one"]
    return Day(value["day"].upper(), start.upper() if isinstance(start, str) else start, "day_zero" in value)


def _fault(value, column) -> str | None:
    """What is wrong with the entry of a column, in words."""
    if not isinstance(value, dict) or value.keys() - COLUMN_ENTRIES:
        return f"must be the name of a variable, or have entries among {', '.join(sorted(COLUMN_ENTRIES))}"
    if len(value.keys() & {"from", "constant", "day"}) != 1:
        return "must have one of 'from', 'constant' and 'day'"
    if ("day" in value) != (len(value.keys() & {"day_one", "day_zero"}) == 1):
        return "must have 'day' with one of 'day_one' and 'day_zero'"
    if not all(isinstance(value.get(name, ""), str) for name in TEXTS):
        return f"must have texts in {', '.join(map(repr, TEXTS))}"
    return _fault_of_numbers(value, column) or _fault_of_dates(value, column)


def _fault_of_numbers(value: dict, column) -> str | None:
    numeric = kind_of(column) in ("number", "integer")
    if not isinstance(value.get("values", {}), dict):
        return "must have a table in 'values': what comes = what it means"
    if "times" in value and (kind_of(column) != "number" or type(value["times"]) not in NUMBERS):
        return "must have a number in 'times', and only for a column of numbers"
    if ("unit" in value) != ("factors" in value) or ("unit" in value and not (numeric and "from" in value)):
        return "must have 'unit' and 'factors' together, and only for a column of numbers"
    factors = value.get("factors", {})
    if not isinstance(factors, dict) or any(type(factor) not in NUMBERS for factor in factors.values()):
        return "must have a table of numbers in 'factors': unit = factor"
    return None


def _fault_of_dates(value: dict, column) -> str | None:
    dated = kind_of(column) in ("date", "month")
    if "format" in value and (not dated or (fault := _format_fault(value["format"]))):
        return f"must have formats that can be read, and only for a date{': ' + fault if dated else ''}"
    if "day" in value and kind_of(column) != "date":
        return "must have 'day' only for a date"
    if not all(isinstance(value.get(name, ""), (str, datetime.date)) for name in ("day_one", "day_zero")):
        return "must have a variable or a date in 'day_one' and 'day_zero'"
    if "partial" in value and (value["partial"] != "missing" or not column.nullable or not dated):
        return 'may have partial = "missing" for a date that is not required, nothing else'
    return None


def _format_fault(formats) -> str:
    if not isinstance(formats, (str, list)):
        return "a text, or a list of texts"
    for name in texts_of(formats):
        try:
            reader_of(name)
        except ValueError as fault:
            return str(fault)
    return ""
