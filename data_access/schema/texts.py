"""What is asked of whole columns of text at once, by Arrow: pandas asks one text after the other for some patterns."""

import numpy as np
import pandas as pd
import pyarrow
import pyarrow.compute


def contains(texts: pd.Series, pattern: str) -> np.ndarray:
    """Whether each text has the pattern in it; a missing one has not. The pattern is one that RE2 reads."""
    return _mask(pyarrow.compute.match_substring_regex(_arrow(texts), pattern))


def is_in(texts: pd.Series, known: pd.Series) -> np.ndarray:
    """Whether each text is one of the known ones; a missing one is not."""
    return _mask(pyarrow.compute.is_in(_arrow(texts), value_set=_arrow(known.dropna())))


def _arrow(texts: pd.Series) -> pyarrow.Array:
    found = pyarrow.array(texts, type=pyarrow.large_string(), from_pandas=True)
    return found.combine_chunks() if isinstance(found, pyarrow.ChunkedArray) else found


def _mask(found: pyarrow.Array) -> np.ndarray:
    return found.fill_null(False).to_numpy(zero_copy_only=False).astype(bool)
