"""What follows a transplant in remission? The clock set back to it, by MRD status or by why it was done."""

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
    by, months = choose_option("after_by"), choose_option("survival_months")
    found = after_transplant(cohort, outcome, months, by)
    draw_ = pictures.incidences(found) if endpoint.competing else pictures.curves(found, endpoint.param)
    show(
        figure_of(
            found,
            f"{endpoint.param} after transplant in remission",
            *draw_,
            code=f"{outcome}_after_transplant_{by}",
            definition=f"{endpoint.definition} {NO_COMPARISON}",
            method=(aalen_johansen if endpoint.competing else kaplan_meier, rule),
        )
    )
