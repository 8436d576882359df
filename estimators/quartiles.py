"""Median and quartiles of a measured value."""

import numpy as np
import pandas as pd

from estimators.inputs import numbers
from estimators.reasons import NO_VALUES

SECTION = "Median and quartiles"
METHOD = "Median with quartiles (linear between neighbouring values, R's type 7) of the known values."
REFERENCE = "Hyndman RJ, Fan Y. Am Stat 1996;50:361-365."


def quartiles(values) -> pd.DataFrame:
    """One row: n median quartile_low quartile_high lowest highest reason, of finite values; without any, NaN."""
    values = numbers("values", np.atleast_1d(np.asarray(values)))
    low, q1, median, q3, high = np.quantile(values, [0, 0.25, 0.5, 0.75, 1]) if len(values) else [np.nan] * 5
    return pd.DataFrame(
        {
            "n": [len(values)],
            "median": [median],
            "quartile_low": [q1],
            "quartile_high": [q3],
            "lowest": [low],
            "highest": [high],
            "reason": ["" if len(values) else NO_VALUES],
        }
    )
