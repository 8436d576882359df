"""Outcome after CAR-T by transplant before it, and by the months from that transplant to the relapse after it."""

from analyses.time_to_event.transplant import OUTCOMES, by_prior_transplant
from endpoints.transplant import INTERVAL_WORDS
from estimators.aalen_johansen import aalen_johansen
from figures import pictures
from figures.figure import show
from pages.parts.session.sidebar import Cohort, choose_option


def draw(cohort: Cohort) -> None:
    """One outcome by prior transplant."""
    by, outcome = choose_option("prior_by"), choose_option("prior_outcome")
    endpoint, estimator = OUTCOMES[outcome]
    compared, found = by_prior_transplant(cohort, outcome, by, choose_option("survival_months"))
    draw_ = pictures.incidences(found) if estimator is aalen_johansen else pictures.curves(found, endpoint.param)
    show(
        compared,
        endpoint.param,
        found,
        *draw_,
        method=estimator,
        code=f"{outcome}_prior_transplant",
        definition=endpoint.over + (f" {INTERVAL_WORDS}" if by == "interval" else ""),
    )
