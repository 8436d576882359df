"""Levels of transgene or CAR-T cells over time, by one method in one unit."""

import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analyses.course.courses import of_rows_over_time
from analyses.result import Estimates, kept, remembered
from endpoints.b_cell_course import METHODS, derive_persistence
from pages.parts.session.sidebar import Cohort

DETECTED, ABSENT = "Detected", "Not detected, at the foot of the axis"
FOOT = "No limit of detection is recorded: what was not detected stands at the foot of the axis."


@dataclass(frozen=True)
class LogAxis:
    """Whole powers of ten around every level of the dataset, so that a filter does not move the axis."""

    low: float
    high: float
    unit: str


@remembered
def persistence_levels(study: Cohort, method: str, last_day: int) -> tuple[Estimates, LogAxis]:
    """Measurements of one method, in the unit that most of them have."""
    rows = kept(study, "PERSISTLEVELS", derive_persistence)
    rows = rows[rows["METHOD"] == method]
    axis = _axis(rows)
    mine = rows[rows["UNIT"] == axis.unit]
    drawable = mine["DETECTED"].notna() & ((mine["DETECTED"] == False) | (mine["LEVEL"] > 0))  # noqa: E712 (missing)
    mine = mine[drawable.fillna(False).astype(bool)]
    seen = mine["DETECTED"].astype(bool)
    mine = mine.assign(
        VALUE=mine["LEVEL"].where(seen, axis.low),
        KIND=np.where(seen, DETECTED, ABSENT),
        WORDS=[
            f"{level:.4g} {unit}".strip() if found else "not detected"
            for level, unit, found in zip(mine["LEVEL"], mine["UNIT"], seen, strict=True)
        ],
    )
    found = of_rows_over_time(study, mine, last_day, f"{METHODS[method]} assays")
    inside = rows["USUBJID"].isin(study.adsl["USUBJID"]) & (rows["ADY"] <= last_day)
    away = int(inside.sum()) - len(found.patients)
    notes = (FOOT, *([f"Not drawn: {away} assays without result, without level, or in another unit."] if away else []))
    return replace(found, notes=(*found.notes, *notes) if found.n else found.notes), axis


def _axis(rows: pd.DataFrame) -> LogAxis:
    unit = rows["UNIT"].value_counts().sort_index(kind="stable").sort_values(kind="stable").index[-1:].tolist()
    unit = unit[0] if unit else ""
    levels = rows.loc[(rows["UNIT"] == unit) & (rows["LEVEL"] > 0), "LEVEL"]
    if levels.empty:
        return LogAxis(0.1, 10.0, unit)
    low, high = math.floor(math.log10(levels.min())), math.ceil(math.log10(levels.max()))
    low -= levels.min() == 10.0**low  # the foot is below every level
    return LogAxis(10.0**low, 10.0 ** max(high, low + 1), unit)
