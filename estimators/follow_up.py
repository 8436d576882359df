"""How long, and how completely, were the patients followed?"""

import numpy as np
import pandas as pd

from estimators.inputs import codes, numbers, same_length
from estimators.kaplan_meier import from_start, product_limit, quantile
from estimators.proportion import proportion
from estimators.risk_sets import risk_sets

SECTION = "Follow-up"
METHOD = (
    "Median follow-up by reverse Kaplan-Meier: censored alive is the event, deaths are censored; deaths leave "
    "before censorings of the same day. Completeness by Clark's C: observed over potential follow-up time."
)
REFERENCE = (
    "Schemper M, Smith TL. Control Clin Trials 1996;17:343-346. Clark TG, Altman DG, De Stavola BL. "
    "Lancet 2002;359:1309-1310."
)


def reverse_kaplan_meier(time, event, entry=None, *, conf_type="log-log", conf_level=0.95):
    """The distribution of follow-up: columns and rows of the Kaplan-Meier curve with the roles exchanged.

    time: (n,) days; event: (n,) true = death. n_event counts patients censored alive, n_censor deaths, and n_risk those
    still under observation once the deaths of the day have left. `quantile` of this curve is the median follow-up.
    """
    time, event = numbers("time", time), codes("event", event, 1)
    same_length(time=time, event=event)
    counts = risk_sets(time, event, 2, entry)
    alive, dead = counts.exits[:, 0, 0], counts.exits[:, 0, 1]
    curve = product_limit(counts.days, counts.n_risk[:, 0] - dead, alive, dead, conf_type, conf_level)
    return pd.DataFrame(from_start(curve, None, time, entry, estimate=1.0))


def median(time, event, *, conf_level=0.95):
    """Median follow-up in days by reverse Kaplan-Meier, a `Quantile` with its limits and reasons."""
    return quantile(reverse_kaplan_meier(time, event, conf_level=conf_level), 0.5)


def clark_c(time, event, potential):
    """Completeness index C: sum of observed over sum of potential follow-up, 0..1; NaN without potential time.

    potential: (n,) days from the origin to the data cut-off; for the dead the potential time is the time to death.
    ValueError when a patient was observed for longer than possible.
    """
    time, event, potential = _observed(time, event, potential)
    possible = np.where(event == 1, time, potential).sum()
    return float(time.sum() / possible) if possible else np.nan


def under_observation(time, event, potential, at):
    """Share not lost before `at` (days; one or several) among those whose potential time reaches it.

    Dead before `at` counts as followed: nothing was missed. Columns: time n_event n estimate conf_low conf_high reason.
    """
    time, event, potential = _observed(time, event, potential)
    at = np.atleast_1d(np.asarray(at))
    due = potential[:, None] >= at
    followed = due & ((event == 1)[:, None] | (time[:, None] >= at))
    table = proportion(followed.sum(axis=0), due.sum(axis=0))
    table.insert(0, "time", at)
    return table


def _observed(time, event, potential):
    time, event, potential = numbers("time", time), codes("event", event, 1), numbers("potential", potential)
    same_length(time=time, event=event, potential=potential)
    if (time > potential).any():
        first = int(np.argmax(time > potential))
        raise ValueError(f"time must not exceed the potential follow-up, got: {time[first]} of {potential[first]}")
    return time, event, potential
