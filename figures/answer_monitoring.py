"""Answer lines of what monitors: counts of findings, rates per cell, centres between limits, lanes."""

import pandas as pd

from analyses.monitoring.follow_up_board import DONE_OF_ASKED, TOTAL
from analyses.monitoring.results import Cells, Counts, Funnel, Lanes, Listed, OutcomeBoard
from analyses.words import fraction, in_percent, labels_of, share_words
from endpoints.cohort import ALL_PATIENTS
from figures.answer_groups import MIN_N, PAIR, SHOWN, lower, value_words
from figures.numbers import headline_words
from figures.sentences import sentence, with_interval

RATE = ["n_event", "n", "estimate", "conf_low", "conf_high"]


def of_counts(result: Counts, _what: str) -> str:
    """How many patients have a finding, or how many rules, fields are told of."""
    if "n_findings" in result.numbers:
        return sentence("findings", n=result.n, of=result.cohort.n, findings=int(result.numbers["n_findings"].sum()))
    if "n_broken" in result.numbers:
        broken = result.numbers[result.numbers["n_broken"] > 0]
        return sentence("plausible", rules=len(broken), of=len(result.numbers), rows=int(broken["n_broken"].sum()))
    known = result.numbers.dropna(subset="share")
    if known.empty:
        return ""
    worst = known.sort_values("share").iloc[-1]
    return sentence("missing", what=worst["variable"], share=in_percent(worst["share"]), of=int(worst["n_applies"]))


def of_listed(result: Listed, _what: str) -> str:
    """How many patients the list has, how many rows where these are more, and in which order."""
    rows = len(result.rows)
    in_all = f", {rows} in all" if rows != result.n else ""
    order = f"; {result.order}" if result.order and rows > 1 else ""
    return sentence("listed", n=result.n, of=result.cohort.n, what=result.what, in_all=in_all, order=order)


def of_cells(result: Cells, _what: str) -> str:
    """The rate of everybody where there is a total; of a schedule its first assessment; else where most is missing."""
    known = result.cells[result.cells["n"] > 0]
    if known.empty:
        return ""
    rows, columns, whole = labels_of(result.rows), labels_of(result.columns), [one.code for one in TOTAL]
    total = known[known["row"].isin(whole) & known["column"].isin(whole)]
    if result.rate is DONE_OF_ASKED and total.empty:
        return _main_visits(result, known)
    first = known[known["column"] == result.columns[0].code]
    told = total if len(total) else first.sort_values("estimate").tail(1)
    if told.empty:  # where small cells are hidden
        return ""
    cell = told.iloc[0]
    place = "" if len(total) else f"{rows[cell['row']]}, {lower(columns[cell['column']])}: "
    value = with_interval(fraction(*(cell[name] for name in RATE)))
    what = result.rate.label if len(total) else "Most often missing"
    return sentence("cell", what=what, place=place, value=value, beside=_of_asked(cell))


def _of_asked(cell: pd.Series) -> str:
    """The same of those who could still be assessed, where the board counts them: what completeness shows."""
    if not cell.get("asked", 0):
        return ""
    return f"; of those not ended or treated before: {share_words(cell['n_event'], cell['asked'])}"


def _main_visits(result: Cells, known: pd.DataFrame) -> str:
    """The first assessment at the visits that most patients were due at, in their order: one assessment over time says
    more than three at one visit."""
    of_first = known[known["row"] == next(row.code for row in result.rows if row.code in set(known["row"]))]
    places = {column.code: place for place, column in enumerate(result.columns)}
    largest = of_first.sort_values("n", ascending=False, kind="stable").head(SHOWN)
    largest = largest.sort_values("column", key=lambda codes: codes.map(places))
    rows, columns = labels_of(result.rows), labels_of(result.columns)
    values = [f"{value_words(cell)} at {lower(columns[cell['column']])}" for cell in largest.to_dict("records")]
    return sentence("visits", what=result.rate.label, row=lower(rows[largest["row"].iloc[0]]), values=", ".join(values))


def of_funnel(result: Funnel, _what: str) -> str:
    """How many centres lie outside the limits; none is named."""
    places = result.numbers["place"]
    around = {
        "n": len(places),
        "expected": in_percent(result.expected),
        "of": "the cohort's own share" if result.is_own else "as entered",
    }
    beyond, far = int(places.isin(["beyond_95", "beyond_998"]).sum()), int((places == "beyond_998").sum())
    return sentence("funnel", inner=beyond, outer=far, **around) if beyond else sentence("funnel_within", **around)


def of_lanes(result: Lanes, _what: str) -> str:
    """How many lanes, and how many go on."""
    return sentence("lanes", n=result.n, on=len(result.goes_on))


def of_board(result: OutcomeBoard, _what: str) -> str:
    """One-year survival and completeness of the whole."""
    texts = headline_words(result)
    told = {
        row["outcome"]: text
        for row, text in zip(result.rows.to_dict("records"), texts, strict=True)
        if row["strata"] == ALL_PATIENTS.code
    }
    complete = result.rows.loc[
        (result.rows["outcome"] == "completeness") & (result.rows["strata"] == ALL_PATIENTS.code), "estimate"
    ]
    share = in_percent(complete.iloc[0]) if len(complete) and complete.iloc[0] == complete.iloc[0] else "not estimable"
    levels = _range_of_levels(result)
    survival = with_interval(told.get("os_year", "not estimable"))
    return sentence("board", survival=survival, levels=levels, complete=share)


def _range_of_levels(result: OutcomeBoard) -> str:
    """'; from 61 % to 79 % by centre, n 25 to 120' of the levels with enough patients; none is named."""
    rows = result.rows[(result.rows["outcome"] == "os_year") & (result.rows["strata"] != ALL_PATIENTS.code)]
    rows = rows[(rows["n"] >= MIN_N) & rows["estimate"].notna()]
    if len(rows) < PAIR or result.cohort.by is None:
        return ""
    low, high = (in_percent(value) for value in (rows["estimate"].min(), rows["estimate"].max()))
    by = lower(result.cohort.by.label)
    return f"; by {by} from {low} % to {high} %, n {rows['n'].min()} to {rows['n'].max()}"
