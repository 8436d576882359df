"""What monitoring found as pictures and tables: heat maps, the funnel, swimmer lanes, the outcome board."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from analyses.monitoring.follow_up_board import TOTAL
from analyses.monitoring.results import Cells, Counts, Funnel, Lanes, Listed, OutcomeBoard
from analyses.result import Outcome, Result
from analyses.words import fraction, in_percent, labels_of
from charts.funnel import BANDS
from charts.funnel import funnel as funnel_spec
from charts.heat_map import heat_map
from charts.intervals import intervals
from charts.swimmer import swimmer as swimmer_spec
from charts.theme import classes_of
from endpoints.cohort import ALL_PATIENTS
from endpoints.rules import DAYS_PER_MONTH
from figures.chart import EVERYBODY, Chart
from figures.labels import one_line
from figures.marks import marks_of
from figures.numbers import headline_words, worded
from figures.rate_pictures import RATE
from figures.series import labelled, series_of

PLACES = {
    "within": "between the limits",
    "beyond_95": "beyond the 95 % limits",
    "beyond_998": "beyond the 99.8 % limits",
}
BOARD = ["outcome", "strata", "text", "n", "n_risk", "n_event", "estimate", "conf_low", "conf_high", "among", "reason"]
FUNNEL = ["strata", "result", "n_event", "n", "estimate", "low_95", "high_95", "low_998", "high_998", "place"]
CELL = ("row", "column")
MOST_ROWS, MOST_COLUMNS = 60, 60  # more cells than these cannot be read; the table has them all


def apart(items: Iterable[Outcome]) -> dict[str, str]:
    """{code: label}; where two labels are equal, or one is that of a total, the code stands beside it."""
    pairs = [(item.code, one_line(item.label)) for item in items]
    labels = [label for _, label in pairs]
    return {code: f"{label} ({one_line(code)})" if labels.count(label) > 1 else label for code, label in pairs}


def cells(result: Result) -> tuple[Chart, ...]:
    """One cell per row and column, in steps of the share."""
    if not isinstance(result, Cells) or not result.n or result.cells.empty:
        return ()
    rows, columns = apart(result.rows[-MOST_ROWS:]), apart(result.columns[-MOST_COLUMNS:])
    table = result.cells[result.cells["row"].isin(list(rows)) & result.cells["column"].isin(list(columns))]
    frame = pd.DataFrame(
        {
            "row": table["row"].map(rows),
            "column": table["column"].map(columns),
            "share": table["estimate"],
            "percent": [f"{in_percent(share)} %" if share == share else "" for share in table["estimate"]],
            "words": _fractions(table),
        }
    )
    words = "; ".join(f"{row.row}, {row.column}: {row.words}" for row in frame.head(60).itertuples())
    spec = heat_map(tuple(rows.values()), tuple(columns.values()), result.rate.label)
    codes = {"row": _codes(rows, TOTAL), "column": _codes(columns, TOTAL)}
    pressed: dict[str, Any] = marks_of(result, frame, table, CELL, CELL)
    if {"SITEID", "QUARTER"} <= {*result.patients.columns}:
        pressed = {"picks": {"row": "SITEID", "column": "QUARTER"}, "codes": codes}
    return (Chart(spec, frame.reset_index(drop=True), f"{result.rate.label}. {words}", **pressed),)


def _codes(labels: dict[str, str], totals: Iterable[Outcome]) -> dict[str, str]:
    """{label: the value of the patients it stands for}."""
    whole = {one.code for one in totals}
    return {label: EVERYBODY if code in whole else code for code, label in labels.items()}


def cell_rows(result: Cells) -> pd.DataFrame:
    """The table of the cells with a number of its own for each, totals first."""
    table = worded(result).assign(id=[str(number) for number in range(len(result.cells))])
    return table.iloc[::-1].reset_index(drop=True)


def cell_of(result: Cells, chosen: str | None) -> tuple[str, str]:
    """(row, column) code of a chosen cell; of everybody where none is chosen."""
    known = {str(number): number for number in range(len(result.cells))}
    cell = result.cells.iloc[known.get(chosen or "", len(result.cells) - 1)]
    return str(cell["row"]), str(cell["column"])


def _fractions(table: pd.DataFrame) -> list[str]:
    columns = ["n_event", "n", "estimate", "conf_low", "conf_high"]
    return [fraction(*row) for row in table[columns].itertuples(index=False, name=None)]


def funnel(result: Result) -> tuple[Chart, ...]:
    """A mark per centre by its number of patients, between the control limits."""
    if not isinstance(result, Funnel) or not result.n:
        return ()
    words = {level: label for level, label, _ in BANDS}
    limits = result.limits.melt(["n", "level"], ["low", "high"], "side", "share")
    limits = limits.assign(line=limits["level"].map(words))[["n", "line", "side", "share"]]
    shown = worded(result)
    centres = pd.DataFrame(
        {
            "n": shown["n"],
            "share": shown["estimate"],
            "strata": shown["strata"].map(one_line),
            "words": shown["result"] + ", " + shown["place"],
        }
    )
    top, title = int(result.limits["n"].max()), "Alive at 12 months"
    told = "; ".join(f"{row.strata}: {row.words}" for row in centres.itertuples())
    spec = funnel_spec(title, top, round(result.expected, 6))
    frames, codes = {"limits": limits, "centres": centres}, dict(zip(centres["strata"], shown["strata"], strict=True))
    pressed: dict[str, Any] = {"picks": {"strata": "GROUP"}, "codes": {"strata": codes}}
    return (Chart(spec, frames, f"{title} by number of patients. {told}", **pressed),)


def swimmer(result: Result) -> tuple[Chart, ...]:
    """The lanes of one page."""
    if not isinstance(result, Lanes) or not result.order:
        return ()
    states, kinds = labels_of(result.outcomes), labels_of(result.kinds)
    present = set(result.stays["STATE"])
    drawn = classes_of((one.label, one.code) for one in result.outcomes if one.code in present)
    marks = classes_of((one.label, one.colour_code) for one in result.kinds)
    events = result.marks.assign(MARK=result.marks["KIND"].map(kinds))
    events = events.assign(WORDS=events["MARK"] + ", day " + events["ADY"].astype("str"))
    last = result.stays.groupby("USUBJID")["STOP"].max()
    going = [one for one in result.order if one in set(result.goes_on) and one in last.index]
    frames = {
        "stays": result.stays.assign(STATE=result.stays["STATE"].map(states)),
        "marks": events[["USUBJID", "ADY", "MARK", "WORDS"]],
        "arrows": pd.DataFrame({"USUBJID": going, "STOP": [int(last[one]) for one in going]}),
    }
    spec = swimmer_spec(result.order, drawn, marks, result.last_day, DAYS_PER_MONTH)
    told = "; ".join(f"{row.USUBJID}: {row.WORDS}" for row in events.head(60).itertuples())
    said = f"One lane per patient, {len(result.order)} patients. {told}"
    return (Chart(spec, frames, said, picks={"USUBJID": "USUBJID"}),)


def board(result: Result, code: str) -> tuple[Chart, ...]:
    """One outcome of the board, a row per level; of completeness the gates as lines."""
    if not isinstance(result, OutcomeBoard) or not result.n:
        return ()
    frame = labelled(result, result.rows.assign(text=headline_words(result), code=result.rows["outcome"]))
    frame = frame[frame["code"] == code].reset_index(drop=True)
    label = labels_of(result.outcomes)[code]
    drawn = set(frame["strata"])
    series = series_of(group for group in result.strata if group.label in drawn)
    gates = tuple((share, who) for share, who in result.gates) if code == "completeness" else ()
    told = "; ".join(f"{row['strata']}: {row['text']}" for row in frame.to_dict("records"))
    spec = intervals(series, x_title=label, gates=gates)
    codes = {ALL_PATIENTS.label: EVERYBODY}
    named = frame.assign(strata=frame["strata"].replace(codes))
    pressed = marks_of(result, named, result.rows[result.rows["outcome"] == code], ("strata",))
    pressed |= {"codes": {"strata": codes}}
    return (Chart(spec, frame[[name for name in RATE if name != "outcome"]], f"{label}. {told}", **pressed),)


@worded.register
def _(result: Counts) -> pd.DataFrame:
    return _named(result, result.numbers)


@worded.register
def _(result: Listed) -> pd.DataFrame:
    return _named(result, result.numbers)


def _named(result: Result, numbers: pd.DataFrame) -> pd.DataFrame:
    labels = labels_of(result.outcomes)
    if "outcome" not in numbers:
        return numbers
    named = numbers.assign(outcome=[labels.get(code, code) for code in numbers["outcome"]])
    return named.rename(columns={"outcome": "rule"})


@worded.register
def _(result: Cells) -> pd.DataFrame:
    rows, columns = apart(result.rows), apart(result.columns)
    numbers = result.numbers
    return numbers.assign(
        row=numbers["row"].map(rows), column=numbers["column"].map(columns), result=_fractions(numbers)
    )[["row", "column", "result", *(name for name in numbers if name not in ("row", "column", "reason"))]]


@worded.register
def _(result: Lanes) -> pd.DataFrame:
    labels = labels_of(result.outcomes)
    return result.numbers.assign(outcome=result.numbers["outcome"].map(labels))[["outcome", "n", "person_time"]]


@worded.register
def _(result: Funnel) -> pd.DataFrame:
    rows = labelled(result, result.numbers)
    shares = [f"{row.n_event}/{row.n}, {in_percent(row.estimate)} %" for row in result.numbers.itertuples()]
    place = rows["place"].map(PLACES) if "place" in rows else pd.Series(dtype="str")
    return rows.assign(result=shares, place=place)[FUNNEL]


@worded.register
def _(result: OutcomeBoard) -> pd.DataFrame:
    shown = worded.dispatch(OutcomeBoard.__mro__[1])(result)
    return shown.assign(n_risk=result.rows["n_risk"] if len(result.rows) else [])[BOARD]
