"""How many findings each rule has, and how many patients it could not evaluate."""

from analyses.cohort import Cohort
from analyses.monitoring.watchlist import counts
from endpoints.watch.rules import WATCHLIST
from figures.figure import figure_of
from pages.parts.session.options import choose_number
from pages.parts.show import show

DEFINITION = " ".join(f"{rule.label}: {rule.definition}" for rule in WATCHLIST)


def draw(cohort: Cohort) -> None:
    """One row per rule."""
    found = counts(cohort, choose_number("watch_since"))
    show(figure_of(found, "Findings per rule", code="watchlist_counts", definition=DEFINITION))
