"""What follows a transplant in remission? The clock set back to it, by the MRD status recorded with it."""

from analyses.cohort import Cohort
from analyses.time_to_event.after_transplant import after_transplant
from endpoints import after_transplant as rule
from endpoints.after_transplant import AFTER
from estimators.aalen_johansen import aalen_johansen
from estimators.kaplan_meier import kaplan_meier
from figures import pictures
from figures.figure import figure_of
from pages.parts.session.options import choose_option
from pages.parts.show import show

NO_COMPARISON = "It says nothing of patients who are not transplanted. Observational, not causal."


def draw(cohort: Cohort) -> None:
    """Survival, relapse-free survival or relapse from the transplant on."""
    outcome = choose_option("transplant_outcome")
    endpoint = AFTER[outcome]
    found = after_transplant(cohort, outcome, choose_option("survival_months"))
    draw_ = pictures.incidences(found) if endpoint.competing else pictures.curves(found, endpoint.param)
    show(
        figure_of(
            found,
            f"{endpoint.param} after transplant in remission",
            *draw_,
            code=f"{outcome}_after_transplant",
            definition=f"{endpoint.definition} {NO_COMPARISON}",
            method=(aalen_johansen if endpoint.competing else kaplan_meier, rule),
        )
    )
