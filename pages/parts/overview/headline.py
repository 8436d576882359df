"""The headline numbers: each with n/N and interval, each explained on its own page."""

from analyses.cohort import Cohort
from analyses.course.overview import BEST_RATE, headline
from estimators.aalen_johansen import aalen_johansen
from estimators.kaplan_meier import kaplan_meier
from estimators.proportion import proportion
from figures import rate_pictures
from figures.figure import figure_of
from pages.parts.published import beside_published
from pages.parts.show import show

DEFINITION = (
    "Response: all patients whose window has closed by the cut-off are the denominator, exact (Clopper-Pearson) "
    "interval. B-cell aplasia, event-free and overall survival: Kaplan-Meier; relapse and transplant in remission: "
    "Aalen-Johansen cumulative incidence; log-log interval. Relapse counts from first remission; aplasia and "
    "transplant from infusion, entering at first remission; all else from infusion (population Enrolled: from "
    "enrolment). Events: by that month. Each number is defined on its own page."
)

METHODS = (proportion, kaplan_meier, aalen_johansen)
PUBLISHED = {"ORR_CR_CRi": BEST_RATE.code, "EFS": "efs", "OS": "os"}


def draw(cohort: Cohort) -> None:
    """Eight numbers per compared group."""
    found = headline(cohort)
    charts = beside_published(
        found, rate_pictures.rates(found), PUBLISHED, "intervals", lambda p: p.metric == "ORR_CR_CRi" or p.month == 12
    )
    show(figure_of(found, "Headline numbers", *charts, definition=DEFINITION, method=METHODS, code="headline"))
