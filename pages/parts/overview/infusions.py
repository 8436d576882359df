"""Infusions per calendar quarter."""

from charts.period_bars import period_bars
from pages.parts import estimate
from pages.parts.figure import Chart, show
from pages.parts.sidebar import Cohort

DEFINITION = "Patients by the calendar quarter of day 0, the first infusion of the index course."


def draw(study: Cohort) -> None:
    """Stacked by the compared groups."""
    found = estimate.infusions(study)
    charts = (Chart(period_bars(found.series, "Patients infused"), found.numbers),) if found.n else ()
    show(study, "Infusions per quarter", found, *charts, definition=DEFINITION, code="infusions")
