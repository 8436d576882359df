"""tabs(): many figures on one page, one of them shown. Which one stands in the URL; the others are not computed.

Tabs and figure are a fragment: another tab or another option draws the figure anew, not head and sidebar.
"""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from analyses.cohort import Cohort
from figures.multiplicity import in_this_view
from pages.parts import data_behind
from pages.parts.data.study import load_study
from pages.parts.session.options import begin_options, end_options, offered_value
from pages.parts.session.report import begin_shown, results_shown
from pages.parts.session.state import (
    ON_PAGE,
    WORDS,
    assign,
    choose,
    draws_a_figure_only,
    listen_in_fragment,
    widget_key,
    write_url,
)


@dataclass(frozen=True)
class Tab:
    """One figure of a page: its code in the URL, its words on the tab, and what draws it."""

    code: str
    label: str
    draw: Callable[[Cohort], None]


def tabs(cohort: Cohort, code: str, figures: tuple[Tab, ...]) -> None:
    """Draw the chosen figure. `code`: the page's declared choice, one of `FIGURES` in choices.py."""
    before = dict(st.session_state[ON_PAGE])

    @st.fragment
    def figure() -> None:
        if draws_a_figure_only():
            _same_data_or_rerun(cohort)
            listen_in_fragment()
        st.session_state[ON_PAGE] = dict(before)
        chosen, place = _choose(code, figures)
        with place:
            begin_options()
            st.session_state[WORDS].extend(tab.label for tab in figures)
            begin_shown()
            chosen.draw(cohort)
            end_options()
            if words := in_this_view(results_shown()):
                st.caption(words)
            data_behind.draw(cohort, code.removesuffix("_figure"))
        write_url()

    figure()


def _same_data_or_rerun(cohort: Cohort) -> None:
    """The guard of every run stands here, too: another content in the database, or another right of whoever looks,
    draws the whole page anew."""
    if load_study().identity != cohort.data.identity:
        st.rerun()


def _choose(code: str, figures: tuple[Tab, ...]):
    """The open tab and its panel. Streamlit knows tabs by their words, everything else by their codes."""
    codes = {tab.label: tab.code for tab in figures}
    value = offered_value(code, {tab.code: tab.label for tab in figures})
    chosen = next(tab for tab in figures if tab.code == value)
    assign(code, chosen.label)
    panels = st.tabs(list(codes), key=widget_key(code), on_change=_take, args=(code, codes))
    st.session_state[ON_PAGE][code] = chosen.code
    return chosen, panels[figures.index(chosen)]


def _take(code: str, codes: dict[str, str]) -> None:
    """A tab was opened."""
    choose(code, codes[st.session_state[widget_key(code)]])
