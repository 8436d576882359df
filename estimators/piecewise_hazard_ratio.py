"""Hazard ratios over declared intervals of time, where one ratio for all times does not hold."""

from itertools import pairwise

import numpy as np
import pandas as pd

from estimators.cox import cox
from estimators.exposure_effect import Effect, counts_of, effect_of, gate
from estimators.inputs import numbers

SECTION = "Piecewise hazard ratios"
METHOD = (
    "Piecewise hazard ratios: a Cox model with one ratio per declared interval, each from those at risk in it; "
    "Efron's method for tied days."
)
REFERENCE = "Therneau TM, Grambsch PM. Modeling Survival Data: Extending the Cox Model, 2000, section 6.5."
COLUMNS = ["after", "until", "n", "n_event", "hazard_ratio", "conf_low", "conf_high", "p_value", "reason"]


def piecewise_hazard_ratio(start, stop, event, exposed, cuts, *, conf_level=0.95) -> pd.DataFrame:
    """One row per interval (after, until] between 0, the days of `cuts` and the end (until NaN): COLUMNS.

    Rows and exposure as for `exposure_effect`, with its gates in each interval. n, n_event: pairs (not exposed,
    exposed) at risk in the interval and with an event in it. p_value: of the ratio (Wald), the model's own.
    ValueError: cuts not rising or not above 0.
    """
    start, stop, event = numbers("start", start), numbers("stop", stop), np.asarray(event, bool)
    edges = np.array([0, *cuts, np.inf], float)
    if (np.diff(edges) <= 0).any():
        raise ValueError(f"cuts must rise and lie above 0, got: {list(cuts)}")
    rows = [
        _interval(start, stop, event, np.asarray(exposed, bool), after, until, conf_level)
        for after, until in pairwise(edges)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _interval(start, stop, event, exposed, after, until, conf_level):
    held = (np.maximum(start, after) < np.minimum(stop, until)) | ((stop == 0) & (after == 0))
    start, stop, event = np.maximum(start, after)[held], np.minimum(stop, until)[held], (event & (stop <= until))[held]
    n, events = counts_of(event, exposed[held])
    reason = gate(n, events)
    effect = Effect(n, events, reason=reason)
    if not reason:
        effect = effect_of(n, events, cox(start, stop, event, exposed[held], conf_level=conf_level))
    end = until if np.isfinite(until) else np.nan
    ratio = (effect.hazard_ratio, effect.conf_low, effect.conf_high, effect.p_value)
    return (after, end, effect.n, effect.events, *ratio, effect.reason)
