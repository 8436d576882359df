"""The headline numbers: each with n/N and interval, each explained on its own page."""

from pages.parts import estimate, pictures
from pages.parts.figure import show
from pages.parts.sidebar import Cohort

DEFINITION = (
    "Response: all patients whose window has closed by the cut-off are the denominator, exact (Clopper-Pearson) "
    "interval. B-cell aplasia, event-free and overall survival: Kaplan-Meier; relapse and transplant in remission: "
    "Aalen-Johansen cumulative incidence; log-log interval. Relapse counts from first remission; aplasia and "
    "transplant from infusion, entering at first remission; all else from infusion (population Enrolled: from "
    "enrolment). Events: by that month. Each number is defined on its own page.")


def draw(study: Cohort) -> None:
    """Eight numbers per compared group."""
    found = estimate.headline(study)
    show(study, "Headline numbers", found, *pictures.rates(found.rates, found.series), definition=DEFINITION,
         code="headline")
