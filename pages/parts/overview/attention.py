"""Needs attention: how many findings the declared rules have; a count opens its names."""

import streamlit as st

from analyses.cohort import Cohort
from analyses.monitoring.watchlist import counts
from endpoints.watch.rules import WATCH, WATCHLIST
from figures.figure import figure_of
from figures.labels import escape_markdown
from pages.parts.session.open_page import page_button
from pages.parts.show import show_made

DEFINITION = " ".join(f"{rule.label}: {rule.definition}" for rule in WATCHLIST)
WATCHLIST_PAGE = "pages/watchlist.py"


def draw(cohort: Cohort) -> None:
    """One button per rule, with its count."""
    found = counts(cohort)
    show_made(figure_of(found, "Needs attention", code="attention", definition=DEFINITION), lambda: _draw(found))


def _draw(found) -> None:
    with st.container(horizontal=True, key="attention"):
        for row in found.numbers.to_dict("records"):
            rule = WATCH[row["outcome"]]
            elsewhere = f" + {row['n_elsewhere']} followed elsewhere" if row["n_elsewhere"] else ""
            words = f"**{row['n_here']}{elsewhere}** {escape_markdown(rule.label)}"
            page_button(
                words, WATCHLIST_PAGE, key=f"attention:{rule.code}", explain=rule.definition, watch_rule=rule.code
            )
