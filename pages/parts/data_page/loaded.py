"""What is loaded: the facts, rows per table, what the rules count, what was set aside, the history of imports."""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from analyses.cohort import Cohort
from analyses.counts import count_words, rows_words
from data_access.bundle.problems import ERROR, WARN
from data_access.reading.loaded import counted_problems, history_table, rows_of_tables
from figures.labels import one_line
from pages.parts.data.imports import history_of, import_of
from pages.parts.data_quality.plausible import verdicts
from pages.parts.tables import draw_list

ROWS = 18


def draw(cohort: Cohort) -> None:
    """Everything that can be said about the data without looking at a patient."""
    data, loaded = cohort.data, import_of(cohort.data)
    imported = f"Imported {loaded.imported_at}." if loaded else "When it was imported was not written down."
    st.text(
        f"{one_line(data.title, 200)}\n{one_line(data.source, 400)}\n"
        f"Data cut-off {data.cutoff_date}. Dataset version {one_line(data.version)}. {imported}"
    )
    counts, count = counted_problems(verdicts(cohort)), partial(rows_words, smallest=data.smallest)
    left_out = (
        f" {count(loaded.left_out)} rows of the source are in no table (left out by the mapping)." if loaded else ""
    )
    aside = f" {count(loaded.set_aside)} rows were set aside because of errors." if loaded else ""
    st.text(
        f"{count(counts[ERROR])} errors and {count(counts[WARN])} warnings by the rules of the import; Data quality "
        f"lists them.{left_out}{aside}"
    )
    st.caption("Rows per table")
    seen = partial(count_words, smallest=data.smallest) if data.smallest else int
    draw_list(rows_of_tables(data.tables, seen), "Rows per table", ROWS)
    _draw_history(cohort, seen)


def _draw_history(cohort: Cohort, seen: Callable[[int], Any]) -> None:
    st.caption("History of imports")
    history = history_of(cohort.data)
    if history:
        draw_list(history_table(history, seen), "History of imports", ROWS)
    else:
        st.text("No import was written down: the database is older than the history, or this is your own file.")
