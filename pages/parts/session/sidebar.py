"""The sidebar: filters, rules and comparison, and the chips above every page."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from analyses.cohort import SAVED, Cohort, Levels, present_levels
from analyses.memory import canonical
from endpoints.cohort import FILTER, FILTERS, MAX_GROUPS, Filter, count_levels
from endpoints.rules import RULES, Rule
from figures.labels import SYNTHETIC, escape_markdown, label_line, one_line
from pages.parts.session.choices import BY, GROUP, GROUPING, RULE, everyone, is_offered
from pages.parts.session.saved import compare_saved, draw_saved
from pages.parts.session.state import (
    NEWS,
    PAGE_CHANGED,
    PROBLEMS,
    assign,
    choices,
    choose,
    reset,
    take,
    touch,
    widget_key,
)

RULES_SECTION, SAVED_SECTION = "Rules", "Saved cohorts"


def draw_top(cohort: Cohort) -> None:
    """Banner, label, what was wrong with the address, and the chips with `n of N infused patients`."""
    if cohort.data.synthetic:
        st.badge(SYNTHETIC, color="orange")
    st.text(label_line(cohort.data.cutoff_date, one_line(cohort.data.version)))
    if st.session_state.get(PROBLEMS):
        st.text("\n".join(["Part of this link could not be read.", *st.session_state[PROBLEMS]]))
    if st.session_state[NEWS]:
        _draw_news(st.session_state[NEWS])
    with st.container(horizontal=True, vertical_alignment="center", key="chips"):
        counted_words, _, rest = cohort.who().partition(" (")
        st.markdown(f"**{counted_words}** ({rest}", width="content")
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


def _draw_news(news: list[tuple[str, str]]) -> None:
    st.info(escape_markdown(" ".join(sentence for _, sentence in news), 2000), icon=":material/update:")
    st.button("Close this message", key="close:news", type="tertiary", on_click=_read_news)


def _read_news() -> None:
    st.session_state[NEWS] = []
    touch()


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


def draw_sidebar(cohort: Cohort, everybody: pd.DataFrame, levels: Levels) -> None:
    with st.sidebar:
        st.text(one_line(cohort.data.title))
        _draw_rule(RULE["population"])
        _draw_comparison(GROUPING.get(choices()[BY]), everybody, levels)
        for section in dict.fromkeys(f.section for f in FILTERS):
            _section(section, partial(_draw_filters, section, cohort, everybody, levels))
        _section(RULES_SECTION, _draw_rules)
        _section(SAVED_SECTION, partial(draw_saved, cohort, levels))
        st.button("Reset", key="reset", on_click=reset, help="Every filter, rule and view back to its default")


def _section(name: str, draw: Callable[[], Any]) -> None:
    """A closed section costs nothing: its widgets are drawn while it is open, their values live in the session."""
    key, is_open = f"open:{name}", f"was_open:{name}"
    if st.session_state[PAGE_CHANGED]:
        st.session_state[key] = st.session_state.get(is_open, False)
    box = st.expander(name, key=key, on_change=touch)
    st.session_state[is_open] = bool(box.open)
    if box.open:
        with box:
            draw()


def _draw_filters(section: str, cohort: Cohort, everybody: pd.DataFrame, levels: Levels) -> None:
    filters = [f for f in FILTERS if f.section == section]
    counts = cohort.data.memory.recall(
        canonical(cohort=cohort.key, counts=section),
        lambda: {f.code: _counts(f, cohort, everybody, levels) for f in filters if not f.is_range},
    )
    for filter_ in filters:
        if filter_.is_range:
            _draw_range(filter_)
        else:
            offered = {level.code: level.label for level in levels[filter_.code]}
            _draw_many(filter_.code, filter_.label, offered, "All")
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
    """A table of text: drawn as data grids, the counts of an open section cost more than the figure beside them."""
    counts = count_levels(everybody, filter_, cohort.filters, levels[filter_.code])
    rows = (f"| {escape_markdown(label)} | {n} |" for label, n in zip(counts["label"], counts["n"], strict=True))
    return "\n".join(("| Option | n |", "| :-- | --: |", *rows))


def _draw_many(code: str, label: str, offered: dict[str, str], placeholder: str, limit: int | None = None) -> None:
    assign(code, list(choices()[code]))
    st.multiselect(
        label,
        list(offered),
        format_func=lambda code: one_line(offered[code], 120),
        key=widget_key(code),
        on_change=take,
        args=(code,),
        placeholder=placeholder,
        max_selections=limit,
    )


def _draw_rules() -> None:
    for rule in RULES:
        if rule.code != "population" and is_offered(rule, choices()):
            _draw_rule(rule)


def _draw_rule(rule: Rule) -> None:
    assign(rule.code, choices()[rule.code])
    shared: dict[str, Any] = dict(key=widget_key(rule.code), on_change=take, args=(rule.code,), help=rule.help)
    if rule.options:
        offered = {o.code: o.label for o in rule.options}
        st.selectbox(rule.label, list(offered), format_func=lambda code: one_line(offered[code], 120), **shared)
    else:
        st.number_input(f"{rule.label} ({rule.unit})", rule.low, rule.high, step=rule.step, **shared)


def _draw_comparison(by: Filter | None, everybody: pd.DataFrame, levels: Levels) -> None:
    """Compare by, and which levels when there are more than can be told apart."""
    offered = {"": "None"} | {f.code: f.label for f in GROUPING.values()}
    assign(BY, choices()[BY])
    st.selectbox(
        "Compare by",
        list(offered),
        format_func=lambda code: one_line(offered[code], 120),
        key=widget_key(BY),
        on_change=take,
        args=(BY,),
    )
    present = present_levels(by, everybody, levels) if by else []
    if len(present) > 2:
        _draw_many(
            GROUP,
            f"Groups (up to {MAX_GROUPS})",
            {x.code: x.label for x in present},
            "All" if len(present) <= MAX_GROUPS else f"The first {MAX_GROUPS}",
            MAX_GROUPS,
        )
