"""Small cells: what a result tells somebody who may see no small numbers. Applied to results, before anything is drawn.

Counts from 1 to `smallest` - 1 are hidden with everything that is computed from them, and so is a count that would give
one away: the rest of its row, and the next smallest of classes that add up. What is left is rounded to 5, and every
share is computed from rounded counts, since two filters that differ by one patient could else be compared. Curves are
read at whole months, every probability in steps of five patients of its group (coarse.py). What is not declared here
is not shown at all: neither a frame, nor a note.
"""

from dataclasses import fields, replace

import pandas as pd

from analyses.coarse import at_months, in_steps, of_rounded_counts, to_base
from analyses.counts import shown_count
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

COUNTS = ("n", "n_event", "n_risk", "n_censor", "total", "n_waiting", "n_exposed", "events_waiting", "events_exposed")
WHOLE = {"n_event": "n", "n": "total"}  # part -> whole, where both stand in a row
OF_SINGLE_PATIENTS = (
    "This figure is of single patients or of groups too small to be hidden one by one. Your role includes counts of "
    "{k} or more only."
)
TOO_SMALL = "Fewer than {k} patients: nothing is shown of them."
SMALL_NOTE = "Counts below {k} are not shown, all others are rounded to 5 and shares computed from them."
ALL_OR_NONE = Note(
    "all_or_none",
    "Where all or none of a group have something, this is known of each of them: whoever is known to be in the group.",
)
NOTES = (  # without a count in them
    *("not_by", "paler", "abbreviations", "published", "refused", "mrd_refused", "shares", "counted"),
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
        return _marked(result, smallest)
    if type(result) not in FRAMES or result.of_one:
        return _marked(
            refused(result.cohort, OF_SINGLE_PATIENTS.format(k=smallest), "not included in the role"), smallest
        )
    if result.n < smallest:
        return _marked(refused(result.cohort, TOO_SMALL.format(k=smallest), "too few to be shown"), smallest)
    frames = _of_whole_groups(
        {name: shown(getattr(result, name), smallest, result) for name in _declared(result)}, result
    )
    left = {code for frame in frames.values() if "strata" in frame for code in frame["strata"]}
    strata = tuple(one for one in result.strata if one.code in left)
    if result.strata and not strata and any("strata" in frame for frame in frames.values()):
        return _marked(refused(result.cohort, TOO_SMALL.format(k=smallest), "too few to be shown"), smallest)
    return replace(
        result,
        **frames,
        **_undeclared(result),
        n=shown_count(result.n, smallest) or 0,
        strata=strata or result.strata,
        patients=result.patients.iloc[:0],
        left_out=shown(result.left_out, smallest, result),
        notes=_notes(result, frames, smallest),
        test=None,
        pairs=None,
        comparison=None,
        homogeneity=None,
        behind=None,
        is_protected=True,
    )


def _notes(result: Result, frames: dict[str, pd.DataFrame], smallest: int) -> tuple[Note, ...]:
    """Those without a count in them, that cells are hidden, and what is known of everybody where all are alike."""
    kept = (note for note in result.notes if note.code in NOTES)
    alike = (ALL_OR_NONE,) if any(map(_are_alike, frames.values())) else ()
    return (*kept, Note("small_cells", SMALL_NOTE.format(k=smallest), True), *alike)


def _are_alike(rows: pd.DataFrame) -> bool:
    """Whether a row says it of all of its group, or of none."""
    pairs = [(part, whole) for part, whole in WHOLE.items() if {part, whole} <= set(rows)]
    told = [rows[whole].gt(0) & (rows[part].eq(0) | rows[part].eq(rows[whole])) for part, whole in pairs]
    return any(bool(rows_alike.any()) for rows_alike in told)


def _declared(result: Result) -> tuple[str, ...]:
    return FRAMES[type(result)]


def _undeclared(result: Result) -> dict[str, pd.DataFrame]:
    """Tests, differences and whatever else a result holds: without a row."""
    held = {one.name: getattr(result, one.name) for one in fields(result)}
    known = {"patients", "left_out", "pairs", "homogeneity", *_declared(result)}
    return {
        name: frame.iloc[:0] for name, frame in held.items() if isinstance(frame, pd.DataFrame) and name not in known
    }


def _marked(result: Result, smallest: int) -> Result:
    left_out = result.left_out if result.is_protected else shown(result.left_out, smallest)
    return replace(result, patients=result.patients.iloc[:0], behind=None, left_out=left_out, is_protected=True)


def _of_whole_groups(frames: dict[str, pd.DataFrame], result: Result) -> dict[str, pd.DataFrame]:
    """A compared group that is small, or that one of the frames hides, is hidden in all of them: a curve goes with its
    numbers, a rate of many events with the few patients who had them."""
    codes = {one.code for one in result.strata}
    there = [set(frame["strata"]) & codes for frame in frames.values() if "strata" in frame and len(frame)]
    n = _members(result)
    gone = {*n.index[n < result.cohort.data.smallest]} | (codes - set.intersection(*there) if there else set())
    return {
        name: frame[~frame["strata"].isin(gone)].reset_index(drop=True) if "strata" in frame else frame
        for name, frame in frames.items()
    }


def _members(result: Result) -> pd.Series:
    """How many patients each compared group has, by its code."""
    return result.cohort.members.groupby("GROUP", observed=True)["USUBJID"].nunique()


def shown(frame: pd.DataFrame, smallest: int, result: Result | None = None) -> pd.DataFrame:
    """The rows of a frame that may be seen, their counts rounded, their shares of rounded counts."""
    rows, counts = _at_months(frame, result), _counts_of(frame, result)
    if rows.empty or not (counts or "estimate" in rows):
        return rows
    hidden = _is_small(rows, counts, smallest) | _is_next(rows, counts, smallest)
    if {"variable", "level"} <= set(rows):  # a level stands in every column of Table 1, or in none
        hidden = hidden.groupby([rows["variable"], rows["level"]], dropna=False).transform("any")
    exact = rows[~hidden].reset_index(drop=True)
    rounded = exact.assign(**{name: to_base(exact[name]) for name in counts})
    if isinstance(result, Densities) and "person_time" in exact:
        return of_rounded_counts(exact, rounded, to_base(exact["strata"].map(_members(result)).clip(lower=smallest)))
    return in_steps(exact, rounded, _sizes(result, rounded))


def _at_months(frame: pd.DataFrame, result: Result | None) -> pd.DataFrame:
    """Curves at whole months; of states, whose curves have no numbers at risk, without what is followed in few."""
    if not {"time", "estimate"} <= set(frame):
        return frame
    if isinstance(result, States):
        return at_months(frame[~frame["faded"].astype(bool)], 1)
    return at_months(frame, DAYS_PER_MONTH)


def _counts_of(frame: pd.DataFrame, result: Result | None) -> list[str]:
    """The columns that count patients; of cells also those of its classes."""
    classes = frame.select_dtypes("integer").columns if isinstance(result, Cells) else ()
    return [name for name in dict.fromkeys((*COUNTS, *classes)) if name in frame]


def _sizes(result: Result | None, rows: pd.DataFrame) -> pd.Series:
    """How many patients each row is of: its own n, else that of its curve in the result's numbers."""
    if "n" in rows:
        return rows["n"]
    keys = [name for name in ("strata", "outcome") if name in rows]
    numbers = result.numbers if result else rows
    if "n" not in numbers or not {*keys} <= set(numbers):
        return rows["n_risk"].groupby([rows[name] for name in keys]).transform("max") if keys else rows["n_risk"]
    largest = numbers.groupby(keys)["n"].max()
    return rows[keys].merge(to_base(largest).rename("n"), left_on=keys, right_index=True, how="left")["n"]


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


FRAMES: dict[type[Result], tuple[str, ...]] = {
    Curves: ("numbers", "curve", "risk"),
    Rates: ("numbers", "rates"),
    Shares: ("numbers", "shares", "rates"),
    Densities: ("numbers", "rows"),
    Forest: ("numbers", "rows"),
    States: ("numbers", "curve", "expected"),
    DayRanges: ("numbers", "ranges"),
    Periods: ("numbers", "counts"),
    Baseline: ("numbers", "cells"),
    Headline: ("numbers", "rows"),
    Tiles: ("numbers", "rows", "years"),
    Flow: ("numbers", "stages"),
    Cells: ("numbers", "cells"),
}
