"""Needs attention: how many findings the declared rules have, beside the headline numbers."""

from analyses.cohort import Cohort
from analyses.monitoring.watchlist import counts
from endpoints.watch.rules import WATCHLIST
from figures.figure import figure_of
from pages.parts.session.open_page import page_button
from pages.parts.show import show

DEFINITION = " ".join(f"{rule.label}: {rule.definition}" for rule in WATCHLIST)


def draw(cohort: Cohort) -> None:
    """One row per rule, and the way to the names."""
    show(figure_of(counts(cohort), "Needs attention", code="attention", definition=DEFINITION))
    page_button("Open the watchlist", "pages/watchlist.py", ":material/visibility:")
