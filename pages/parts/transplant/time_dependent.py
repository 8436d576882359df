"""Does transplant in remission change what follows? With transplant as a time-dependent exposure."""

from analyses.cohort import Cohort
from analyses.time_to_event.time_dependent import by_transplant
from endpoints.exposure import EXPOSED
from estimators import cox, simon_makuch
from estimators.aalen_johansen import aalen_johansen
from estimators.kaplan_meier import kaplan_meier
from figures import pictures
from figures.figure import figure_of
from pages.parts.session.options import choose_number, choose_option
from pages.parts.show import show

EXPLAIN = (
    "The day from infusion on which the curves begin, for those event-free beyond it. 0: no landmark, each "
    "curve begins once enough are at risk."
)


def draw(cohort: Cohort) -> None:
    """Simon-Makuch curves, Mantel-Byar test and hazard ratio."""
    outcome, day = choose_option("transplant_outcome"), choose_number("transplant_start", EXPLAIN)
    endpoint = EXPOSED[outcome]
    found = by_transplant(cohort, outcome, day, choose_option("survival_months"))
    draw_ = pictures.incidences(found) if endpoint.competing else pictures.curves(found, endpoint.param)
    show(
        figure_of(
            found,
            endpoint.param,
            *draw_,
            code=f"{outcome}_time_dependent",
            definition=endpoint.definition,
            method=(simon_makuch, aalen_johansen if endpoint.competing else kaplan_meier, cox),
        )
    )
