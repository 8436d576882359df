"""The headline numbers: each with n/N and interval, each explained on its own page."""

from analyses.course.overview import headline
from estimators.aalen_johansen import aalen_johansen
from estimators.kaplan_meier import kaplan_meier
from estimators.proportion import proportion
from figures import pictures
from figures.figure import show
from figures.published import with_published
from pages.parts.session.sidebar import Cohort

DEFINITION = (
    "Response: all patients whose window has closed by the cut-off are the denominator, exact (Clopper-Pearson) "
    "interval. B-cell aplasia, event-free and overall survival: Kaplan-Meier; relapse and transplant in remission: "
    "Aalen-Johansen cumulative incidence; log-log interval. Relapse counts from first remission; aplasia and "
    "transplant from infusion, entering at first remission; all else from infusion (population Enrolled: from "
    "enrolment). Events: by that month. Each number is defined on its own page."
)

PUBLISHED = {
    "ORR_CR_CRi": "Best response CR + CRi within 3 months",
    "EFS": "Event-free at 12 months (EFS)",
    "OS": "Alive at 12 months (OS)",
}


def draw(cohort: Cohort) -> None:
    """Eight numbers per compared group."""
    found = headline(cohort)
    charts = with_published(
        cohort,
        pictures.rates(found.rates, found.series),
        PUBLISHED,
        "intervals",
        lambda p: p.metric == "ORR_CR_CRi" or p.month == 12,
    )
    show(
        cohort,
        "Headline numbers",
        found,
        *charts,
        definition=DEFINITION,
        method=(proportion, kaplan_meier, aalen_johansen),
        code="headline",
    )
