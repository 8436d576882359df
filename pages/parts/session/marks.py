"""The marks of a figure's charts as a list: what a pointer presses on the picture, chosen without one."""

import hashlib
from typing import Any

import streamlit as st

from figures.figure import Figure
from figures.labels import one_line
from pages.parts.session.picks import pick

EVERYBODY = "everybody in this figure"


def draw_marks(figure: Figure, picked: dict[str, Any]) -> None:
    """A list of every mark that can be pressed; the one that is picked stands in it. Nothing where there is none."""
    words: dict[str, dict[str, Any]] = {}
    for chart in figure.charts:
        for mark in chart.marks():
            words.setdefault(one_line(chart.words_of(mark), 200), mark)
    if not words:
        return
    marks, told = [{}, *words.values()], [EVERYBODY, *words]
    place = next((i for i, mark in enumerate(marks) if mark == picked), 0)
    key = f"marks:{figure.code}:{hashlib.sha256(repr(picked).encode()).hexdigest()[:12]}"
    st.selectbox(
        "Names of",
        range(len(marks)),
        index=place,
        format_func=told.__getitem__,
        key=key,
        on_change=pick,
        args=(figure.code, key, marks),
    )
