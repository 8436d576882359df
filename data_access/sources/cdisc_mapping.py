"""The mapping file of the CDISC reader: which rows of which dataset become which rows of ours, declared.

[[table]]
target = "transplant"                      # our table
dataset = "ADTTE"                          # ADTTE.xpt or ADTTE.csv
where = { PARAMCD = "OS", CNSR = ["0"] }   # each variable must have one of the values
filled = ["ADT"]                           # these must not be empty

[table.columns]
patient_id = "USUBJID"                                     # a variable, as it is
kind = { constant = "allogeneic" }                         # the same for every row
sex = { from = "ADSL.SEX", values = { F = "female" } }     # a variable of another dataset of the subject; value map
date = { day = "PRSTDY", day_one = "ADSL.TRTSDT" }         # a study day and the date of day 1
"""

import codecs
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from data_access.bundle.problems import Problems, shown
from data_access.schema.tables import BUNDLE_TABLES, PRODUCT, TABLE, columns_of, key_of, kind_of
from data_access.sources.mapping import check_entries, table_of

SUBJECT = "USUBJID"
FORMATS = ("iso", "sas", "sas_datetime", "date9")
TABLE_ENTRIES = {
    "target": str,
    "dataset": str,
    "where": dict,
    "filled": list,
    "key": list,
    "distinct": bool,
    "columns": dict,
}
SELECT_ENTRIES = {"dataset": str, "where": dict, "filled": list}
COLUMN_ENTRIES = {"from", "values", "constant", "times", "format", "day", "day_one", "partial"}


@dataclass(frozen=True)
class Selection:
    """Rows of a dataset: every `where` variable has one of its values, every `filled` one is not empty."""

    dataset: str
    where: dict[str, tuple[str, ...]] = field(default_factory=dict)
    filled: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """Where one of our columns comes from: a constant, a variable (with value map, factor, date format), or a day.

    partial_missing: a date of which only the year or month is known is left empty, with a warning, instead of refused.
    """

    variable: str = ""
    values: dict[str, str] | None = None
    constant: str | None = None
    times: Decimal | None = None
    format: str = ""
    day: str = ""
    day_one: str = ""
    partial_missing: bool = False

    @property
    def variables(self) -> tuple[str, ...]:
        return tuple(name for name in (self.variable, self.day, self.day_one) if name)


@dataclass(frozen=True)
class Target:
    """One [[table]] entry: rows of a selection become rows of a table; key: variables that make its key, joined."""

    table: str
    selection: Selection
    columns: dict[str, Source]
    key: tuple[str, ...] = ()
    distinct: bool = False


@dataclass(frozen=True)
class CdiscMapping:
    """All targets, and the named selections that `NAME.VARIABLE` refers to besides whole datasets."""

    targets: tuple[Target, ...]
    selections: dict[str, Selection]
    subject: str = SUBJECT
    encoding: str | None = None  # of the text in transport files; None: UTF-8


def cdisc_mapping_of(file: str, mapping: dict, problems: Problems) -> CdiscMapping | None:
    """`[cdisc]`, `[select.NAME]` and `[[table]]` of a mapping; None, and problems, when they are not as declared."""
    before = problems.total
    for name in mapping.keys() - {"cohort", "product", "cdisc", "select", "table"}:
        problems.add(file, "mapping-entry", "a mapping for CDISC must not have the entry", column=shown(name))
    general = table_of(mapping, "cdisc", file, problems)
    check_entries(general, {"subject": str, "encoding": str}, "cdisc", file, problems)
    _check_encoding(general.get("encoding", ""), file, problems)
    selections = {
        name.upper(): selection
        for name, entries in table_of(mapping, "select", file, problems).items()
        if (selection := _selection(f"select.{name}", entries, SELECT_ENTRIES, file, problems)) is not None
    }
    tables = mapping.get("table", [])
    if not isinstance(tables, list) or not tables:
        problems.add(file, "mapping-entry", "a mapping for CDISC must have tables, written as [[table]]")
        return None
    found = (_target(n, entries, file, problems) for n, entries in enumerate(tables, 1))
    targets = tuple(target for target in found if target is not None)
    subject = str(general.get("subject", SUBJECT)).upper()
    return CdiscMapping(targets, selections, subject, general.get("encoding")) if problems.total == before else None


def _check_encoding(name, file: str, problems: Problems) -> None:
    try:
        codecs.lookup(name or "utf-8")
    except (LookupError, TypeError, ValueError):
        problems.add(
            file,
            "mapping-entry",
            "[cdisc] must name an encoding that exists",
            column="encoding",
            value=shown(str(name)),
        )


def _selection(where: str, entries, types: Mapping[str, type], file: str, problems: Problems) -> Selection | None:
    if not isinstance(entries, dict):
        problems.add(file, "mapping-entry", f"[{where}] must be a table")
        return None
    before = problems.total
    check_entries(entries, types, where, file, problems, required=("dataset",))
    if problems.total > before:
        return None
    conditions = {
        name.upper(): tuple(map(_text, value if isinstance(value, list) else [value]))
        for name, value in entries.get("where", {}).items()
    }
    return Selection(entries["dataset"].upper(), conditions, tuple(map(str.upper, entries.get("filled", ()))))


def _text(value) -> str:
    """A TOML value as the text of a cell."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _target(number: int, entries, file: str, problems: Problems) -> Target | None:
    """The n-th [[table]]; None, and problems, when it is not as declared."""
    where, before = f"table {number}", problems.total
    selection = _selection(where, entries, TABLE_ENTRIES, file, problems)
    if selection is None:
        return None
    name = entries.get("target", "")
    where = f"table {number}, {shown(name)}"
    tables = [table.name for table in BUNDLE_TABLES if table is not PRODUCT]
    if name not in tables:
        problems.add(
            file,
            "mapping-entry",
            f"[{where}] must have a target among {', '.join(tables)}",
            column="target",
            value=shown(name),
        )
        return None
    sources = {
        column: _source(column, TABLE[name], value, where, file, problems)
        for column, value in entries.get("columns", {}).items()
    }
    _check_required(TABLE[name], sources, where, file, problems)
    columns = {column: source for column, source in sources.items() if source is not None}
    key = tuple(map(str.upper, entries.get("key", ())))
    return Target(name, selection, columns, key, entries.get("distinct", False)) if problems.total == before else None


def _check_required(table, columns: dict, where: str, file: str, problems: Problems) -> None:
    for column in columns_of(table):
        made = column is key_of(table) and column.name != "patient_id"  # from the columns that identify a row
        if not column.nullable and not made and column.name not in columns:
            problems.add(
                file, "mapping-entry", f"[{where}] must say where this required column comes from", column=column.name
            )


def _source(name: str, table, value, where: str, file: str, problems: Problems) -> Source | None:
    """One entry of [table.columns]: the name of a variable, or a table of COLUMN_ENTRIES."""
    if name not in table.columns:
        problems.add(
            file, "mapping-entry", f"[{where}] must not have a column that the table has not", column=shown(name)
        )
        return None
    value = {"from": value} if isinstance(value, str) else value
    fault = _fault(value, table.columns[name])
    if fault:
        problems.add(file, "mapping-entry", f"[{where}] {fault}", column=name)
        return None
    values = value.get("values")
    return Source(
        value.get("from", "").upper(),
        None if values is None else {k: _text(v) for k, v in values.items()},
        _text(value["constant"]) if "constant" in value else None,
        Decimal(value["times"]) if "times" in value else None,
        value.get("format", ""),
        value.get("day", "").upper(),
        value.get("day_one", "").upper(),
        "partial" in value,
    )


def _fault(value, column) -> str | None:
    """What is wrong with the entry of a column, in words."""
    if not isinstance(value, dict) or value.keys() - COLUMN_ENTRIES:
        return f"must be the name of a variable, or have entries among {', '.join(sorted(COLUMN_ENTRIES))}"
    if len(value.keys() & {"from", "constant", "day"}) != 1:
        return "must have one of 'from', 'constant' and 'day'"
    if ("day" in value) != ("day_one" in value):
        return "must have 'day' and 'day_one' together"
    if not all(isinstance(value.get(name, ""), str) for name in ("from", "day", "day_one", "format", "partial")):
        return "must have texts in 'from', 'day', 'day_one', 'format' and 'partial'"
    return _typed_fault(value, column)


def _typed_fault(value: dict, column) -> str | None:
    dated = kind_of(column) in ("date", "month")
    if not isinstance(value.get("values", {}), dict):
        return "must have a table in 'values': what comes = what it means"
    if "times" in value and (kind_of(column) != "number" or type(value["times"]) not in (int, Decimal)):
        return "must have a number in 'times', and only for a column of numbers"
    if value.get("format", "iso") not in FORMATS or ("format" in value and not dated):
        return f"must have a format among {', '.join(FORMATS)}, and only for a date"
    if "day" in value and kind_of(column) != "date":
        return "must have 'day' only for a date"
    if "partial" in value and (value["partial"] != "missing" or not column.nullable or not dated):
        return 'may have partial = "missing" for a date that is not required, nothing else'
    return None
