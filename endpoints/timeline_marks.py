"""One mark of a patient's timeline, and the words that it is described in."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from endpoints.rules import Rules


@dataclass(frozen=True, eq=False)
class OnePatient:
    """What is known of one patient: tables narrowed to the patient's rows, the rows of ADSL and of the milestones."""

    tables: dict[str, pd.DataFrame]
    adsl: pd.Series
    course: pd.Series
    rules: Rules

    def rows(self, table: str, date: str = "date") -> list[dict]:
        """The dated rows of a table, in time order."""
        rows = self.tables[table]
        return rows[rows[date].notna()].sort_values(date, kind="stable").to_dict("records")


def mark(
    lane: str,
    date: pd.Timestamp,
    words: str,
    *,
    kind: str = "",
    end: Any = pd.NaT,
    value: Any = None,
    unit: str = "",
    limit: Any = None,
    detected: bool | None = None,
    avalc: str = "",
    short: str = "",
) -> dict:
    """One mark: a row of `derive_timeline`, still with dates instead of days."""
    return {
        "LANE": lane,
        "DATE": date,
        "END_DATE": end,
        "KIND": kind,
        "WORDS": words,
        "VALUE": _number(value),
        "UNIT": unit,
        "LIMIT": _number(limit),
        "DETECTED": detected,
        "AVALC": avalc,
        "SHORT": short,
    }


def _number(value: Any) -> float:
    return float("nan") if pd.isna(value) else float(value)


def days_between(date: pd.Timestamp, origin: pd.Timestamp) -> int | None:
    return None if pd.isna(date) or pd.isna(origin) else (date - origin).days


def in_words(value: Any, before: str = "", after: str = "") -> str:
    """A known value in words; nothing for a missing one."""
    if pd.isna(value):
        return ""
    return f"{before}{value:g}{after}" if isinstance(value, float) else f"{before}{str(value).replace('_', ' ')}{after}"


def said(*parts: str) -> str:
    """The parts that are not empty, with commas between."""
    return ", ".join(part for part in parts if part)
