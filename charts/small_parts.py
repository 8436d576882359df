"""Numbers of parts that are too small to hold them: where each stands over its bar, apart from its neighbours."""

import numpy as np
import pandas as pd

NARROWEST_BAR = 240  # px: on a telephone
DIGIT, ROOM = 7, 4  # px of a digit, and around a number


def with_places(frame: pd.DataFrame, size: str = "share", written: str = "{n:,d}", whole: float = 1) -> pd.DataFrame:
    """The rows of stacked bars (strata, order, `size` of a part) with `middle` of each part and `place` of its number
    over the bar, on the scale of `size`; place is missing where the number fits into its part, or there is no part.
    written: the number, of a row; whole: the length of the bar."""
    rows = frame.sort_values(["strata", "order"], kind="stable")
    numbers = pd.Series([written.format(**row) for row in rows.to_dict("records")], index=rows.index, dtype="str")
    share = rows[size] / whole
    middle, width = share.groupby(rows["strata"], sort=False).cumsum() - share / 2, numbers.map(_width)
    is_small = (share > 0) & (share < width)
    place = pd.Series(np.nan, index=rows.index)
    for _, part in rows[is_small].groupby("strata", sort=False):
        place[part.index] = _apart(middle[part.index].to_numpy(), width[part.index].to_numpy())
    return frame.assign(middle=middle * whole, place=place * whole)


def _width(number: str) -> float:
    """What a number takes of the narrowest bar."""
    return (DIGIT * len(number) + ROOM) / NARROWEST_BAR


def _apart(middle: np.ndarray, width: np.ndarray) -> np.ndarray:
    """Places as near as can be to the middles (ascending) at which numbers of these widths do not touch, from the left
    and then back from the right end of the bar."""
    gaps = (width[1:] + width[:-1]) / 2
    offsets = np.append(0.0, np.cumsum(gaps))
    pushed = np.maximum.accumulate(middle - offsets) + offsets
    return np.minimum.accumulate((np.minimum(pushed, 1.0) - offsets)[::-1])[::-1] + offsets
