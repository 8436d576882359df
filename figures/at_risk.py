"""Numbers at risk that can be pressed: whose they are, and how that is said."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analyses.result import Curves
from analyses.words import labels_of
from endpoints.rules import DAYS_PER_MONTH

PICKS = {"strata": "strata", "time": "time"}


def risk_marks(result: Curves) -> dict[str, Any]:
    """`picks`, `members` and `says` of the chart with a result's numbers at risk (strata as labels, time in months);
    nothing where the result knows nobody."""
    behind = result.behind
    if behind is None:
        return {}
    codes = {label: code for code, label in labels_of(result.strata).items()}
    drawn = set(zip(result.risk["strata"], result.risk["time"], strict=True))

    def members(mark: Mapping[str, Any]) -> pd.Series | None:
        place = codes.get(mark["strata"], ""), mark["time"]
        return behind(*place) if place in drawn else None

    def says(mark: Mapping[str, Any]) -> str:
        months = mark["time"]
        time = f"on day {months * DAYS_PER_MONTH:.0f}" if result.in_days else f"at month {months:g}"
        return f"{mark['strata']}, at risk {time}"

    return {"picks": PICKS, "members": members, "says": says}
