"""From enrolment to infusion, and why not."""

from analyses.cohort import Cohort
from analyses.course.flow import flow
from estimators.proportion import proportion
from figures import rate_pictures
from figures.figure import figure_of
from pages.parts.show import show

DEFINITION = (
    "Every enrolled patient that passes the filters, whatever the population: infused, never infused by "
    "recorded reason, or pending at the cut-off. Manufacturing outcomes are of the apheresed, as "
    'recorded, whatever came next: "pending" may include patients who were never infused. Never infused '
    "is told apart by whether a product was recorded as released. Status known at month 3: day 120 reached "
    "by the cut-off, and a result, or death, relapse, new therapy or transplant before it; not known: lost, "
    "not assessed, an assessment that could not be evaluated (NE). Shares are of the enrolled; exact interval in the "
    "table."
)


def draw(cohort: Cohort) -> None:
    """One bar per station and per reason."""
    found = flow(cohort)
    title, charts = "From enrolment to month 3", rate_pictures.flow(found)
    show(figure_of(found, title, *charts, definition=DEFINITION, method=proportion, code="flow"))
