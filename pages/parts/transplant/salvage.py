"""Transplants that were not in remission: after relapse, before any remission, or recorded so."""

from analyses.cohort import Cohort
from analyses.time_to_event.transplant import salvage_rows
from figures.figure import rows_figure
from pages.parts.show import show_table

DEFINITION = (
    "Every allogeneic transplant after infusion of the filtered patients that does not count as transplant "
    "in remission: after relapse (salvage), before any remission, or recorded as not in remission. Days "
    "count from day 0 and from the relapse."
)


def draw(cohort: Cohort) -> None:
    """One row per transplant."""
    rows = salvage_rows(cohort)
    title, code, others = "Salvage transplants", "salvage_transplants", "no such transplant"
    show_table(rows_figure(cohort, title, rows, others=others, definition=DEFINITION, code=code))
