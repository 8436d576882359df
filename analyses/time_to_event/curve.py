"""What of a curve is drawn: its steps in months, up to the end of the axis and while enough are at risk. Display only:
whatever is printed was read from the whole curve before."""

import numpy as np
import pandas as pd

from analyses.result import Curves
from endpoints.rules import DAYS_PER_MONTH
from estimators.risk_table import few_remain
from estimators.simon_makuch import until_few

STEPS = ["time", "strata", "outcome", "estimate", "conf_low", "conf_high", "n_risk", "n_event", "n_censor"]


def steps(result: Curves, begins_at: float) -> pd.DataFrame:
    """STEPS in months with faded (from here to the next row fewer than 10 are at risk) and run (see `in_runs`).

    begins_at: the height of a curve before its first step; a curve whose first row has an event gets a row before it, a
    curve that goes on beyond the axis one at its edge, and so does one whose last value holds.
    """
    parts = [_of_one(curve, result, begins_at) for _, curve in result.curve.groupby(["strata", "outcome"], sort=False)]
    parts = [part for part in parts if len(part)]
    if not parts:
        return pd.DataFrame(columns=[*STEPS, "faded", "run"])
    return in_runs(pd.concat(parts, ignore_index=True))


def _of_one(curve: pd.DataFrame, result: Curves, begins_at: float) -> pd.DataFrame:
    whole = curve.reset_index(drop=True)
    last = np.arange(len(whole)) == len(whole) - 1
    whole = whole.assign(faded=few_remain(whole["n_risk"].to_numpy(), last))
    drawn = until_few(whole, result.min_at_risk)
    if drawn.empty:
        return drawn
    in_months = drawn.assign(time=drawn["time"] / DAYS_PER_MONTH)
    inside = in_months[in_months["time"] <= result.x_max]
    goes_on = len(inside) < len(in_months) or (len(drawn) == len(whole) and _holds(whole))
    rows = [*_first(inside, begins_at), inside[[*STEPS, "faded"]], *(_edge(inside, result.x_max) if goes_on else ())]
    return pd.concat(rows, ignore_index=True)


def _holds(whole: pd.DataFrame) -> bool:
    """Whether the last value of the curve holds for good: events took the last patients."""
    return "final" in whole and bool(whole["final"].iloc[-1])


def _first(inside: pd.DataFrame, begins_at: float) -> list[pd.DataFrame]:
    if inside.empty or not inside["n_event"].iloc[0]:
        return []
    flat = dict.fromkeys(("estimate", "conf_low", "conf_high"), begins_at)
    return [inside.iloc[:1][[*STEPS, "faded"]].assign(**flat, n_event=0, n_censor=0)]


def _edge(inside: pd.DataFrame, x_max: float) -> list[pd.DataFrame]:
    if inside.empty or inside["time"].iloc[-1] >= x_max:
        return []
    return [inside.iloc[-1:][[*STEPS, "faded"]].assign(time=x_max, n_event=0, n_censor=0)]


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
