"""The sidebar: filters, rules and comparison."""

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from analyses.cohort import Cohort, Levels, present_levels
from endpoints.cohort import MAX_GROUPS, Filter
from endpoints.rules import RULES, Rule
from figures.labels import one_line
from pages.parts.session.choices import BY, GROUP, GROUPING, RULE, is_offered
from pages.parts.session.facets import draw_facets
from pages.parts.session.plain import draw_plain_filters
from pages.parts.session.report import draw_report
from pages.parts.session.saved import draw_saved
from pages.parts.session.state import assign, choices, is_plain, reset, take, widget_key
from pages.parts.session.widgets import draw_many, draw_section
from pages.parts.style.sheets import put_on_target

RULES_SECTION, SAVED_SECTION, REPORT_SECTION = "Rules", "Saved cohorts", "Report"


def draw_sidebar(cohort: Cohort, everybody: pd.DataFrame, levels: Levels) -> None:
    """Comparison, filters, rules: what is asked for most stands first."""
    draw_filters = draw_plain_filters if is_plain() else draw_facets
    with st.sidebar:
        put_on_target()
        _draw_comparison(GROUPING.get(choices()[BY]), everybody, levels)
        draw_filters(cohort, everybody, levels)
        _draw_rule(RULE["population"])
        draw_section(RULES_SECTION, _draw_rules)
        draw_section(SAVED_SECTION, partial(draw_saved, cohort, levels))
        draw_section(REPORT_SECTION, draw_report)
        st.button("Reset", key="reset", on_click=reset, help="Every filter, rule and view back to its default")


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
        draw_many(
            GROUP,
            f"Groups (up to {MAX_GROUPS})",
            {x.code: x.label for x in present},
            "All" if len(present) <= MAX_GROUPS else f"The first {MAX_GROUPS}",
            MAX_GROUPS,
        )
