"""What became of each status at day 28 by month 3?"""

from analyses.status.response import transitions
from endpoints.response import STATUS_M3
from estimators.proportion import proportion
from figures import pictures
from figures.figure import show
from pages.parts.session.sidebar import Cohort

DEFINITION = (
    "Patients due at month 3, one bar per status at day 28 (assessment nearest day 28 within day 14-45). "
    "Description only: what happened by day 28 is no group to test."
)


def draw(cohort: Cohort) -> None:
    """One bar of month-3 classes per day-28 class."""
    compared, found = transitions(cohort)
    show(
        compared,
        "Status at month 3",
        found,
        *pictures.shares(found, STATUS_M3.classes),
        method=proportion,
        definition=f"{DEFINITION} {STATUS_M3.over}",
        code="transitions",
    )
