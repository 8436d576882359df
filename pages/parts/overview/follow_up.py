"""How long, and how completely, the cohort is followed."""

from analyses.cohort import Cohort
from analyses.course.overview import follow_up
from estimators.follow_up import reverse_kaplan_meier
from figures import pictures
from figures.figure import figure_of
from pages.parts.show import show

DEFINITION = (
    "Follow-up on overall survival: being censored alive is the event, deaths are censored. Clark's C is "
    "observed over potential follow-up time up to the data cut-off; under observation = not lost before the "
    "month among those whose potential time reaches it."
)


def draw(cohort: Cohort) -> None:
    """Reverse Kaplan-Meier by group."""
    found = follow_up(cohort)
    show(
        figure_of(
            found,
            "Length of follow-up",
            *pictures.curves(found, "Share still under observation"),
            definition=DEFINITION,
            method=reverse_kaplan_meier,
            code="follow_up",
        )
    )
