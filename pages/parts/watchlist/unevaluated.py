"""Whom a rule could not evaluate, and why."""

from analyses.cohort import Cohort
from analyses.monitoring.watchlist import unevaluated
from figures.figure import figure_of
from pages.parts.listed import show_list
from pages.parts.session.open_patient import story_button

DEFINITION = "Patients for whom a rule lacks what it asks for. They have no row on the watchlist for that reason alone."


def draw(cohort: Cohort) -> None:
    """One row per patient and rule."""
    found = unevaluated(cohort)
    figure = figure_of(found, "Patients a rule could not evaluate", code="unevaluated", definition=DEFINITION)
    story_button(show_list(figure, found), "unevaluated")
