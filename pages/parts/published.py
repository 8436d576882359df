"""The switch for published figures, and their citations under it."""

import pandas as pd
import streamlit as st

from analyses.result import Result
from figures.chart import Chart
from figures.labels import escape_markdown
from figures.published import COLUMNS, EXPLAIN, INFUSED, Drawn, with_published
from pages.parts.session.options import choose_option
from pages.parts.tables import ROW_HEIGHT

ROWS = 8  # of the table of citations; more of them scroll
WIDEST = 300  # px


def beside_published(
    result: Result,
    charts: tuple[Chart, ...],
    metrics: dict[str, str],
    over: str,
    drawn: Drawn = lambda figure: True,
    undrawn: str = "no place on this chart",
) -> tuple[Chart, ...]:
    """The charts, with published figures where the reader asks for them. Arguments: see `with_published`."""
    if not charts or not choose_published():
        return charts
    if result.cohort.rules.population != "infused":
        st.caption(INFUSED)
        return charts
    beside = with_published(result, charts, metrics, over, drawn, undrawn)
    st.caption(escape_markdown(beside.words, 1000))
    if beside.found:
        _draw_citations(beside.table)
    return beside.charts


def choose_published() -> bool:
    """Whether the reader wants them; off until asked for."""
    return choose_option("published", explain=EXPLAIN) == "on"


def _draw_citations(table: pd.DataFrame) -> None:
    st.dataframe(
        table,
        hide_index=True,
        row_height=ROW_HEIGHT,
        placeholder="",
        column_config=_wide_enough(table),
        height="content" if len(table) <= ROWS else ROW_HEIGHT * (ROWS + 1),
        alt="Published figures with citations",
    )


def _wide_enough(table: pd.DataFrame) -> dict:
    """Columns of words as wide as their longest; one product needs no column."""
    words = {name: [text for text in table[name] if isinstance(text, str)] for name in COLUMNS}
    widths = {
        name: st.column_config.Column(name, width=min(26 + 6 * max(map(len, [name, *texts])), WIDEST))
        for name, texts in words.items()
        if texts
    }
    return widths | ({"Product": None} if len(set(words["Product"])) == 1 else {})
