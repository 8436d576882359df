"""Table 1 for a reader: codes become labels, counts and quartiles become words."""

import numpy as np
import pandas as pd

from analyses.counts import n_words
from analyses.result import Baseline
from analyses.status.baseline import LEVEL, MEASURED
from analyses.words import in_percent, why


def table_one(result: Baseline) -> pd.DataFrame:
    """One row per measured variable or level, a column per compared group, the standardised difference before them:
    behind six groups it would stand outside the screen."""
    cells = result.cells
    order = cells[["variable", "level"]].drop_duplicates()
    table = pd.DataFrame({"variable": order["variable"], "level": order["level"]})
    first = cells.drop_duplicates(["variable", "level"])
    shown = {"variable": first["variable_label"].to_numpy(), "level": first["level_label"].to_numpy()}
    difference, reason = _differences(result, table)
    columns = {
        f"{group.label} ({_size(result, group.code)})": _cell_words(cells[cells["strata"] == group.code])
        for group in result.strata
    }
    wide = pd.DataFrame(shown | {"difference": difference} | columns | {"reason": reason})
    return wide if len(result.strata) > 1 else wide.drop(columns=["difference", "reason"])


def _size(result: Baseline, code: str) -> str:
    """'n = 124', as the viewer may see it."""
    n = int((result.cohort.members["GROUP"] == code).sum())
    return n_words(n, result.cohort.data.smallest if result.is_protected else 0)


def _cell_words(cells: pd.DataFrame) -> list[str]:
    return [_cell(row) for row in cells.to_dict("records")]


def _cell(row: dict) -> str:
    if row["kind"] == MEASURED:
        median, low, high = (f"{round(row[name], 1):g}" for name in ("median", "quartile_low", "quartile_high"))
        return f"{median} ({low}-{high})" if row["n"] else "no values"
    if row["kind"] == LEVEL:
        return share_text(row["n"], row["total"])
    return str(row["n"])


def share_text(n: int, total: int) -> str:
    """'3 (< 1 %)': what somebody is in is never 0 %, what somebody is not in never 100 %."""
    return f"{n} ({in_percent(n / total)} %)" if total else "0"


def _differences(result: Baseline, table: pd.DataFrame) -> tuple[list[float], list[str]]:
    """The difference stands in the first row of its variable."""
    found = {row["variable"]: row for row in result.differences.to_dict("records")}
    is_first = ~table["variable"].duplicated()
    rows = [found.get(variable) if first else None for variable, first in zip(table["variable"], is_first, strict=True)]
    return [row["difference"] if row else np.nan for row in rows], [why(row["reason"]) if row else "" for row in rows]
