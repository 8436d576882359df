"""The head of every page: its title and of whom it is, in one line that stays in sight; chips of what is chosen."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from analyses.cohort import SAVED, Cohort
from analyses.counts import count_words, rows_words
from endpoints.cohort import FILTER
from figures.labels import LABEL, SYNTHETIC, escape_markdown, label_line, one_line
from pages.parts.data.imports import import_of
from pages.parts.session.choices import BY, everyone
from pages.parts.session.options import choose_view
from pages.parts.session.own_data import SCOPE
from pages.parts.session.saved import compare_saved, draw_said, draw_save
from pages.parts.session.share import share_button
from pages.parts.session.state import HEAD, NEWS, PROBLEMS, choose, reset, touch
from pages.parts.style.sheets import put_on_margins, put_on_skip_link

SHORT_LABEL = "Not a medical device"
SHORT_SYNTHETIC = "Synthetic data"
LONGEST_MARGIN = 300  # letters in the margin of a printed page


def begin_page(title: str) -> None:
    """First beat of every page: its title, in the line that choose_cohort() completes."""
    put_on_skip_link()
    head = st.container(horizontal=True, vertical_alignment="center", key="head")
    head.title(title, anchor=False, width="content")
    st.session_state[HEAD] = head


def draw_head(cohort: Cohort) -> None:
    """Of whom the page is; what was wrong with the address; what is new; chips of what is chosen."""
    head = st.session_state.pop(HEAD, None) or st.container(horizontal=True, key="head")
    with head:
        st.markdown(who_words(cohort), width="content")
        if cohort.data.synthetic:
            st.badge(SHORT_SYNTHETIC, color="orange", help=SYNTHETIC)
        _draw_marks(cohort)
        _draw_about(cohort)
        share_button()
        draw_save(cohort)
    put_on_margins(*_margins(cohort))
    with st.container():  # there even when nothing is said: the browser draws anew what changes its place
        draw_said()
        if st.session_state.get(PROBLEMS):
            st.text("\n".join(["Part of this link could not be read.", *st.session_state[PROBLEMS]]))
        if st.session_state[NEWS]:
            _draw_news(st.session_state[NEWS])
    _draw_chips(cohort)


def _draw_marks(cohort: Cohort) -> None:
    """What must not be overlooked on any screen: data of this session only, rows that were set aside at import."""
    if cohort.data.scope == SCOPE:
        st.badge("This session only", color="red", help="Your own file, in the memory of this session; see Data.")
    loaded = import_of(cohort.data)
    if loaded is not None and loaded.set_aside:
        st.badge(
            f"{rows_words(loaded.set_aside, cohort.data.smallest)} rows set aside at import",
            color="orange",
            help="They are in no table; see Data.",
        )


def _margins(cohort: Cohort) -> tuple[str, str]:
    """Of whom, and what everybody must know: on every printed page."""
    filters = [f"{FILTER[code].label}: {words}" for code, words in cohort.filter_words.items()]
    who = [who_words(cohort).replace("**", ""), *filters, *cohort.changed_rules()]
    label = label_line(cohort.data.cutoff_date, one_line(cohort.data.version))
    synthetic = f" {SYNTHETIC}" if cohort.data.synthetic else ""
    return one_line(" · ".join(who), LONGEST_MARGIN), f"{label}{synthetic}"


def who_words(cohort: Cohort) -> str:
    """'**249 of 509 infused patients** (600 enrolled) · 200 of them compared · cut-off 2026-09-30'."""
    counted_words, _, rest = cohort.who().partition(" (")
    compared = cohort.n_compared
    of = (
        [f"{count_words(compared, cohort.data.smallest)} of them compared"]
        if cohort.by and compared != cohort.n
        else []
    )
    return " · ".join([f"**{counted_words}** ({rest}", *of, f"cut-off {cohort.data.cutoff_date}"])


def _draw_about(cohort: Cohort) -> None:
    """What the screen need not say all the time; every file says it in full."""
    with st.popover(SHORT_LABEL, type="tertiary", key="about"):
        st.text(one_line(cohort.data.title))
        st.text(label_line(cohort.data.cutoff_date, one_line(cohort.data.version)))
        st.text(LABEL)
        choose_view()


def _draw_news(news: list[tuple[str, str]]) -> None:
    st.info(escape_markdown(" ".join(sentence for _, sentence in news), 2000), icon=":material/update:")
    st.button("Close this message", key="close:news", type="tertiary", on_click=_read_news)


def _read_news() -> None:
    st.session_state[NEWS] = []
    touch()


def _draw_chips(cohort: Cohort) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="chips"):
        for code, words in cohort.filter_words.items():
            _chip(code, f"{FILTER[code].label}: {words}", everyone(FILTER[code]))
        for rule, value in cohort.rules.changed():
            _chip(rule.code, f"{rule.label}: {rule.words(value)}", rule.default)
        if cohort.by and cohort.by.code == SAVED:
            names = ", ".join(group.label for group in cohort.groups)
            _button_chip("chip:saved", f"Compared: {names}", compare_saved, [])
        elif cohort.by:
            _chip(BY, f"Compared by: {cohort.by.label}", "")
        if cohort.filters or cohort.rules.changed():
            st.button("Reset all", key="reset:chips", type="tertiary", on_click=reset)


def _chip(code: str, words: str, neutral: Any) -> None:
    _button_chip(f"chip:{code}", words, choose, code, neutral)


def _button_chip(key: str, words: str, remove: Callable[..., None], *arguments: Any) -> None:
    st.button(
        escape_markdown(words, 80),
        key=key,
        icon=":material/close:",
        icon_position="right",
        help="Remove",
        on_click=remove,
        args=arguments,
    )
