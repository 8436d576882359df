"""Outcome after CAR-T by transplant before it, and by the months from that transplant to the relapse after it."""

from endpoints.transplant import INTERVAL_WORDS
from estimators.aalen_johansen import aalen_johansen
from pages.parts import estimate, pictures
from pages.parts.estimate.transplant import OUTCOMES
from pages.parts.figure import show
from pages.parts.sidebar import Cohort, choose_option


def draw(study: Cohort) -> None:
    """One outcome by prior transplant."""
    by, outcome = choose_option("prior_by"), choose_option("prior_outcome")
    endpoint, estimator = OUTCOMES[outcome]
    compared, found = estimate.by_prior_transplant(study, outcome, by, choose_option("survival_months"))
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
