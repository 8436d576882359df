"""Does transplant in remission change what follows? From an editable landmark day on."""

from analyses.cohort import Cohort
from analyses.time_to_event.transplant import OUTCOMES, transplant_landmark
from endpoints import landmark as rule
from endpoints.exposure import EXPOSURE
from estimators.aalen_johansen import aalen_johansen
from figures import pictures
from figures.figure import figure_of
from pages.parts.session.options import choose_number, choose_option
from pages.parts.show import show

EXPLAIN = "Patients in remission, without event and observed beyond this day are compared from it on."


def draw(cohort: Cohort) -> None:
    """Curves of those transplanted by the landmark and of the others at risk."""
    outcome, day = choose_option("transplant_outcome"), choose_number("transplant_landmark", EXPLAIN)
    endpoint, estimator = OUTCOMES[outcome]
    found = transplant_landmark(cohort, outcome, day, choose_option("survival_months"))
    draw_ = pictures.incidences(found) if estimator is aalen_johansen else pictures.curves(found, endpoint.param)
    show(
        figure_of(
            found,
            f"{endpoint.param} from day {day}",
            *draw_,
            code=f"{outcome}_landmark",
            definition=f"{endpoint.definition} {EXPOSURE}",
            method=(estimator, rule),
        )
    )
