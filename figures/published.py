"""Published figures beside ours: the switch, the marks over a curve or on lines beneath our rates, the citations."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from analyses.result import published_rows
from charts.published import HEADING, MAIN, MARKS, OURS, PUBLISHED, rates_beside, with_marks
from charts.theme import series_of_groups
from endpoints.benchmarks import Published, drawable, matching
from figures.figure import Chart
from figures.labels import escape_markdown
from pages.parts.session.sidebar import Cohort, choose_option

CLOSE = 0.05  # of the axis: numbers nearer than this would cover each other
ROWS = 8  # of the table of citations; more of them scroll
EXPLAIN = (
    "Published figures of the same product and age group, as open diamonds with their number in the table "
    "below. They "
    "are of other patients, with other follow-up and censoring: no test, no target."
)
RULE = (
    "Published figures stand here only where every patient shown (or every patient of a compared group) got the "
    "product of the study and is in its age group (children and young adults to 26 years; adults from 18)."
)
NONE = "No published figure matches these patients."
INFUSED = "Published figures here are of infused patients. Choose the population Infused to see them."
ON_IMAGE = "Published figures (open diamonds): of other patients, other follow-up and censoring; no test, no target."
READ_IN = {"V": "source", "V2": "secondary source", "C": "computed from the source"}
COLUMNS = [
    "No.",
    "Study",
    "Product",
    "Figure",
    "Month",
    "Published (95 % interval)",
    "Population",
    "Note",
    "Drawn",
    "Read in",
    "Citation",
    "DOI or address",
]
Drawn = Callable[[Published], bool]


@dataclass(frozen=True)
class Line:
    """One line of a chart of rates: a heading, a rate of ours, or a published one."""

    key: str
    label: str
    kind: str
    values: dict


def choose_published() -> bool:
    """Whether the reader wants them; off until asked for."""
    return choose_option("published", explain=EXPLAIN) == "on"


def with_published(
    cohort: Cohort,
    charts: tuple[Chart, ...],
    metrics: dict[str, str],
    over: str,
    drawn: Drawn = lambda figure: True,
    undrawn: str = "no place on this chart",
) -> tuple[Chart, ...]:
    """The charts with marks over the first (a curve) or on lines of the last (intervals). metrics: metric of the file
    -> outcome (row) of ours; drawn: which of the figures may be marks, the others stand in the table only, for the
    reason `undrawn`. Nothing but infused patients has published figures beside it."""
    if not charts or not choose_published():
        return charts
    if cohort.rules.population != "infused":
        st.caption(INFUSED)
        return charts
    found = _found(cohort, tuple(metrics))
    shown = [p for p in drawable(tuple(found)) if drawn(p) and (over != "curve" or p.month is not None)]
    _draw_citations(tuple(found), shown, undrawn)
    if not shown:
        return charts
    number = {figure: i for i, figure in enumerate(found, start=1)}
    on_image = (ON_IMAGE, *(f"{number[p]}: {_words(p)}" for p in shown))
    if over == "curve":
        marks = {MAIN: charts[0].frame, MARKS: _marks(number, shown, metrics)}
        return Chart(with_marks(charts[0].spec), marks, charts[0].alt, on_image=on_image), *charts[1:]
    lines = _lines(charts[-1].frame, found, {p: metrics[p.metric] for p in shown}, number)
    series = series_of_groups((group.label, group.style) for group in cohort.groups)
    spec = rates_beside(series, tuple((line.key, line.label, line.kind) for line in lines))
    return *charts[:-1], Chart(spec, _frame(lines), charts[-1].alt, on_image=on_image)


def _found(cohort: Cohort, metrics: tuple[str, ...]) -> dict[Published, list[str]]:
    """The figures that match, each with the labels of the compared groups that it may stand beside."""
    found: dict[Published, list[str]] = {}
    for group, patients in zip(cohort.groups, published_rows(cohort), strict=True):
        for figure in matching(metrics, patients):
            found.setdefault(figure, []).append(group.label)
    return found


def _lines(
    rates: pd.DataFrame,
    found: dict[Published, list[str]],
    outcome_of: dict[Published, str],
    number: dict[Published, int],
) -> list[Line]:
    """Under each outcome our rates, each with the published ones of its group beneath it; what may stand beside
    several groups comes after all of them."""
    lines: list[Line] = []
    for outcome in dict.fromkeys(rates["outcome"]):
        ours = rates[rates["outcome"] == outcome].to_dict("records")
        theirs = [p for p, of in outcome_of.items() if of == outcome]
        lines += [Line(f"{outcome}\t", outcome, HEADING, {})] if len(ours) > 1 else []
        for row in ours:
            lines.append(_our_line(row, outcome if len(ours) == 1 else row["strata"]))
            lines += [_their_line(p, outcome, number[p]) for p in theirs if found[p] == [row["strata"]]]
        lines += [_their_line(p, outcome, number[p]) for p in theirs if len(found[p]) > 1]
    return lines


def _our_line(row: dict, label: str) -> Line:
    words = f"{row['outcome']}, {row['strata']}: {row['text']}"
    values = {name: row[name] for name in ("strata", "estimate", "conf_low", "conf_high", "text")}
    return Line(f"{row['outcome']}\t{row['strata']}", label, OURS, values | {"WORDS": words})


def _their_line(p: Published, outcome: str, number: int) -> Line:
    values = {
        "estimate": p.estimate,
        "conf_low": p.low,
        "conf_high": p.high,
        "text": _rate(p) if p.low is not None else f"{_rate(p)} (no interval)",
        "WORDS": f"{number}: {_words(p)}",
    }
    secondary = " (secondary source)" if p.is_secondary else ""
    return Line(f"{outcome}\t{number}\t", f"{number}: {p.name}{secondary}", PUBLISHED, values)


def _frame(lines: list[Line]) -> pd.DataFrame:
    rows = [{"key": line.key, "kind": line.kind, "strata": None} | line.values for line in lines if line.values]
    return pd.DataFrame(rows).astype(dict.fromkeys(("estimate", "conf_low", "conf_high"), "float64"))


def _marks(number: dict[Published, int], shown: list[Published], metrics: dict[str, str]) -> pd.DataFrame:
    """One row per mark over a curve; the numbers of marks at one place stand once, side by side."""
    rows = [
        {
            "time": p.month,
            "outcome": metrics[p.metric],
            "estimate": p.estimate,
            "conf_low": p.low,
            "conf_high": p.high,
            "WORDS": f"{number[p]}: {_words(p)}",
            "no": number[p],
        }
        for p in shown
    ]
    frame = pd.DataFrame(rows).astype({"conf_low": "float64", "conf_high": "float64", "time": "float64"})
    return frame.drop(columns="no").assign(numbers=_side_by_side(rows))


def _side_by_side(rows: list[dict]) -> list[str | None]:
    """Per mark the numbers written beside it: marks of one place that nearly touch are named together at the
    highest."""
    written: list[str | None] = [None] * len(rows)
    last = None
    for i in sorted(range(len(rows)), key=lambda i: (rows[i]["outcome"], rows[i]["time"] or 0, -rows[i]["estimate"])):
        here = (rows[i]["outcome"], rows[i]["time"])
        if last is not None and here == last[0] and last[1] - rows[i]["estimate"] < CLOSE:
            written[last[2]] = f"{written[last[2]]}, {rows[i]['no']}"
            last = (here, rows[i]["estimate"], last[2])
        else:
            written[i] = str(rows[i]["no"])
            last = (here, rows[i]["estimate"], i)
    return written


def _rate(p: Published, digits: int = 0) -> str:
    limits = f" ({100 * p.low:.{digits}f}-{100 * p.high:.{digits}f})" if None not in (p.low, p.high) else ""
    return f"{100 * p.estimate:.{digits}f} %{limits}"


def _words(p: Published) -> str:
    secondary = "from a secondary source" if p.is_secondary else ""
    month = f" at month {p.month:g}" if p.month is not None else ""
    return ", ".join(filter(None, (f"{p.name}: {p.metric_words}{month} {_rate(p)}", p.population, p.note, secondary)))


def _draw_citations(found: tuple[Published, ...], shown: list[Published], undrawn: str) -> None:
    words = (RULE, _table_only(found, shown, undrawn)) if found else (NONE, RULE)
    st.caption(escape_markdown(" ".join(words).strip(), 1000))
    if found:
        rows = [
            (
                i,
                p.name,
                p.product,
                p.metric_words,
                p.month,
                _rate(p, 1),
                p.population,
                p.note,
                "yes" if p in shown else f"no: {_why_not(p, undrawn)}",
                READ_IN[p.provenance],
                p.citation,
                p.doi,
            )
            for i, p in enumerate(found, start=1)
        ]
        table = pd.DataFrame(rows, columns=COLUMNS)
        st.dataframe(
            table,
            hide_index=True,
            row_height=26,
            placeholder="",
            column_config=_wide_enough(table),
            height="content" if len(rows) <= ROWS else 26 * (ROWS + 1),
            alt="Published figures with citations",
        )


def _wide_enough(table: pd.DataFrame) -> dict:
    """Columns of words as wide as their longest; one product needs no column."""
    longest = {name: int(table[name].str.len().max()) for name in COLUMNS if table[name].dtype == "str"}
    widths = {
        name: st.column_config.Column(name, width=min(26 + 6 * max(n, len(name)), 300)) for name, n in longest.items()
    }
    return widths | ({"Product": None} if table["Product"].nunique() == 1 else {})


def _table_only(found: tuple[Published, ...], shown: list[Published], undrawn: str) -> str:
    """Which of the figures the reader will not find on the chart, and why."""
    reasons: dict[str, list[str]] = {}
    for i, p in enumerate(found, start=1):
        if p not in shown:
            reasons.setdefault(_why_not(p, undrawn), []).append(str(i))
    parts = "; ".join(f"{', '.join(numbers)} ({reason})" for reason, numbers in reasons.items())
    return f"In the table only: {parts}." if parts else ""


def _why_not(p: Published, undrawn: str) -> str:
    return "of responders" if p.of_responders else "of a subgroup" if p.subgroup else undrawn
