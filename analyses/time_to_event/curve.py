"""What of a curve is drawn: its steps in months, up to the end of the axis and while enough are at risk. Display only:
whatever is printed was read from the whole curve before."""

import itertools

import numpy as np
import pandas as pd

from analyses.result import Curves
from endpoints.rules import DAYS_PER_MONTH
from estimators.risk_table import few_remain

STEPS = ["time", "strata", "outcome", "estimate", "conf_low", "conf_high", "n_risk", "n_event", "n_censor"]


def steps(result: Curves, begins_at: float) -> pd.DataFrame:
    """STEPS in months with faded (from here to the next row fewer than 10 are at risk) and run (see `in_runs`).

    begins_at: the height of a curve before its first step; a curve whose first row has an event gets a row before it, a
    curve that goes on beyond the axis one at its edge, and so does one whose last value holds.
    """
    if result.curve.empty:
        return pd.DataFrame(columns=[*STEPS, "faded", "run"])
    begins = _begins(result.curve)
    faded = few_remain(result.curve["n_risk"].to_numpy(), np.append(begins[1:], True))
    in_months = result.curve.assign(time=result.curve["time"] / DAYS_PER_MONTH, faded=faded)
    ends = np.append(np.flatnonzero(begins), len(begins))
    parts = [_of_one(in_months, np.arange(*rows), result) for rows in itertools.pairwise(ends)]
    place, kind = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return in_runs(_with_ends(in_months[[*STEPS, "faded"]].take(place), kind, begins_at, result.x_max))


ROW, FIRST, EDGE = range(3)  # a row of the curve; the one before its first step; the one at the end of the axis


def _of_one(in_months: pd.DataFrame, rows: np.ndarray, result: Curves) -> tuple[np.ndarray, np.ndarray]:
    """(place, kind) of what is drawn of the curve at these rows."""
    n_risk, time = in_months["n_risk"].to_numpy()[rows], in_months["time"].to_numpy()[rows]
    few = np.append(np.flatnonzero(n_risk < result.min_at_risk), len(rows))[0]
    inside = rows[:few][time[:few] <= result.x_max]
    if not len(inside):
        return inside, inside
    goes_on = len(inside) < few or (few == len(rows) and _holds(in_months, rows[-1]))
    first = inside[: int(in_months["n_event"].to_numpy()[inside[0]] > 0)]
    edge = inside[-1:][: int(goes_on and time[len(inside) - 1] < result.x_max)]
    kinds = [np.full(len(part), kind) for part, kind in ((first, FIRST), (inside, ROW), (edge, EDGE))]
    return np.concatenate([first, inside, edge]), np.concatenate(kinds)


def _holds(curve: pd.DataFrame, last: int) -> bool:
    """Whether the last value of a curve holds for good: events took the last patients."""
    return "final" in curve and bool(curve["final"].to_numpy()[last])


def _with_ends(drawn: pd.DataFrame, kind: np.ndarray, begins_at: float, x_max: float) -> pd.DataFrame:
    """The rows at both ends of each curve: nothing happens there."""
    heights = {name: np.where(kind == FIRST, begins_at, drawn[name]) for name in ("estimate", "conf_low", "conf_high")}
    counts = {name: np.where(kind == ROW, drawn[name], 0) for name in ("n_event", "n_censor")}
    time = np.where(kind == EDGE, x_max, drawn["time"])
    return drawn.reset_index(drop=True).assign(time=time, **heights, **counts)


def in_runs(curve: pd.DataFrame) -> pd.DataFrame:
    """With run, the number of the stretch of equal faded within a curve: a stretch ends in a copy of the row that
    begins the next, so that each can be drawn as a line of its own and nothing is missing between them."""
    if curve.empty:
        return curve.assign(run=0)
    begins = _begins(curve)
    faded = curve["faded"].to_numpy()
    turns = np.append(False, faded[1:] != faded[:-1]) & ~begins
    order = np.sort(np.append(np.arange(len(curve)), np.flatnonzero(turns)))
    copy = np.append(order[:-1] == order[1:], False)
    runs = np.cumsum(turns | begins)[order] - copy
    drawn = curve.take(order).reset_index(drop=True)
    counts = {name: drawn[name].where(~copy, 0) for name in ("n_event", "n_censor")}
    return drawn.assign(faded=faded[order] ^ copy, run=runs, **counts)


def _begins(curve: pd.DataFrame) -> np.ndarray:
    """True on the first row of each curve; the rows of one stand together."""
    strata, outcome = curve["strata"].to_numpy(object), curve["outcome"].to_numpy(object)
    return np.insert((strata[1:] != strata[:-1]) | (outcome[1:] != outcome[:-1]), 0, True)


def stacked(result: Curves, begins_at: float = 0.0) -> pd.DataFrame:
    """The outcomes of one group on common times: time outcome order estimate conf_low conf_high faded; the parts add
    up. What never happened has no area, and no row unless nothing happened at all."""
    events = [outcome.code for outcome in result.outcomes]
    curve = steps(result, begins_at).drop_duplicates(["time", "outcome"], keep="last")
    happened = set(curve.loc[curve["estimate"] > 0, "outcome"])
    events = [code for code in events if code in happened or not happened]
    curve = curve[curve["outcome"].isin(events)]
    wide = {
        name: curve.pivot(index="time", columns="outcome", values=name).reindex(columns=events).ffill()
        for name in ("estimate", "conf_low", "conf_high")
    }
    rows = wide["estimate"].fillna(0.0).stack().rename("estimate").reset_index()
    limits = {name: wide[name].stack(future_stack=True).to_numpy() for name in ("conf_low", "conf_high")}
    rows = rows.assign(order=rows["outcome"].map({code: i for i, code in enumerate(events)}), **limits)
    return in_two_stretches(rows, curve.loc[curve["faded"].astype(bool), "time"].min())


def in_two_stretches(rows: pd.DataFrame, few_from: float) -> pd.DataFrame:
    """Rows of a stacked picture with faded from that time on (missing: never). That time has rows of both stretches, in
    the first at the height before it, so that the areas join without a stroke between them."""
    before = rows.groupby("outcome")["estimate"].shift().fillna(rows["estimate"])
    until = rows.assign(faded=False, estimate=rows["estimate"].where(rows["time"] != few_from, before))
    later = rows[rows["time"] >= few_from].assign(faded=True)
    return pd.concat([until[~(rows["time"] > few_from)], later], ignore_index=True)
