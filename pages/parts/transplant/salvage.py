"""Transplants that were not in remission: after relapse, before any remission, or recorded so."""

from analyses.cohort import Cohort
from analyses.time_to_event.transplant import not_in_remission_rows, salvage_rows
from endpoints.transplant import NOT_IN_REMISSION_WORDS
from figures.rows import rows_figure
from pages.parts.listed import show_patients

DEFINITION = (
    "Every allogeneic transplant after infusion of the filtered patients that does not count as transplant "
    "in remission: after relapse (salvage), before any remission, or recorded as not in remission. Days "
    "count from day 0 and from the relapse."
)


def draw(cohort: Cohort) -> None:
    """One row per transplant; then those whose record says that there was no remission."""
    rows = salvage_rows(cohort)
    title, code, others = "Salvage transplants", "salvage_transplants", "no such transplant"
    order = "the earliest transplant first"
    show_patients(rows_figure(cohort, title, rows, others=others, definition=DEFINITION, code=code, order=order))
    rows = not_in_remission_rows(cohort)
    title, code = "Transplants recorded as not in remission", "transplants_in_doubt"
    show_patients(
        rows_figure(cohort, title, rows, others=others, definition=NOT_IN_REMISSION_WORDS, code=code, order=order)
    )
