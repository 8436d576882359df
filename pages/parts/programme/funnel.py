"""One-year survival of each centre against its number of patients."""

from analyses.cohort import Cohort
from analyses.monitoring.outcome_board import funnel
from estimators.control_limits import control_limits
from figures import monitoring
from figures.figure import figure_of
from pages.parts.session.options import choose_number
from pages.parts.show import show

DEFINITION = (
    "Patients infused at least 12 months before the cut-off whose first year is known: alive at 12 months or dead by "
    "then; "
    "those lost before are excluded and counted. Limits: around the cohort's own share, or around the expectation "
    "that is "
    "entered. Not adjusted for who was treated; no ranking."
)


def draw(cohort: Cohort) -> None:
    """A mark per centre, and where it lies."""
    found = funnel(cohort, choose_number("programme_expected"))
    title, charts = "One-year survival and number of patients", monitoring.funnel(found)
    show(figure_of(found, title, *charts, definition=DEFINITION, method=control_limits, code="funnel"))
