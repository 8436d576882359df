"""Outcome after CAR-T by transplant before it, and by the months from that transplant to the relapse after it."""

from analyses.cohort import Cohort
from analyses.time_to_event.transplant import OUTCOMES, by_prior_transplant
from endpoints.transplant import INTERVAL_WORDS
from estimators.aalen_johansen import aalen_johansen
from figures import pictures
from figures.figure import figure_of
from pages.parts.session.options import choose_option
from pages.parts.show import show


def draw(cohort: Cohort) -> None:
    """One outcome by prior transplant."""
    by, outcome = choose_option("prior_by"), choose_option("prior_outcome")
    endpoint, estimator = OUTCOMES[outcome]
    found = by_prior_transplant(cohort, outcome, by, choose_option("survival_months"))
    draw_ = pictures.incidences(found) if estimator is aalen_johansen else pictures.curves(found, endpoint.param)
    show(
        figure_of(
            found,
            endpoint.param,
            *draw_,
            method=estimator,
            code=f"{outcome}_prior_transplant",
            definition=endpoint.definition + (f" {INTERVAL_WORDS}" if by == "interval" else ""),
        )
    )
