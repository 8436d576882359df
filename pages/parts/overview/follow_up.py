"""How long, and how completely, the cohort is followed."""

from estimators.follow_up import reverse_kaplan_meier
from pages.parts import estimate, pictures
from pages.parts.figure import show
from pages.parts.sidebar import Cohort

DEFINITION = (
    "Follow-up on overall survival: being censored alive is the event, deaths are censored. Clark's C is "
    "observed over potential follow-up time up to the data cut-off; under observation = not lost before the "
    "month among those whose potential time reaches it."
)


def draw(study: Cohort) -> None:
    """Reverse Kaplan-Meier by group."""
    found = estimate.follow_up(study)
    show(
        study,
        "Follow-up",
        found,
        *pictures.curves(found, "Share still under observation"),
        definition=DEFINITION,
        method=reverse_kaplan_meier,
        code="follow_up",
    )
