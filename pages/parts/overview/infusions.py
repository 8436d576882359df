"""Infusions per calendar quarter."""

from analyses.cohort import Cohort
from analyses.course.infusions import infusions
from figures import rate_pictures
from figures.figure import figure_of
from pages.parts.show import show

DEFINITION = "Patients by the calendar quarter of day 0, the first infusion of the index course."


def draw(cohort: Cohort) -> None:
    """Stacked by the compared groups."""
    found = infusions(cohort)
    charts = rate_pictures.periods(found, "Patients infused")
    show(figure_of(found, "Infusions per quarter", *charts, definition=DEFINITION, code="infusions"))
