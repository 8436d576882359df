"""State occupancy: the probability of being in each state of a multi-state course over time."""

import numpy as np
import pandas as pd

from estimators import last_value
from estimators.inputs import confidence, numbers, same_length
from estimators.intervals import ROUNDING, limits

SECTION = "State occupancy"
METHOD = (
    "Aalen-Johansen state occupancy: the product of the daily transition matrices, everybody beginning in the "
    "first state; Greenwood-type standard error and log-log interval."
)
REFERENCE = (
    "Aalen OO, Johansen S. Scand J Stat 1978;5:141-150. Andersen PK, Borgan Ø, Gill RD, Keiding N. "
    "Statistical Models Based on Counting Processes, 1993, section IV.4."
)
COLUMNS = ["time", "outcome", "n_risk", "estimate", "std_err", "conf_low", "conf_high", "final"]
STAYS = -1  # `to` of a row that ends by censoring


def occupancy(start, stop, origin, to, states, *, absorbing=None, conf_level=0.95):
    """The curves: per state (outcome 1..states) one row per distinct day of a move or censoring, the first at day 0.

    One row per stay: start < t <= stop in state `origin` (0-based), then a move to state `to`, or censored (-1). A
    patient's stays follow one another; the first begins on day 0 in state 0 (start 0, or -1: in it on day 0 itself, so
    that a move on day 0 is one of somebody at risk). n_risk: in the state just before. On one day moves come before
    censoring. absorbing: the states nobody leaves (0-based; None: the last). Columns: COLUMNS; probabilities 0..1,
    summing to 1 on every day; final: see `last_value`. No stays: no rows.
    ValueError: missing, negative, unequal lengths, start not before stop, a state that is not one of `states`.
    """
    start, stop, origin, to = checked_stays(start, stop, origin, to, states)
    if not len(stop):
        return pd.DataFrame(columns=COLUMNS)
    days, moves, at_risk = count_stays(start, stop, origin, to, states)
    estimate, variance = _walk(moves, at_risk)
    std_err, final = np.sqrt(np.maximum(variance, 0)), nothing_follows(moves, at_risk, estimate, absorbing)
    parts = []
    for state in range(states):
        low, high = limits("log-log", estimate[:, state], std_err[:, state], confidence(conf_level))
        own = (days, state + 1, at_risk[:, state], estimate[:, state], std_err[:, state], low, high, final)
        parts.append(pd.DataFrame(dict(zip(COLUMNS, own, strict=True))))
    return pd.concat(parts, ignore_index=True)


def nothing_follows(moves, at_risk, estimate, absorbing=None):
    """(T,) true on the last day if moves into absorbing states took everybody, and none was left in another state when
    their observation ended there."""
    absorbing = [moves.shape[1] - 1] if absorbing is None else list(absorbing)
    ended = moves[:, :, absorbing].sum(axis=(1, 2))
    everybody_in = estimate[:, absorbing].sum(axis=1) > 1 - ROUNDING
    return last_value.holds(at_risk.sum(axis=1), ended) & everybody_in


def checked_stays(start, stop, origin, to, states):
    """The stays as arrays; ValueError for one that cannot be."""
    start, stop = numbers("start", np.asarray(start) + 1) - 1, numbers("stop", stop)  # -1: from the origin on
    origin, to = np.asarray(origin, int), np.asarray(to, int)
    same_length(start=start, stop=stop, origin=origin, to=to)
    if (start >= stop).any():
        raise ValueError(f"start must be before stop, got: {(start >= stop).sum()} rows where it is not")
    if ((origin < 0) | (origin >= states) | (to < STAYS) | (to >= states) | (to == origin)).any():
        raise ValueError(f"origin and to must be different states from 0 to {states - 1}, or to {STAYS}, got: others")
    return start, stop, origin, to


def count_stays(start, stop, origin, to, states):
    """(days (T,), moves (T, from, to), at risk just before (T, from)); the first day is 0."""
    days = np.unique(np.append(stop, 0))
    place = np.searchsorted(days, stop)
    moved = to >= 0
    cell = (place[moved] * states + origin[moved]) * states + to[moved]
    moves = np.bincount(cell, minlength=len(days) * states**2).reshape(-1, states, states)
    leaves = np.bincount(place * states + origin, minlength=len(days) * states).reshape(-1, states)
    enters = np.bincount(
        np.searchsorted(days, start, side="right") * states + origin, minlength=(len(days) + 1) * states
    ).reshape(-1, states)[:-1]
    return days, moves, np.cumsum(enters, axis=0) - np.cumsum(leaves, axis=0) + leaves


def _walk(moves, at_risk):
    """(estimate, variance), each (T, states)."""
    steps = list(daily_steps(moves, at_risk))
    return np.array([p for p, _, _ in steps]), np.array([np.diag(cov) for _, cov, _ in steps])


def daily_steps(moves, at_risk):
    """Per day (p, cov, share): occupancy (states,) after the day, its covariance, the day's transition matrix (None on
    a day without moves).

    p(t) = p(t-) (I + dA). The daily row of state h is a multinomial share q of those at risk in it, with covariance
    (diag(q) - q q') / n; it reaches p(t) with weight p_h(t-). So cov(t) = (I + dA)' cov(t-) (I + dA) + sum_h p_h^2 ...
    """
    states = moves.shape[1]
    n = np.maximum(at_risk, 1)[:, :, None]
    share = moves / n
    share[:, np.arange(states), np.arange(states)] = 1 - share.sum(axis=2)
    p, cov = np.eye(states)[0], np.zeros((states, states))
    for moved, q, per_patient in zip(moves.any(axis=(1, 2)), share, 1 / n[:, :, 0], strict=True):
        if moved:
            weight = p**2 * per_patient
            cov = q.T @ cov @ q + np.diag(weight @ q) - (q * weight[:, None]).T @ q
            p = p @ q
        yield p, cov, q if moved else None
