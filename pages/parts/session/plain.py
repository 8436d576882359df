"""The filters as Streamlit's own widgets: for AppTest, which does not drive a component. A browser gets facets.py."""

from functools import partial

import pandas as pd
import streamlit as st

from analyses.cohort import Cohort, Levels
from analyses.cohort_data import with_outcome
from analyses.counts import count_words
from analyses.memory import canonical
from endpoints.cohort import EVERY_FILTER, Filter, count_levels
from figures.labels import escape_markdown
from pages.parts.session.choices import offered
from pages.parts.session.state import assign, choices, take, widget_key
from pages.parts.session.widgets import draw_many, draw_section


def draw_plain_filters(cohort: Cohort, everybody: pd.DataFrame, levels: Levels) -> None:
    """A closed section per kind of filter, with the options of each and a table of their counts."""
    for name in dict.fromkeys(f.section for f in EVERY_FILTER):
        draw_section(name, partial(_draw_filters, name, cohort, everybody, levels))


def _draw_filters(section: str, cohort: Cohort, everybody: pd.DataFrame, levels: Levels) -> None:
    filters = [f for f in EVERY_FILTER if f.section == section]
    counts = cohort.data.memory.recall(
        canonical(cohort=cohort.key, counts=section),
        lambda: {f.code: _counts(f, cohort, everybody, levels) for f in filters if not f.is_range},
    )
    for filter_ in filters:
        if filter_.is_range:
            _draw_range(filter_)
        else:
            words = {level.code: level.label for level in offered(filter_, levels)}
            draw_many(filter_.code, filter_.label, words, "All")
            st.markdown(counts[filter_.code])


def _draw_range(filter_: Filter) -> None:
    assign(filter_.code, tuple(choices()[filter_.code]))
    st.slider(
        filter_.label,
        filter_.low,
        filter_.high,
        key=widget_key(filter_.code),
        on_change=take,
        args=(filter_.code,),
        help="Missing values are kept by the full range only.",
    )


def _counts(filter_: Filter, cohort: Cohort, everybody: pd.DataFrame, levels: Levels) -> str:
    rows = with_outcome(cohort.data, cohort.rules, everybody, (*cohort.filters, filter_.code))
    counts = count_levels(rows, filter_, cohort.filters, offered(filter_, levels))
    words = [count_words(n, cohort.data.smallest) for n in counts["n"]]
    lines = (f"| {escape_markdown(label)} | {n} |" for label, n in zip(counts["label"], words, strict=True))
    return "\n".join(("| Option | n |", "| :-- | --: |", *lines))
