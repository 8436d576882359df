"""What a report says of each of its figures and of itself: the same words for page, slide and file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analyses.version import APP_VERSION
from endpoints.benchmarks import Published, matching, published
from endpoints.cohort import FILTER
from figures.chart import rows_of
from figures.columns import column_words, reading_order
from figures.figure import NUMBERS, ROWS, Figure
from figures.image import image_spec
from figures.labels import LABEL, SYNTHETIC, one_line

MOST_ROWS = 40  # of a table in a report; the files of the app have all
NOTHING_PUBLISHED = "No published figure matches the product and the ages of these patients."
PUBLISHED_RULE = (
    "Published figures of the product that every patient of the report got, in the study's age range. They are of "
    "other "
    "patients, with other "
    "follow-up and censoring: no test, no target."
)


@dataclass(frozen=True)
class Table:
    """A table for a reader: heads, rows of texts, and how many rows are not shown."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: int = 0


def title_of(figure: Figure) -> str:
    """Title, n, and rules that are not at their default."""
    return one_line(figure.heading, 300)


def picture_of(figure: Figure) -> dict[str, Any]:
    """Its charts as one specification without title and lines: a page or slide writes them beside it."""
    rows = [[(chart.spec, chart.frame, one_line(chart.panel)) for chart in row] for row in rows_of(figure.charts)]
    return {name: part for name, part in image_spec(rows, "", []).items() if name != "title"}


def told(figure: Figure) -> list[str]:
    """Under the picture: who is not in it, and what changes its reading."""
    return [one_line(line, 600) for line in figure.remarks()]


def of_whom(figure: Figure) -> list[str]:
    """Population, filters, rules and comparison in force."""
    cohort = figure.cohort
    filters = "; ".join(f"{FILTER[code].label}: {words}" for code, words in cohort.filter_words.items()) or "none"
    compared = f"Compared by {cohort.by.label}." if cohort.by else ""
    lines = [f"{cohort.who()}. Filters: {filters}. {compared}".strip(), *cohort.changed_rules()]
    return [one_line(line, 600) for line in lines]


def as_of(figure: Figure) -> list[str]:
    """Label, cut-off and versions of a figure: it may be older than the one beside it."""
    data = figure.cohort.data
    words = f"{LABEL} Data cut-off {data.cutoff_date}, dataset {data.version}, app {APP_VERSION}."
    return [one_line(words, 300), *([SYNTHETIC] if data.synthetic else [])]


def table_of(figure: Figure) -> Table:
    """Its numbers, or its rows of patients, as texts."""
    frame = figure.tables[ROWS] if ROWS in figure.tables else figure.tables[NUMBERS]
    names = reading_order(frame) if len(frame) else list(frame)
    shown = frame[names].head(MOST_ROWS)
    columns = [[_cell(value) for value in shown[name]] for name in names]
    heads = tuple(one_line(column_words(name), 60) for name in names)
    return Table(heads, tuple(zip(*columns, strict=True)) if len(shown) else (), len(frame) - len(shown))


def _cell(value: object) -> str:
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return ""
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else f"{value:.3g}"
    return one_line(value, 200)


def benchmarks(figures: Sequence[Figure]) -> tuple[Published, ...]:
    """What is published of the one product that everybody in the report got; nothing where there are several."""
    if not figures:
        return ()
    patients = pd.concat([figure.cohort.patients[["PRODLABEL", "AGE"]] for figure in figures])
    return matching(tuple({one.metric for one in published()}), patients)


def benchmark_table(found: Sequence[Published]) -> Table:
    """Study, figure, month, value with interval, population, note, citation."""
    rows = tuple(
        (
            one.name,
            one.metric_words,
            "" if one.month is None else f"{one.month:g}",
            _rate(one),
            one.population,
            one.note,
            f"{one.citation} {one.doi}",
        )
        for one in found
    )
    heads = ("Study", "Figure", "Month", "Published (95 % interval)", "Population", "Note", "Citation")
    return Table(heads, rows)


def _rate(one: Published) -> str:
    limits = "" if one.low is None or one.high is None else f" ({100 * one.low:.0f}-{100 * one.high:.0f})"
    return f"{100 * one.estimate:.0f} %{limits}"
