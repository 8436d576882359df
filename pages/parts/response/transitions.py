"""What became of each status at day 28 by month 3?"""

from analyses.cohort import Cohort
from analyses.status.response import transitions
from endpoints.response import STATUS_M3
from estimators.proportion import proportion
from figures import rate_pictures
from figures.figure import figure_of
from pages.parts.show import show

DEFINITION = (
    "Patients due at month 3, one bar per status at day 28 (assessment nearest day 28 within day 14-45). "
    "Description only: what happened by day 28 is no group to test."
)


def draw(cohort: Cohort) -> None:
    """One bar of month-3 classes per day-28 class."""
    found = transitions(cohort)
    show(
        figure_of(
            found,
            "Status at month 3",
            *rate_pictures.shares(found),
            method=proportion,
            definition=f"{DEFINITION} {STATUS_M3.definition}",
            code="transitions",
        )
    )
