"""Numbers of parts that are too small to hold them: where each stands over its bar, apart from its neighbours."""

import numpy as np
import pandas as pd

NARROWEST_BAR = 240  # px: on a telephone
DIGIT, ROOM = 7, 4  # px of a digit, and around a number


def with_places(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of stacked bars (strata, n, share, order; 0-1) with `middle` of each part and `place` of its number over
    the bar, as shares of it; place is missing where the number fits into its part, or there is nobody."""
    rows = frame.sort_values(["strata", "order"], kind="stable")
    ends = rows.groupby("strata", sort=False)["share"].cumsum()
    middle, width = ends - rows["share"] / 2, rows["n"].map(_width)
    is_small = (rows["n"] > 0) & (rows["share"] < width)
    place = pd.Series(np.nan, index=rows.index)
    for _, part in rows[is_small].groupby("strata", sort=False):
        place[part.index] = _apart(middle[part.index].to_numpy(), width[part.index].to_numpy())
    return frame.assign(middle=middle, place=place)


def _width(n: int) -> float:
    """What a number takes of the narrowest bar."""
    return (DIGIT * len(f"{n:,d}") + ROOM) / NARROWEST_BAR


def _apart(middle: np.ndarray, width: np.ndarray) -> np.ndarray:
    """Places as near as can be to the middles (ascending) at which numbers of these widths do not touch, from the left
    and then back from the right end of the bar."""
    gaps = (width[1:] + width[:-1]) / 2
    offsets = np.append(0.0, np.cumsum(gaps))
    pushed = np.maximum.accumulate(middle - offsets) + offsets
    return np.minimum.accumulate((np.minimum(pushed, 1.0) - offsets)[::-1])[::-1] + offsets
