"""Marks of charts that were pressed: they narrow the names under the figure, and open them."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from pages.parts.session.state import session_memory, touch

PICKS, PRESSED = "picks", "pressed"


def picked(code: str) -> dict[str, Any]:
    """{column of the figure's patients: value} of the mark that was pressed in the figure `code`."""
    return dict(session_memory(PICKS).get(code, {}))


def take_picked(code: str) -> dict[str, Any]:
    """The same, once: whoever takes it goes elsewhere with it."""
    return dict(session_memory(PICKS).pop(code, {}))


def take_pressed(code: str, chart: str, mark: dict[str, Any], key: str, name: str) -> None:
    """What a chart's mark says now. New, it narrows the names of the figure and opens `name` in the control `key`,
    which is drawn later in this run; pressed away, the names are everybody's."""
    before = session_memory(PRESSED)
    if before.get(chart, {}) == mark:
        return
    before[chart] = session_memory(PICKS)[code] = mark
    opened = list(st.session_state.get(key) or [])
    st.session_state[key] = [*opened, *([name] if mark and name not in opened else [])]


def pick(code: str, key: str, marks: Sequence[dict[str, Any]]) -> None:
    """Callback: the control `key` of the figure `code` says which of the marks is picked, the first of them: none."""
    session_memory(PICKS)[code] = dict(marks[st.session_state[key]])
    touch()


def value_of(key: str, name: str) -> Any:
    """What a component says under `name`."""
    return getattr(st.session_state.get(key), name, None)
