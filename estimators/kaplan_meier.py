"""Kaplan-Meier: the probability of being free of the event, with delayed entry."""

import numpy as np
import pandas as pd

from estimators.inputs import codes, confidence, entries, numbers, same_length
from estimators.intervals import limits
from estimators.risk_sets import risk_sets

SECTION = "Kaplan-Meier"
METHOD = (
    "Kaplan-Meier estimate with Greenwood standard error and log-log interval; patients who enter late are at "
    "risk from the day after their entry."
)
REFERENCE = (
    "Kaplan EL, Meier P. J Am Stat Assoc 1958;53:457-481. Greenwood M, 1926. Kalbfleisch JD, Prentice RL, "
    "1980 (log-log). Brookmeyer R, Crowley J. Biometrics 1982;38:29-41 (interval of the median)."
)

COLUMNS = ["time", "n_risk", "n_event", "n_censor", "estimate", "std_err", "conf_low", "conf_high"]
FLAT = 1e-8  # how near a flat stretch must lie to the asked probability to count as equal to it


def kaplan_meier(time, event, entry=None, *, conf_type="log-log", conf_level=0.95, start=None):
    """The curve: one row per distinct day on which anybody leaves; the first row is day 0 (or `start`).

    time: (n,) days from the origin to event or censoring. event: (n,) true = event, false = censored; on one day events
    come first. entry: (n,) days from the origin to the start of observation, 0 = from the origin on; the risk set at t
    is entry < t <= time. start: the curve is conditional on being event-free at `start` and uses only patients
    observed until then or longer. Columns: COLUMNS; proportions 0..1; NaN where no standard error or limit exists
    (estimate 0; log-log, logit and arcsin also at estimate 1). No patients: no rows.
    ValueError: missing, negative, unequal lengths, event not 0/1, entry not before time.
    """
    time, event = numbers("time", time), codes("event", event, 1)
    same_length(time=time, event=event)
    time, entry, event = observed_from(start, time, entries(entry, time), event)
    counts = risk_sets(time, event, 2, entry)
    exits, n_risk = counts.exits[:, 0], counts.n_risk[:, 0]
    curve = product_limit(counts.days, n_risk, exits[:, 1], exits[:, 0], conf_type, conf_level)
    return from_start(curve, start, time, entry, estimate=1.0)


def product_limit(days, n_risk, n_event, n_censor, conf_type="log-log", conf_level=0.95):
    """The curve from its counts, each of shape (T,); n_risk is the risk set of n_event."""
    at_risk = np.maximum(n_risk, 1)  # a day without anybody at risk has no event either
    estimate = np.cumprod(1 - n_event / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(n_event / (at_risk * (at_risk - n_event)))
        std_err = estimate * np.sqrt(greenwood)
    low, high = limits(conf_type, estimate, std_err, confidence(conf_level))
    return pd.DataFrame(
        dict(zip(COLUMNS, (days, n_risk, n_event, n_censor, estimate, std_err, low, high), strict=True))
    )


def observed_from(start, time, entry, code):
    """(time, entry, code) of the patients whose observation reaches `start`."""
    if start is None:
        return time, entry, code
    if not start >= 0:
        raise ValueError(f"start must not be missing or negative, got: {start}")
    kept = time >= start
    return time[kept], None if entry is None else entry[kept], code[kept]


def from_start(curve, start, time, entry, estimate):
    """The curve with a first row at the start, at `estimate`; a curve that has a row there keeps its own."""
    start = 0 if start is None else start
    if not len(time) or curve["time"].iloc[0] == start:
        return curve
    waiting = 0 if entry is None else np.count_nonzero(entry > start)
    first = [start, len(time) - waiting, 0, 0, estimate, 0.0, estimate, estimate]
    return pd.DataFrame(
        {
            name: np.insert(curve[name].to_numpy(), 0, value)
            if value == int(value)
            else np.insert(curve[name].to_numpy(float), 0, value)
            for name, value in zip(COLUMNS, first, strict=True)
        }
    )


def quantile(curve, p=0.5):
    """(value, low, high): the time by which a share `p` has had the event; p = 0.5 is the median.

    The first time at which the curve lies below 1 - p; where it equals 1 - p over a stretch, the middle of the stretch.
    The limits read the confidence band by the same rule (Brookmeyer-Crowley). NaN: not reached.
    """
    if not 0 < p < 1:
        raise ValueError(f"p must be between 0 and 1, got: {p}")
    time = curve["time"].to_numpy(float)
    return tuple(_crossing(time, curve[name].to_numpy(), 1 - p) for name in ("estimate", "conf_low", "conf_high"))


def _crossing(time, values, level):
    held = ~np.isnan(values)
    time, values = time[held], values[held]
    reached = np.flatnonzero(values <= level + FLAT)
    if not len(reached):
        return np.nan
    below = np.flatnonzero(values < level - FLAT)
    return float(time[reached[0]] + time[below[0] if len(below) else -1]) / 2


def estimates_at(curve, times, unit="days"):
    """The curve read at `times`: time n_risk estimate conf_low conf_high reason (and outcome, where the curve has it).

    n_risk is read at the next day on which anybody leaves. Beyond the last follow-up, before the start, or without
    patients the estimate is NaN and `reason` says why; `unit` is the word for the unit of time. Where events took the
    last patients nothing can change any more: the last value holds (R: summary.survfit with extend).
    """
    holds = _events_took_the_last(curve)
    if "outcome" in curve:
        parts = [
            _read(part.drop(columns="outcome"), times, unit, holds).assign(outcome=outcome)
            for outcome, part in curve.groupby("outcome", sort=True)
        ]
        return pd.concat(parts, ignore_index=True) if parts else _nothing_at(times).assign(outcome=1).iloc[:0]
    return _read(curve, times, unit, holds)


def _events_took_the_last(curve):
    """Nobody is left at the end of the curve, and nobody left it without an event on its last day. Curves of states
    count no events."""
    if "n_event" not in curve:
        return False
    last = curve[curve["time"] == curve["time"].max()]
    return len(last) > 0 and last["n_risk"].iloc[0] == last["n_event"].sum() and last["n_censor"].iloc[0] == 0


def _read(curve, times, unit, holds):
    times = np.atleast_1d(np.asarray(times))
    if curve.empty:
        return _nothing_at(times)
    days = curve["time"].to_numpy()
    here = np.clip(np.searchsorted(days, times, side="right") - 1, 0, None)
    following = np.clip(np.searchsorted(days, times, side="left"), None, len(days) - 1)
    early, after = times < days[0], times > days[-1]
    late = after & (not holds)
    read = {
        name: np.where(early | late, np.nan, curve[name].to_numpy()[here])
        for name in ("estimate", "conf_low", "conf_high")
    }
    n_risk = np.where(early | after, 0, curve["n_risk"].to_numpy()[following])
    reason = np.select(
        [early, late],
        [
            f"not estimable: the curve starts at {days[0]:g} {unit}",
            f"not estimable: last follow-up at {days[-1]:g} {unit}",
        ],
        "",
    )
    return pd.DataFrame({"time": times, "n_risk": n_risk, **read, "reason": reason})


def _nothing_at(times):
    return pd.DataFrame(
        {
            "time": np.atleast_1d(times),
            "n_risk": 0,
            "estimate": np.nan,
            "conf_low": np.nan,
            "conf_high": np.nan,
            "reason": "not estimable: no patients",
        }
    )
