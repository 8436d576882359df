"""The numbers under a curve: at risk, events, censored."""

import numpy as np
import pandas as pd

from estimators.inputs import entries, numbers, same_length

FEW_AT_RISK = 10  # our convention: where fewer remain, one event moves a curve by more than a tenth
SECTION = "Numbers at risk"
METHOD = "At risk: under observation just before the time; events and censored: cumulative up to and including it."
REFERENCE = "Direct count; Pocock SJ, Clayton TC, Altman DG. Lancet 2002;359:1686-1689 (why it stands under a curve)."


def risk_table(time, event, at, entry=None):
    """Counted from the patients: time n_risk n_event n_censor, one row per time in `at` (days or fractions, any order).

    This is the number at risk of every table: under a curve, beside an estimate, in a state (its stays are the rows).
    time, event, entry: (n,) as for Kaplan-Meier; any positive code counts as an event. n_risk at t counts
    entry < t <= time (entry 0 = from the origin), n_event and n_censor everything up to and including t.
    """
    time, event, at = numbers("time", time), numbers("event", event) > 0, np.atleast_1d(np.asarray(at))
    same_length(time=time, event=event)
    entry = entries(entry, time)
    entered = len(time) if entry is None else np.searchsorted(np.sort(entry), at, side="left")
    return pd.DataFrame(
        {
            "time": at,
            "n_risk": entered - np.searchsorted(np.sort(time), at, side="left"),
            "n_event": np.searchsorted(np.sort(time[event]), at, side="right"),
            "n_censor": np.searchsorted(np.sort(time[~event]), at, side="right"),
        }
    )


def at_risk_on(time, day, entry=None) -> int:
    """n_risk of `risk_table` on one day, for whoever asks for no more: entry < day <= time. (n,) arrays as there."""
    time = numbers("time", time)
    entry = entries(entry, time)
    observed = time >= day
    return int(np.count_nonzero(observed if entry is None else observed & (entry < day)))


def events_by(time, event, day=None, *, outcome=None, start=None):
    """How many patients had the event up to and including `day` (None: in all of follow-up).

    time, event: (n,) as for Kaplan-Meier. outcome: the code to count; None: any positive one. start: that of the curve,
    which uses nobody observed for less. Beside an estimate at a month stands the number of events by that month.
    """
    time, event = numbers("time", time), numbers("event", event)
    same_length(time=time, event=event)
    counted = event > 0 if outcome is None else event == outcome
    first, last = (0 if start is None else start), (np.inf if day is None else day)
    return int(np.count_nonzero(counted & (first <= time) & (time <= last)))


def few_remain(n_risk, is_last, few=FEW_AT_RISK):
    """True per row of a curve where fewer than `few` are at risk from that day until the next on which anybody leaves.

    n_risk: (T,) just before each day, of one curve or of several under one another; is_last: (T,) true on the last row
    of each curve, after which nobody is followed.
    """
    n_risk, is_last = np.asarray(n_risk), np.asarray(is_last, bool)
    return np.where(is_last, 0, np.append(n_risk[1:], 0)) < few
