"""How values are written into the CSV files: ISO dates, codes, yes and no, shortest exact numbers; missing is empty."""

import numpy as np
import pandas as pd

from sample_data.streams import CUTOFF

FIRST_DAY = -20_000  # births before 1970
ISO = np.append(np.datetime_as_string(np.arange(FIRST_DAY, CUTOFF + 1).astype("datetime64[D]")), "").astype(object)


def iso(day: np.ndarray) -> np.ndarray:
    """ISO date as text; NEVER and days after the cut-off are empty."""
    return ISO[np.where(day <= CUTOFF, day - FIRST_DAY, len(ISO) - 1)]


def text(codes: tuple[str, ...], position: np.ndarray) -> np.ndarray:
    """The code at each position; -1 is empty."""
    return np.array([*codes, ""], dtype=object)[position]


def yes_no(answer: np.ndarray, missing: np.ndarray | bool = False) -> np.ndarray:
    return text(("no", "yes"), np.where(missing, -1, np.asarray(answer).astype(int)))


def blank(values: np.ndarray, missing: np.ndarray) -> np.ndarray:
    """Text with the missing ones empty."""
    return np.where(missing, "", values)


def number(values: np.ndarray, missing: np.ndarray, digits: int = 0) -> np.ndarray:
    """A decimal number rounded to `digits`, as the shortest exact text, so that files are the same everywhere."""
    return np.where(missing, "", np.array([repr(x) for x in np.round(values, digits).astype(float).tolist()], object))


def fraction(values: np.ndarray, missing: np.ndarray) -> np.ndarray:
    """A fraction with two significant digits, written like `number`."""
    written = np.array([repr(float(f"{x:.1e}")) for x in values], dtype=object)
    return np.where(missing, "", written)


def count(values: np.ndarray, missing: np.ndarray) -> np.ndarray:
    """A whole number as text."""
    return np.where(missing, "", np.array([str(x) for x in values.tolist()], dtype=object))


def stack(*frames: pd.DataFrame) -> pd.DataFrame:
    return pd.concat(frames, ignore_index=True)
