"""Control limits of a funnel plot of proportions: how far centres of each size lie apart by chance alone."""

import numpy as np
import pandas as pd
from scipy.special import bdtr

from estimators.inputs import numbers

SECTION = "Funnel plot"
METHOD = (
    "Funnel plot: centres by number of patients, with exact binomial control limits (95 % and 99.8 %) around the "
    "expected "
    "proportion. A centre outside lies further off than chance alone would put 1 of 20, or 1 of 500, centres."
)
REFERENCE = "Spiegelhalter DJ. Stat Med 2005;24:1185-1202."
LEVELS = (0.95, 0.998)


def control_limits(n, expected, levels=LEVELS):
    """One row per number of patients and level: n level low high, proportions 0..1; nobody: no row.

    low and high times n are the smallest counts r with P(X <= r) >= (1 - level) / 2 and >= 1 - (1 - level) / 2, where X
    is binomial (n, expected): quantiles, so that a count under low or over high has at most that probability.
    ValueError for an expectation outside 0..1.
    """
    n = numbers("n", np.atleast_1d(np.asarray(n)))
    if not 0 <= expected <= 1:
        raise ValueError(f"expected must be a proportion from 0 to 1, got: {expected}")
    rows = [
        (int(size), level, quantile / size, upper / size)
        for size in n
        if size > 0
        for level in levels
        for quantile, upper in [_quantiles(int(size), expected, (1 - level) / 2)]
    ]
    return pd.DataFrame(rows, columns=["n", "level", "low", "high"])


def _quantiles(n, p, tail):
    """The counts at which the distribution function reaches `tail` and 1 - `tail`."""
    reached = bdtr(np.arange(n + 1), n, p)
    return int(np.argmax(reached >= tail)), int(np.argmax(reached >= 1 - tail))
