"""Infusions per calendar quarter."""

from analyses.course.overview import infusions
from charts.period_bars import period_bars
from figures.figure import Chart, show
from pages.parts.session.sidebar import Cohort

DEFINITION = "Patients by the calendar quarter of day 0, the first infusion of the index course."


def draw(cohort: Cohort) -> None:
    """Stacked by the compared groups."""
    found = infusions(cohort)
    charts = (Chart(period_bars(found.series, "Patients infused"), found.numbers),) if found.n else ()
    show(cohort, "Infusions per quarter", found, *charts, definition=DEFINITION, code="infusions")
