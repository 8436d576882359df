"""Transplants that were not in remission: after relapse, before any remission, or recorded so."""

from analyses.time_to_event.transplant import salvage_rows
from figures.figure import show_table
from pages.parts.session.sidebar import Cohort

DEFINITION = (
    "Every allogeneic transplant after infusion of the filtered patients that does not count as transplant "
    "in remission: after relapse (salvage), before any remission, or recorded as not in remission. Days "
    "count from day 0 and from the relapse."
)


def draw(cohort: Cohort) -> None:
    """One row per transplant."""
    rows = salvage_rows(cohort)
    show_table(
        cohort,
        "Salvage transplants",
        rows,
        n=rows["USUBJID"].nunique(),
        definition=DEFINITION,
        code="salvage_transplants",
    )
