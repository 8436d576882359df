"""Values beyond the ends of an axis: they are drawn at its edge or not at all, and the figure says how many."""

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Beyond:
    """How many rows lie below and above the axis."""

    below: int = 0
    above: int = 0

    def __bool__(self) -> bool:
        return bool(self.below or self.above)


def rows_beyond(values: pd.Series | np.ndarray, low: float, high: float) -> Beyond:
    """Rows whose value lies outside `low` to `high` (the ends belong to the axis); a missing value lies nowhere."""
    numbers = np.asarray(values, dtype=float)
    return Beyond(below=int((numbers < low).sum()), above=int((numbers > high).sum()))


def intervals_cut(low: pd.Series | np.ndarray, high: pd.Series | np.ndarray, ends: tuple[float, float]) -> int:
    """Intervals of which a part lies beyond the ends of the axis and is not drawn."""
    lows, highs = (np.asarray(limit, dtype=float) for limit in (low, high))
    return int(((lows < ends[0]) | (highs > ends[1])).sum())
