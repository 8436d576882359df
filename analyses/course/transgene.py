"""Levels of transgene or CAR-T cells over time, by one method in one unit."""

import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analyses.cohort import Cohort
from analyses.course.courses import courses_of
from analyses.members import memoised
from analyses.result import Courses, Note
from endpoints.b_cell_course import METHODS, derive_persistence

DETECTED, ABSENT = "Detected", "Not detected, at the foot of the axis"
FOOT = Note("foot", "No limit of detection is recorded: what was not detected stands at the foot of the axis.", True)


@dataclass(frozen=True)
class LogAxis:
    """Whole powers of ten around every level of the dataset, so that a filter does not move the axis."""

    low: float
    high: float
    unit: str


@memoised
def persistence_levels(cohort: Cohort, method: str, last_day: int) -> Courses:
    """Measurements of one method, in the unit that most of them have."""
    rows, axis = _of_method(cohort, method), persistence_axis(cohort, method)
    drawable = rows["DETECTED"].notna() & ((~rows["DETECTED"].fillna(True).astype(bool)) | (rows["LEVEL"] > 0))
    drawn = rows[(rows["UNIT"] == axis.unit) & drawable.astype(bool)]
    seen = drawn["DETECTED"].astype(bool)
    words = [
        f"{level:.4g} {unit}".strip() if detected else "not detected"
        for level, unit, detected in zip(drawn["LEVEL"], drawn["UNIT"], seen, strict=True)
    ]
    value, kind = drawn["LEVEL"].where(seen, axis.low), np.where(seen, DETECTED, ABSENT)
    result = courses_of(
        cohort, drawn.assign(VALUE=value, KIND=kind, WORDS=words), last_day, f"{METHODS[method]} assays"
    )
    inside = rows["USUBJID"].isin(cohort.patients["USUBJID"]) & (rows["ADY"] <= last_day)
    away = int(inside.sum()) - len(result.patients)
    not_drawn = Note("not_drawn", f"Not drawn: {away} assays without result, without level, or in another unit.")
    return replace(result, notes=(*result.notes, FOOT, *([not_drawn] if away else []))) if result.n else result


def _of_method(cohort: Cohort, method: str) -> pd.DataFrame:
    rows = cohort.derived("PERSISTLEVELS", derive_persistence)
    return rows[rows["METHOD"] == method]


def persistence_axis(cohort: Cohort, method: str) -> LogAxis:
    """The axis of a method over the whole dataset, in the unit that most of its measurements have."""
    rows = _of_method(cohort, method)
    counts = rows["UNIT"].value_counts().sort_index(kind="stable").sort_values(kind="stable")
    unit = counts.index[-1] if len(counts) else ""
    levels = rows.loc[(rows["UNIT"] == unit) & (rows["LEVEL"] > 0), "LEVEL"]
    if levels.empty:
        return LogAxis(0.1, 10.0, unit)
    low, high = math.floor(math.log10(levels.min())), math.ceil(math.log10(levels.max()))
    low -= levels.min() == 10.0**low  # the foot is below every level
    return LogAxis(10.0**low, 10.0 ** max(high, low + 1), unit)
