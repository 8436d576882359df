"""The sidebar: filters, rules and comparison."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from analyses.cohort import Cohort, Levels, present_levels
from analyses.memory import canonical
from endpoints.cohort import FILTERS, MAX_GROUPS, Filter, count_levels
from endpoints.rules import RULES, Rule
from figures.labels import escape_markdown, one_line
from pages.parts.session.choices import BY, GROUP, GROUPING, RULE, is_offered
from pages.parts.session.state import PAGE_CHANGED, assign, choices, reset, take, touch, widget_key

RULES_SECTION = "Rules"


def draw_sidebar(cohort: Cohort, everybody: pd.DataFrame, levels: Levels) -> None:
    with st.sidebar:
        st.text(one_line(cohort.data.title))
        _draw_rule(RULE["population"])
        _draw_comparison(cohort.by, everybody, levels)
        for section in dict.fromkeys(f.section for f in FILTERS):
            _section(section, partial(_draw_filters, section, cohort, everybody, levels))
        _section(RULES_SECTION, _draw_rules)
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
