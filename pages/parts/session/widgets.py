"""Widgets that the sidebar draws more than once: a section that costs nothing while it is closed, several options."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from figures.labels import one_line
from pages.parts.session.state import PAGE_CHANGED, assign, choices, take, touch, widget_key


def draw_section(name: str, draw: Callable[[], Any]) -> None:
    """A closed section costs nothing: its widgets are drawn while it is open, their values live in the session."""
    key, is_open = f"open:{name}", f"was_open:{name}"
    if st.session_state[PAGE_CHANGED]:
        st.session_state[key] = st.session_state.get(is_open, False)
    box = st.expander(name, key=key, on_change=touch)
    st.session_state[is_open] = bool(box.open)
    if box.open:
        with box:
            draw()


def draw_many(code: str, label: str, words: dict[str, str], placeholder: str, limit: int | None = None) -> None:
    """Several of the codes of `words`."""
    assign(code, list(choices()[code]))
    st.multiselect(
        label,
        list(words),
        format_func=lambda code: one_line(words[code], 120),
        key=widget_key(code),
        on_change=take,
        args=(code,),
        placeholder=placeholder,
        max_selections=limit,
    )
