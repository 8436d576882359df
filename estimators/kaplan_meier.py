"""Kaplan-Meier: the probability of being free of the event, with delayed entry."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from estimators import last_value
from estimators.inputs import codes, confidence, entries, numbers, same_length
from estimators.intervals import limits
from estimators.reasons import AFTER_FOLLOW_UP, BEFORE_START, NO_LIMIT, NO_PATIENTS, NOT_REACHED
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

COLUMNS = ["time", "n_risk", "n_event", "n_censor", "estimate", "std_err", "conf_low", "conf_high", "final"]
READ = ["time", "estimate", "std_err", "conf_low", "conf_high", "reason", "reason_time", "limit_reason"]
READ_OF = ["time", "estimate", "std_err", "conf_low", "conf_high", "final"]
FLAT = 1e-8  # how near a flat stretch must lie to the asked probability to count as equal to it


def kaplan_meier(time, event, entry=None, *, conf_type="log-log", conf_level=0.95, start=None):
    """The curve: one row per distinct day on which anybody leaves; the first row is day 0 (or `start`).

    time: (n,) days from the origin to event or censoring. event: (n,) true = event, false = censored; on one day events
    come first. entry: (n,) days from the origin to the start of observation, 0 = from the origin on; the risk set at t
    is entry < t <= time. start: the curve is conditional on being event-free at `start` and uses only patients
    observed until then or longer. Columns: COLUMNS; proportions 0..1; NaN where no standard error or limit exists
    (estimate 0; log-log, logit and arcsin also at estimate 1); final: see `last_value`. No patients: no rows.
    ValueError: missing, negative, unequal lengths, event not 0/1, entry not before time.
    """
    return pd.DataFrame(survival(time, event, entry, conf_type=conf_type, conf_level=conf_level, start=start))


def survival(time, event, entry=None, *, conf_type="log-log", conf_level=0.95, start=None):
    """The same curve as {column: (T,)}: where one number is read off each of very many, a frame of each costs most."""
    time, event = numbers("time", time), codes("event", event, 1)
    same_length(time=time, event=event)
    time, entry, event = observed_from(start, time, entries(entry, time), event)
    counts = risk_sets(time, event, 2, entry)
    exits, n_risk = counts.exits[:, 0], counts.n_risk[:, 0]
    curve = product_limit(counts.days, n_risk, exits[:, 1], exits[:, 0], conf_type, conf_level)
    return from_start(curve, start, time, entry, estimate=1.0)


def product_limit(days, n_risk, n_event, n_censor, conf_type="log-log", conf_level=0.95):
    """The curve, {column: (T,)}, from its counts, each of shape (T,); n_risk is the risk set of n_event."""
    at_risk = np.maximum(n_risk, 1)  # a day without anybody at risk has no event either
    estimate = np.cumprod(1 - n_event / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(n_event / (at_risk * (at_risk - n_event)))
        std_err = estimate * np.sqrt(greenwood)
    low, high = limits(conf_type, estimate, std_err, confidence(conf_level))
    final = last_value.holds(n_risk, n_event)
    return dict(zip(COLUMNS, (days, n_risk, n_event, n_censor, estimate, std_err, low, high, final), strict=True))


def observed_from(start, time, entry, code):
    """(time, entry, code) of the patients whose observation reaches `start`."""
    if start is None:
        return time, entry, code
    if not start >= 0:
        raise ValueError(f"start must not be missing or negative, got: {start}")
    kept = time >= start
    return time[kept], None if entry is None else entry[kept], code[kept]


def from_start(curve, start, time, entry, estimate):
    """The curve, {column: (T,)}, with a first row at the start, at `estimate`; one that has a row there keeps it."""
    start = 0 if start is None else start
    if not len(time) or curve["time"][0] == start:
        return curve
    waiting = 0 if entry is None else np.count_nonzero(entry > start)
    first = [start, len(time) - waiting, 0, 0, estimate, 0.0, estimate, estimate, False]
    return {name: _with_first(curve[name], value) for name, value in zip(COLUMNS, first, strict=True)}


def _with_first(values, first):
    is_whole = first == int(first)
    return np.concatenate([np.array([first], values.dtype if is_whole else float), values])


@dataclass(frozen=True)
class Quantile:
    """A quantile in days with its limits; NaN where the reason beside it (reason, reason_low, reason_high) says why:
    not reached, if the curve or its band is known to its end and never comes down so far; else not estimable."""

    value: float
    low: float
    high: float
    reason: str = ""
    reason_low: str = ""
    reason_high: str = ""


def quantile(curve, p=0.5) -> Quantile:
    """The time by which a share `p` has had the event; p = 0.5 is the median.

    The first time at which the curve lies below 1 - p; where it equals 1 - p over a stretch, the middle of the stretch.
    The limits read the confidence band by the same rule (Brookmeyer-Crowley).
    """
    if not 0 < p < 1:
        raise ValueError(f"p must be between 0 and 1, got: {p}")
    time = curve["time"].to_numpy(float)
    found = [_crossing(time, curve[name].to_numpy(), 1 - p) for name in ("estimate", "conf_low", "conf_high")]
    return Quantile(*(value for value, _ in found), *(reason for _, reason in found))


def _crossing(time, values, level):
    if not len(time):
        return np.nan, NO_PATIENTS
    known = ~np.isnan(values)
    reached = np.flatnonzero(known & (values <= level + FLAT))
    if not len(reached):
        return np.nan, NOT_REACHED if known[-1] else NO_LIMIT
    below = np.flatnonzero(known & (values < level - FLAT))
    until = below[0] if len(below) else np.flatnonzero(known)[-1]
    return float(time[reached[0]] + time[until]) / 2, ""


def estimates_at(curve, times):
    """The curve read at `times` (days): READ (and outcome, where the curve has it).

    Beyond the last follow-up, before the start, or without patients the estimate is NaN, `reason` is the code and
    `reason_time` the day at which follow-up ended or the curve starts. On a curve whose last row is final (see
    `last_value`) the last value holds. limit_reason: why there is an estimate but no interval. How many are at risk is
    counted by `risk_table`, from the patients: a curve does not know who enters between two of its days.
    """
    if "outcome" not in curve:
        return _read(curve, times)
    outcome = curve["outcome"].to_numpy()
    parts = [(one, _read(curve[outcome == one], times)) for one in np.unique(outcome)]
    read = pd.concat([part for _, part in parts], ignore_index=True) if parts else _read(curve, times).iloc[:0]
    return read.assign(outcome=np.repeat([one for one, _ in parts] or [1], len(read) // max(len(parts), 1)))


def _read(curve, times):
    return pd.DataFrame(read_at({name: curve[name].to_numpy() for name in READ_OF if name in curve}, times))


def read_at(curve, times):
    """`estimates_at` of one curve that is arrays, {column: (T,)}, as arrays: {column of READ: (number of times,)}."""
    times, days = np.atleast_1d(np.asarray(times)), curve.get("time", ())
    if not len(days):
        return _nothing_at(times)
    place = np.clip(np.searchsorted(days, times, side="right") - 1, 0, None)
    early, late = times < days[0], (times > days[-1]) & (not curve["final"][-1])
    unknown = early | late
    estimate, std_err, low, high = (np.where(unknown, np.nan, curve[name].astype(float)[place]) for name in READ[1:5])
    no_limit = ~unknown & ~(low < high)
    columns = (
        times,
        estimate,
        std_err,
        np.where(no_limit, np.nan, low),
        np.where(no_limit, np.nan, high),
        np.select([early, late], [BEFORE_START, AFTER_FOLLOW_UP], ""),
        np.select([early, late], [days[0], days[-1]], np.nan),
        np.where(no_limit, NO_LIMIT, ""),
    )
    return dict(zip(READ, columns, strict=True))


def _nothing_at(times):
    columns = (times, np.nan, np.nan, np.nan, np.nan, NO_PATIENTS, np.nan, "")
    return {name: np.broadcast_to(column, times.shape) for name, column in zip(READ, columns, strict=True)}
