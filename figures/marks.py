"""Marks that stand for patients: the row of numbers that a mark is drawn from knows whom it is of."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analyses.result import Result

PAIR = ("strata", "outcome")


def marks_of(
    result: Result, frame: pd.DataFrame, table: pd.DataFrame, columns: tuple[str, ...] = PAIR, codes=PAIR
) -> dict[str, Any]:
    """`picks` and `members` of a chart, nothing where the result knows nobody. frame: what is drawn, in labels; table:
    the rows it was made from, in their order, in codes; columns: of the frame, that tell its marks apart; codes: of the
    table, as `Result.behind` wants them."""
    behind = result.behind
    if behind is None:
        return {}
    drawn = zip(*(frame[name] for name in columns), strict=True)
    code_of = dict(zip(drawn, zip(*(table[name] for name in codes), strict=True), strict=True))

    def members(mark: Mapping[str, str]) -> pd.Series | None:
        codes = code_of.get(tuple(mark[name] for name in columns))
        return behind(*codes) if codes else None

    return {"picks": {name: name for name in columns}, "members": members}
