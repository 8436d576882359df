"""What R's results are read and compared with."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

FOLDER = Path(__file__).parent
TOLERANCE = 1e-8


@dataclass(frozen=True)
class Comparison:
    """One quantity of one analysis. estimator: the module, and a variant after a space. ours, r: equal shapes; NaN in
    r = R has no value there, not compared. tolerance: how far they may differ."""

    estimator: str
    quantity: str
    ours: np.ndarray
    r: np.ndarray
    tolerance: float = TOLERANCE

    @property
    def compared(self):
        return int((~np.isnan(self.r)).sum())

    @property
    def difference(self):
        """Largest absolute difference; infinite when shapes differ or ours is missing where R has a value."""
        if self.ours.shape != self.r.shape:
            return np.inf
        gaps = np.abs(self.ours - self.r)[~np.isnan(self.r)]
        return float(np.nan_to_num(gaps, nan=np.inf).max(initial=0))


def array_of(values):
    """At least one dimension, floats; None becomes NaN."""
    return np.atleast_1d(np.array(values, dtype=float))


@cache
def json_of(name):
    """The results of one file."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


@cache
def csv_of(name):
    """A data set by its name."""
    return pd.read_csv(FOLDER / f"{name}.csv")
