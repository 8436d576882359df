"""Events per person-time with the exact Poisson interval: events that can happen to one patient several times."""

import numpy as np
import pandas as pd
from scipy.special import gammaincinv

from estimators.inputs import confidence, numbers, same_length
from estimators.reasons import NO_PERSON_TIME

SECTION = "Rate per person-time"
METHOD = "Events per 100 person-days with the exact (Garwood) interval of a Poisson count."
REFERENCE = "Garwood F. Biometrika 1936;28:437-442."


def person_time_rate(events, person_time, *, per=100.0, conf_level=0.95):
    """One row per pair: n_event person_time estimate conf_low conf_high reason. Arrays (n,): whole numbers of events
    and the time in which they were seen; the rate is per `per` units of it. No time gives NaN with a reason.

    The limits are quantiles of gamma distributions: Gamma(x) below (0 without an event) and Gamma(x + 1) above.
    ValueError: negative or missing values, events that are not whole, events without time.
    """
    events, time = (numbers(name, np.atleast_1d(x)) for name, x in (("events", events), ("person_time", person_time)))
    same_length(events=events, person_time=time)
    if events.dtype.kind == "f":
        raise ValueError("events must be whole numbers, got: a fraction")
    if ((events > 0) & (time == 0)).any():
        raise ValueError(f"events need person-time, got: {int(events[(time == 0)].max())} events in none")
    tail = (1 - confidence(conf_level)) / 2
    unit = np.where(time > 0, per / np.where(time > 0, time, 1), np.nan)
    low = np.where(events > 0, gammaincinv(np.maximum(events, 1), tail), 0.0)
    return pd.DataFrame(
        {
            "n_event": events.astype("int64"),
            "person_time": time,
            "estimate": events * unit,
            "conf_low": low * unit,
            "conf_high": gammaincinv(events + 1, 1 - tail) * unit,
            "reason": np.where(time > 0, "", NO_PERSON_TIME),
        }
    )
