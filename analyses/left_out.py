"""Who is not in a figure: by code, in words, how many."""

from collections.abc import Mapping

import pandas as pd

LEFT_OUT = ["code", "reason", "n"]


def left_out_frame(counts: Mapping[str, tuple[str, int]]) -> pd.DataFrame:
    """Columns code, reason (words), n, of {code: (words, n)}: who is not in a figure. Reasons of nobody are dropped."""
    rows = [(code, words, int(n)) for code, (words, n) in counts.items() if n]
    return pd.DataFrame(rows, columns=LEFT_OUT).astype({"code": "str", "reason": "str", "n": "int64"})
