"""Of what do patients die, and who died within a year?"""

from analyses.cohort import Cohort
from analyses.time_to_event.deaths import death_rows, deaths_by_cause
from endpoints.deaths import BY_CAUSE, SHEET_WORDS
from estimators.aalen_johansen import aalen_johansen
from figures import pictures
from figures.figure import figure_of
from figures.rows import rows_figure
from pages.parts.listed import show_patients
from pages.parts.session.options import choose_option
from pages.parts.show import show


def draw(cohort: Cohort) -> None:
    """Death by cause, stacked up to all deaths; then the sheet."""
    found = deaths_by_cause(cohort, choose_option("survival_months"))
    show(
        figure_of(
            pictures.as_stack(found, len(BY_CAUSE.events)),
            BY_CAUSE.param,
            *pictures.stacked(found, len(BY_CAUSE.events)),
            definition=BY_CAUSE.definition,
            method=aalen_johansen,
            code="deaths_by_cause",
        )
    )
    rows = death_rows(cohort)
    title, others = "Deaths within a year", "alive, or dead later than a year after day 0"
    order = "the earliest after infusion first"
    show_patients(rows_figure(cohort, title, rows, others=others, definition=SHEET_WORDS, code="deaths", order=order))
