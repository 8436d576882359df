"""Small cells: what a result tells somebody who may see no small numbers. Applied to results, before anything is drawn.

Counts from 1 to `smallest` - 1 are hidden with everything that is computed from them, and so is a count that would give
one away: the rest of its row, and the next smallest of classes that add up. What is left is rounded to 5, and every
share is computed from rounded counts, since two filters that differ by one patient could else be compared. Curves are
read at whole months and rounded to whole percent. What is not declared here is not shown at all.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from analyses.counts import BASE, shown_count
from analyses.course.tiles import Tiles
from analyses.monitoring.results import Cells
from analyses.result import (
    Baseline,
    Curves,
    DayRanges,
    Densities,
    Flow,
    Forest,
    Headline,
    Note,
    Periods,
    Rates,
    Refusal,
    Result,
    Shares,
    States,
    refused,
)
from endpoints.rules import DAYS_PER_MONTH
from estimators.proportion import proportion

PERCENT = 2  # decimals of a proportion that is shown
COUNTS = ("n", "n_event", "n_risk", "n_censor", "total", "n_waiting", "n_exposed", "events_waiting", "events_exposed")
WHOLE = {"n_event": "n", "n": "total"}  # part -> whole, where both stand in a row
OF_SINGLE_PATIENTS = (
    "This figure is of single patients or of groups too small to be hidden one by one. Your role includes counts of "
    "{k} or more only."
)
TOO_SMALL = "Fewer than {k} patients: nothing is shown of them."
SMALL_NOTE = "Counts below {k} are not shown, all others are rounded to 5 and shares computed from them."
NOTES = (  # without a count in them
    *("not_by", "paler", "abbreviations", "published", "refused", "mrd_refused", "shares", "competing", "scales"),
    *("bca_rule", "band", "questions"),
)


def as_seen(result: Result, charts: tuple, answer: str | None) -> tuple[Result, tuple, str | None]:
    """What may be made a figure of: as it is, or, where the viewer may see no small cells and nobody took them out, the
    result without them and none of what was made from it."""
    smallest = result.cohort.data.smallest
    return (protected(result, smallest), (), None) if smallest and not result.is_protected else (result, charts, answer)


def protected(result: Result, smallest: int) -> Result:
    """The result without small cells; a refusal where its kind is not declared or too few patients are in it."""
    if result.is_protected or isinstance(result, Refusal):
        return _marked(result)
    if type(result) not in FRAMES or result.of_one:
        return _marked(refused(result.cohort, OF_SINGLE_PATIENTS.format(k=smallest), "not included in the role"))
    if result.n < smallest:
        return _marked(refused(result.cohort, TOO_SMALL.format(k=smallest), "too few to be shown"))
    frames = _of_whole_groups(
        {name: shown(getattr(result, name), smallest, result) for name in FRAMES[type(result)]}, set(_codes(result))
    )
    left = {code for frame in frames.values() if "strata" in frame for code in frame["strata"]}
    strata = tuple(one for one in result.strata if one.code in left)
    if result.strata and not strata and any("strata" in frame for frame in frames.values()):
        return _marked(refused(result.cohort, TOO_SMALL.format(k=smallest), "too few to be shown"))
    return replace(
        result,
        **frames,
        n=shown_count(result.n, smallest) or 0,
        strata=strata or result.strata,
        patients=result.patients.iloc[:0],
        left_out=shown(result.left_out, smallest, result),
        notes=(*_without_counts(result.notes), Note("small_cells", SMALL_NOTE.format(k=smallest), True)),
        test=None,
        pairs=None,
        comparison=None,
        homogeneity=None,
        behind=None,
        is_protected=True,
    )


def _without_counts(notes: tuple[Note, ...]) -> tuple[Note, ...]:
    return tuple(note for note in notes if note.code in NOTES)


def _marked(result: Result) -> Result:
    return replace(result, patients=result.patients.iloc[:0], behind=None, is_protected=True)


def _codes(result: Result) -> list[str]:
    return [one.code for one in result.strata]


def _of_whole_groups(frames: dict[str, pd.DataFrame], codes: set[str]) -> dict[str, pd.DataFrame]:
    """A compared group that one of the frames hides is hidden in all of them: a curve goes with its numbers."""
    there = [set(frame["strata"]) & codes for frame in frames.values() if "strata" in frame and len(frame)]
    gone = codes - set.intersection(*there) if there else set()
    return {
        name: frame[~frame["strata"].isin(gone)].reset_index(drop=True) if "strata" in frame else frame
        for name, frame in frames.items()
    }


def shown(frame: pd.DataFrame, smallest: int, result: Result | None = None) -> pd.DataFrame:
    """The rows of a frame that may be seen, their counts rounded, their shares of rounded counts."""
    counts = [name for name in COUNTS if name in frame]
    if frame.empty or not counts:
        return frame
    rows = at_months(frame) if "time" in frame and isinstance(result, Curves) else frame
    hidden = _is_small(rows, counts, smallest) | _is_next(rows, counts, smallest)
    if {"variable", "level"} <= set(rows):  # a level stands in every column of Table 1, or in none
        hidden = hidden.groupby([rows["variable"], rows["level"]], dropna=False).transform("any")
    rows = rows[~hidden].reset_index(drop=True)
    rows = rows.assign(**{name: _to_base(rows[name]) for name in counts})
    return _of_rounded(rows)


def _is_small(rows: pd.DataFrame, counts: list[str], smallest: int) -> pd.Series:
    """Rows with a hidden count, or with a part whose rest would be one."""
    small = pd.Series(False, index=rows.index)
    for name in counts:
        small |= rows[name].gt(0) & rows[name].lt(smallest)
    for part, whole in WHOLE.items():
        if part in rows and whole in rows:
            rest = rows[whole] - rows[part]
            small |= rest.gt(0) & rest.lt(smallest)
    return small


def _is_next(rows: pd.DataFrame, counts: list[str], smallest: int) -> pd.Series:
    """The smallest row left of classes that add up, where exactly one of them is hidden: the sum would tell it."""
    if "total" not in rows or "n" not in rows:
        return pd.Series(False, index=rows.index)
    small = _is_small(rows, counts, smallest)
    block = [name for name in ("strata", "variable", "measure", "row", "column") if name in rows]
    also = pd.Series(False, index=rows.index)
    number = rows.groupby(block, sort=False, dropna=False).ngroup() if block else pd.Series(0, index=rows.index)
    for place in (rows.index[number == one] for one in number.unique()):
        left = rows.loc[place][~small.loc[place] & rows.loc[place, "n"].gt(0)]
        if small.loc[place].sum() == 1 and len(left):
            also.loc[left["n"].idxmin()] = True
    return also


def _to_base(column: pd.Series) -> pd.Series:
    rounded = (column.astype("float64") / BASE).round() * BASE
    return rounded if column.isna().any() else rounded.astype("int64")


def _of_rounded(rows: pd.DataFrame) -> pd.DataFrame:
    """Shares and their limits of rounded counts; every other estimate in two decimals, days in whole months."""
    part, whole = ("n", "total") if "total" in rows else ("n_event", "n")
    share = "share" if "share" in rows else "estimate"
    is_share = share in rows and part in rows and whole in rows and "time" not in rows and "months" not in rows
    if not is_share:
        there = [name for name in ("estimate", "conf_low", "conf_high", "share") if name in rows]
        return rows.assign(**{name: rows[name].astype(float).round(PERCENT) for name in there})
    total = np.nan_to_num(rows[whole].to_numpy(float)).astype(int)
    table = proportion(np.minimum(np.nan_to_num(rows[part].to_numpy(float)).astype(int), total), total)
    limits = {name: table[name].to_numpy() for name in ("conf_low", "conf_high") if name in rows}
    return rows.assign(**{share: table["estimate"].to_numpy()}, **limits)


def at_months(curve: pd.DataFrame) -> pd.DataFrame:
    """The steps of curves at whole months only, without the days on which anybody left."""
    month = np.ceil(curve["time"] / DAYS_PER_MONTH)
    keys = [name for name in ("strata", "outcome") if name in curve]
    last = curve.assign(time=(month * DAYS_PER_MONTH).round()).groupby([*keys, "time"], sort=False).tail(1)
    return last.assign(**dict.fromkeys([name for name in ("n_event", "n_censor") if name in last], 0)).reset_index(
        drop=True
    )


FRAMES: dict[type[Result], tuple[str, ...]] = {
    Curves: ("numbers", "curve", "risk"),
    Rates: ("numbers", "rates"),
    Shares: ("numbers", "shares", "rates"),
    Densities: ("numbers", "rows"),
    Forest: ("numbers", "rows"),
    States: ("numbers",),
    DayRanges: ("numbers", "ranges"),
    Periods: ("numbers", "counts"),
    Baseline: ("numbers", "cells"),
    Headline: ("numbers", "rows"),
    Tiles: ("numbers", "rows", "years"),
    Flow: ("numbers", "stages"),
    Cells: ("numbers", "cells"),
}
