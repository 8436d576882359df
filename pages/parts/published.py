"""Published figures beside ours: the switch, the marks over a chart, the table of citations."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from charts.published import MAIN, MARKS, with_marks
from endpoints.benchmarks import Published, drawable, matching
from pages.parts.estimate import published_rows
from pages.parts.figure import Chart
from pages.parts.labels import inert
from pages.parts.sidebar import Cohort, choose_option

CLOSE = 0.05  # of the axis: numbers nearer than this would cover each other
EXPLAIN = ("Published figures of the same product and age group, as open diamonds with their number in the table "
           "below. They "
           "are of other patients, with other follow-up and censoring: no test, no target.")
RULE = ("Published figures stand here only where every patient shown (or every patient of a compared group) got the "
        "product of the study and is in its age group (children and young adults to 26 years; adults from 18).")


def choose_published() -> bool:
    """Whether the reader wants them; off until asked for."""
    return choose_option("published", explain=EXPLAIN) == "on"


def beside(study: Cohort, charts: tuple[Chart, ...], metrics: dict[str, str], over: str,
           drawn: Callable[[Published], bool] = lambda figure: True) -> tuple[Chart, ...]:
    """The charts with marks over the first (a curve) or the last (intervals). metrics: metric of the file -> outcome
    (row) of ours; drawn: which of the figures may be marks, the others stand in the table only. Draws nothing when the
    switch is off, and nothing but infused patients has published figures beside it."""
    if not charts or not choose_published() or study.rules.population != "infused":
        return charts
    found = [figure for patients in published_rows(study) for figure in matching(tuple(metrics), patients)]
    found = tuple(dict.fromkeys(found))
    _draw_citations(found)
    shown = [p for p in drawable(found) if drawn(p) and (over != "curve" or p.month is not None)]
    place = 0 if over == "curve" else len(charts) - 1
    if not shown:
        return charts
    marks = _marks(found, shown, metrics)
    chart = charts[place]
    marked = Chart(with_marks(chart.spec, over), {MAIN: chart.frame, MARKS: marks}, chart.alt)
    return *charts[:place], marked, *charts[place + 1:]


def _marks(found: tuple[Published, ...], shown: list[Published], metrics: dict[str, str]) -> pd.DataFrame:
    """One row per mark; the numbers of marks at one place stand once, side by side."""
    number = {figure: i for i, figure in enumerate(found, start=1)}
    rows = [{"time": p.month, "outcome": metrics[p.metric], "estimate": p.estimate, "conf_low": p.low,
             "conf_high": p.high, "WORDS": f"{number[p]}: {_words(p)}", "no": number[p]} for p in shown]
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


def _words(p: Published) -> str:
    limits = f" ({100 * p.low:.0f}-{100 * p.high:.0f})" if p.low is not None and p.high is not None else ""
    secondary = ", from a secondary source" if p.is_secondary else ""
    return f"{p.study.replace('_', ' ')}: {100 * p.estimate:.0f} %{limits}, {p.population}{secondary}"


def _draw_citations(found: tuple[Published, ...]) -> None:
    st.caption(inert(RULE if found else f"No published figure matches these patients. {RULE}", 1000))
    if found:
        rows = [(i, p.study.replace("_", " "), p.metric.replace("_", " "), p.month, f"{100 * p.estimate:.1f} %",
                 *(f"{100 * x:.1f} %" if x is not None else "" for x in (p.low, p.high)), p.population,
                 "; ".join(filter(None, (p.note, "of responders: table only" if p.of_responders else ""))),
                 {"V": "source", "V2": "secondary source", "C": "computed from the source"}[p.provenance],
                 p.citation, p.doi)
                for i, p in enumerate(found, start=1)]
        words = ["No.", "Study", "Figure", "Month", "Published", "95 % from", "95 % to", "Population", "Note",
                 "Read in", "Citation", "DOI or address"]
        st.dataframe(pd.DataFrame(rows, columns=words), hide_index=True,
                     row_height=26, placeholder="", alt="Published figures with citations")
