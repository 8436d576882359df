"""What can happen in a figure of an endpoint, and what happened to each patient."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from analyses.result import Outcome
from endpoints.time_to_event import EVENT, TimeToEvent
from estimators.aalen_johansen import aalen_johansen, incidences
from estimators.kaplan_meier import read_at, survival
from estimators.risk_start import first_stable_day

Arrays = dict[str, np.ndarray]


def is_incidence(estimator: Callable) -> bool:
    """Whether it estimates several competing outcomes."""
    return (estimator.func if isinstance(estimator, partial) else estimator) is aalen_johansen


def outcomes_of(endpoint: TimeToEvent, estimator: Callable) -> tuple[Outcome, ...]:
    """The distinct outcomes; for Kaplan-Meier the endpoint itself is the only one."""
    if not is_incidence(estimator):
        return (Outcome(endpoint.paramcd, endpoint.param, "other"),)
    first = {source.code: source.words for source in reversed(endpoint.causes)}
    codes = dict.fromkeys(source.code for source in endpoint.causes)
    return tuple(Outcome(code, first[code][0].upper() + first[code][1:]) for code in codes)


def causes_of(rows: pd.DataFrame, endpoint: TimeToEvent) -> np.ndarray:
    """0 censored, else the 1-based distinct outcome: two sources of one event are one outcome."""
    codes = list(dict.fromkeys(source.code for source in endpoint.causes))
    place = np.array([0, *(codes.index(source.code) + 1 for source in endpoint.causes)])
    return place[rows["CAUSE"].to_numpy()]


def code_of(rows: pd.DataFrame, endpoint: TimeToEvent) -> np.ndarray:
    """What happened at the end of each row: a cause where several compete, else whether the event did."""
    return causes_of(rows, endpoint) if endpoint.competing else (rows["CNSR"] == EVENT).to_numpy()


def curve_of(rows: pd.DataFrame, endpoint: TimeToEvent, estimator: Callable, start: int | None = None) -> pd.DataFrame:
    """The estimator's curve of these rows in days, conditional on being event-free at `start`; outcome: its code."""
    time, entry = rows["AVAL"].to_numpy(), rows["ENTRY"].to_numpy() if endpoint.entry else None
    codes = np.array(["", *(outcome.code for outcome in outcomes_of(endpoint, estimator))], dtype=object)
    if is_incidence(estimator):
        curve = estimator(time, causes_of(rows, endpoint), len(codes) - 1, entry, start=start)
    else:
        curve = estimator(time, (rows["CNSR"] == EVENT).to_numpy(), entry, start=start).assign(outcome=1)
    return curve.assign(outcome=codes[curve["outcome"].to_numpy(int)])


def first_curves(
    rows: pd.DataFrame, arms: Sequence[np.ndarray], endpoint: TimeToEvent, estimator: Callable
) -> list[Arrays]:
    """The curve of the first outcome per arm, given as places among the ADTTE rows. The same curves as of `curve_of`,
    made by the same estimators, of which one number each is wanted: without frames."""
    time, cause = rows["AVAL"].to_numpy(), code_of(rows, endpoint)
    entry = rows["ENTRY"].to_numpy() if endpoint.entry else None
    n_outcomes = len(outcomes_of(endpoint, estimator))
    found = []
    for arm in arms:
        own, begins = time[arm], None if entry is None else entry[arm]
        start = curve_start(begins, own)
        if is_incidence(estimator):
            found += incidences((1,), own, cause[arm], n_outcomes, begins, start=start)
        else:
            found.append(survival(own, cause[arm], begins, start=start))
    return found


def read_first(curve: Arrays, day: float) -> dict[str, Any]:
    """A curve of `first_curves` on that day: n_event up to it, and the columns of `estimates_at`."""
    n_event = int(curve["n_event"][curve["time"] <= day].sum())
    return {"n_event": n_event} | {name: value[0].item() for name, value in read_at(curve, day).items()}


def curve_start(entry: np.ndarray | None, time: np.ndarray) -> int | None:
    """The day on which a curve with delayed entry begins, once enough patients are at risk; None: at the origin."""
    return None if entry is None or not len(time) else first_stable_day(entry, time) or None
