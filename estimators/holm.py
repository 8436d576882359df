"""Holm's correction of several p-values."""

import numpy as np

SECTION = "Several tests"
METHOD = "p-values of several tests corrected by Holm's step-down method."
REFERENCE = "Holm S. Scand J Stat 1979;6:65-70."


def holm(p_values) -> np.ndarray:
    """(m,) corrected p-values, never below the raw ones, at most 1. A missing one stays missing and is not counted."""
    p = np.asarray(p_values, float)
    corrected, known = np.full(p.shape, np.nan), np.flatnonzero(~np.isnan(p))
    if ((p[known] < 0) | (p[known] > 1)).any():
        raise ValueError(f"p-values must be between 0 and 1, got: {p[known].min()} to {p[known].max()}")
    order = known[np.argsort(p[known], kind="stable")]
    steps = (len(order) - np.arange(len(order))) * p[order]
    corrected[order] = np.minimum(np.maximum.accumulate(steps), 1)
    return corrected
