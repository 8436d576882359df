"""Does transplant in remission change what follows? With transplant as a time-dependent exposure."""

from endpoints.exposure import EXPOSED
from estimators import cox
from estimators.aalen_johansen import aalen_johansen
from estimators.kaplan_meier import kaplan_meier
from pages.parts import estimate, pictures
from pages.parts.figure import show
from pages.parts.sidebar import Cohort, choose_number, choose_option

SIMON_MAKUCH = ("Simon-Makuch curves: each arm's risk set holds the patients who are in it on that day. Simon R, "
                "Makuch RW. Stat Med 1984;3:35-44.")
EXPLAIN = "The day from infusion on which the curves begin, for those event-free then."


def draw(study: Cohort) -> None:
    """Simon-Makuch curves, Mantel-Byar test and hazard ratio."""
    outcome, day = choose_option("transplant_outcome"), choose_number("transplant_landmark", EXPLAIN)
    endpoint = EXPOSED[outcome]
    found = estimate.by_transplant(study, outcome, day, choose_option("survival_months"))
    compared = estimate.compared_by_transplant(study)
    draw_ = pictures.incidences(found) if endpoint.competing else pictures.curves(found, endpoint.param)
    show(compared, endpoint.param, found, *draw_, code=f"{outcome}_time_dependent",
         definition=f"{endpoint.over} {SIMON_MAKUCH} {cox.METHOD} Reference: {cox.REFERENCE}",
         method=aalen_johansen if endpoint.competing else kaplan_meier)
