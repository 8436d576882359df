"""A list of patients as a table to choose from; of a long one the browser is given a part, the file has all."""

from dataclasses import replace

import streamlit as st

from analyses.monitoring.results import Listed
from analyses.result import Note, Result
from figures.figure import ROWS, Figure
from pages.parts.session.state import session_memory
from pages.parts.show import show, show_table

PART = 1000  # rows that the browser is given at once


def show_list(figure: Figure, found: Result, key: str = "USUBJID") -> str | None:
    """The rows of the result, one to be chosen; returns the chosen patient. A refusal is its sentence."""
    if not isinstance(found, Listed):
        show(figure)
        return None
    whole, n = replace(figure, tables={ROWS: found.rows}), len(found.rows)
    if n <= PART:
        return show_table(whole, key=key)
    first = _first_row(figure.code, n)
    words = f"Rows {first + 1:,} to {min(first + PART, n):,} of {n:,}; files have all."
    noted = replace(whole, notes=(Note("part", words, True), *whole.notes))
    chosen = show_table(noted, key=key, rows=slice(first, first + PART))
    with st.container(horizontal=True):
        _button("Previous rows", figure.code, first - PART, first > 0)
        _button("Next rows", figure.code, first + PART, first + PART < n)
    return chosen


def _first_row(code: str, n: int) -> int:
    """Where this session is in the list; another cohort may have made it shorter."""
    first = session_memory("parts").get(code, 0)
    return first if first < n else 0


def _button(label: str, code: str, first: int, is_there: bool) -> None:
    st.button(label, key=f"part:{code}:{label}", disabled=not is_there, on_click=_go, args=(code, first))


def _go(code: str, first: int) -> None:
    session_memory("parts")[code] = first
