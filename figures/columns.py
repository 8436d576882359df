"""The columns of a table for a reader: their words, which come first, how many decimals."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from endpoints.dictionary import LABELS

WORDS = {
    "strata": "Group",
    "factor": "Factor",
    "outcome": "Outcome",
    "measure": "Measure",
    "n": "n",
    "n_event": "Events",
    "months": "Month",
    "days": "Day",
    "person_time": "Person-days",
    "n_risk": "At risk",
    "estimate": "Estimate",
    "conf_low": "95 % from",
    "conf_high": "95 % to",
    "result": "Result (95 % interval)",
    "text": "Result (95 % interval)",
    "reason": "Note",
    "total": "Denominator",
    "share": "Share",
    "period": "Quarter",
    "stage": "Stage",
    "kind": "Kind",
    "summary": "Median (quartiles)",
    "median": "Median",
    "quartile_low": "Lower quartile",
    "quartile_high": "Upper quartile",
    "lowest": "Minimum",
    "highest": "Maximum",
    "n_rows": "Measurements",
    "among": "Eligible",
    "out": "Excluded",
    "n_waiting": "Not yet transplanted",
    "n_exposed": "Transplanted",
    "events_waiting": "Events, not yet",
    "events_exposed": "Events, transplanted",
    "p_value": "p",
    "p_holm": "p (Holm)",
    "model": "Model",
    "before": "Before weighting",
    "after": "After weighting",
    "comparison": "Comparison",
    "variable": "Characteristic",
    "level": "Level",
    "difference": "SMD",
    "row": "Row",
    "column": "Column",
    "n_findings": "Open findings",
    "n_here": "Not elsewhere",
    "n_elsewhere": "Followed elsewhere",
    "n_naive": "Transplant-naive",
    "n_new": "New",
    "n_closed": "Closed",
    "n_unevaluated": "Not evaluated",
    "in_window": "Done in the window",
    "outside": "Done outside it",
    "ended": "Died or relapsed before",
    "treated": "Treated before",
    "missed": "Missed",
    "not_due": "Not yet due",
    "due": "Due",
    "asked": "Asked for",
    "low_95": "95 % limit, low",
    "high_95": "95 % limit, high",
    "low_998": "99.8 % limit, low",
    "high_998": "99.8 % limit, high",
    "place": "Where",
    "severity": "Severity",
    "rule": "Rule",
    "protects": "What it protects",
    "code": "Code",
    "file": "File",
    "value": "Value",
    "message": "Rule",
    "hint": "What to do",
    "table": "Table",
    "rows": "Rows",
    "meaning": "Meaning",
    "version": "Version",
    "imported_at": "Imported",
    "data_cutoff": "Data cut-off",
    "patients": "Patients",
    "all_rows": "Rows",
    "warnings": "Warnings",
    "left_out": "Left out by the mapping",
    "set_aside": "Set aside",
    "n_broken": "Rows that break it",
    "n_applies": "Rows it applies to",
    "if_broken": "If a row breaks it",
    "n_missing": "Missing",
    "assessment": "Assessment",
    "visit": "Visit",
    "nominal_day": "Nominal day",
    "window": "Window",
    "done": "Done when there is",
    "id": "No.",
    "seq": "Line",
    "at": "When (UTC)",
    "who": "Who",
    "action": "What was done",
    "facts": "Of what",
    "role": "Role",
    "rights": "May",
    "pages": "Pages",
    "roles": "Roles",
    "sites": "Centres",
}
READ_FIRST = ("comparison", "row", "column", "strata", "factor", "outcome", "months", "result", "measure")
DIFFERENCES_FIRST = ("measure", "outcome", "result", "p_value", "comparison")
LIST_FIRST = ("USUBJID", "FINDING", "ASSESS", "VISIT", "DUEDT", "REASON")  # what a telephone shows of a list
KEYS = ("id",)  # of rows that are chosen, of no meaning to a reader
LONG_WORDS = ("FINDING", "WORDS", "DETAILS", "WHY", "rule", "REASON", "protects")  # columns of sentences
PARTS = ("estimate", "conf_low", "conf_high")
CONSTANTS = ("strata", "outcome", "measure")
ONE_DECIMAL = ("RELMO", "MONTHS")
FOUR_DIGITS = ("VALUE", "LIMIT")  # from fractions of 1e-6 to copies in the thousands
DAYS = ("median", "quartile", "lowest", "highest")
CODE = (": code", " code")  # how the words of a column of codes end
FRACTIONS = ("conf_", "estimate", "share", "before", "after")


def column_words(name: str) -> str:
    """The words people use for a column."""
    return WORDS.get(name) or LABELS.get(name, name)


def without_codes(names: Iterable[str]) -> list[str]:
    """The columns of a list for a reader: codes stand in the file, their words on the screen."""
    names = [*names]
    kept = [name for name in names if not column_words(name).endswith(CODE) and name not in KEYS]
    return [name for name in kept if f"{name}WD" not in names]


def list_order(names: Iterable[str]) -> list[str]:
    """The columns of a list for a reader, what it is about first: a narrow screen shows the first ones."""
    told = without_codes(names)
    first = [name for name in LIST_FIRST if name in told]
    return [*first, *(name for name in told if name not in first)]


def reading_order(numbers: pd.DataFrame) -> list[str]:
    """Of what, when, how much: the result stays in sight on a narrow screen, what it is made of follows."""
    told = [name for name in numbers if name not in CONSTANTS or not _says_nothing(numbers[name])]
    told = [name for name in told if not _is_empty(numbers[name])]
    several = {"comparison", "measure"} <= {*told}  # of the same two groups: the measure names the row
    first = [name for name in (DIFFERENCES_FIRST if several else READ_FIRST) if name in told]
    rest = [name for name in told if name not in first]
    parts = [name for name in PARTS if name in rest]  # of the result: a remark is read before them
    return [*first, *(name for name in rest if name not in parts), *parts]


def _is_empty(column: pd.Series) -> bool:
    """No value or word in any row: nothing to read. Value by value: the first one settles it, and every run asks."""
    return len(column) > 0 and all(pd.isna(value) or str(value) == "" for value in column)


def _says_nothing(column: pd.Series) -> bool:
    """The same words in every row, which stand in the title: room for the numbers, which the file has beside them."""
    return len(column) > 1 and column.nunique() == 1


def decimals(name: str, values: pd.Series) -> str:
    """How a number of this column is written: a printf format."""
    if name in ("p_value", "p_holm"):
        return "%.4f"
    if name in ONE_DECIMAL:
        return "%.1f"
    if name in FOUR_DIGITS or name.startswith(DAYS):
        return "%.4g"
    if name.startswith(FRACTIONS):
        return "%.3f"
    known = values.dropna().to_numpy(float)
    return "%d" if (known == np.round(known)).all() else "%.3f"
