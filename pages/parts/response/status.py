"""The status at month 3 and best response within 3 months; confirmed remission and day 28 on tabs of their own."""

from analyses.cohort import Cohort
from analyses.result import Result
from analyses.status.response import response
from endpoints.response import BEST, CONFIRMED, STATUS_D28, STATUS_M3, ResponseEndpoint
from estimators.proportion import proportion
from figures import rate_pictures
from figures.figure import figure_of
from pages.parts.published import beside_published
from pages.parts.show import show

PUBLISHED = {"ORR_CR_CRi": "orr", "CR_only": "CR", "ongoing_remission_without_therapy_of_responders": "orr"}


def draw(cohort: Cohort) -> None:
    """The page's question first; then best response, beside what is published."""
    _draw_one(cohort, STATUS_M3)
    found = response(cohort, BEST)
    charts = (
        *rate_pictures.shares(found),
        *beside_published(found, rate_pictures.rates(found), PUBLISHED, "intervals"),
    )
    show(
        figure_of(found, BEST.param, *charts, definition=BEST.definition, method=proportion, code=BEST.paramcd.lower())
    )


def draw_confirmed(cohort: Cohort) -> None:
    """Remission still documented 28 days later."""
    _draw_one(cohort, CONFIRMED)


def draw_day_28(cohort: Cohort) -> None:
    """The first look."""
    _draw_one(cohort, STATUS_D28)


def _draw_one(cohort: Cohort, endpoint: ResponseEndpoint) -> None:
    draw_found(endpoint.param, response(cohort, endpoint), endpoint, endpoint.paramcd.lower())


def draw_found(title: str, found: Result, endpoint: ResponseEndpoint, code: str, words: str = "") -> None:
    """Stacked classes and the rates beneath them."""
    show(
        figure_of(
            found,
            title,
            *rate_pictures.shares(found),
            *rate_pictures.rates(found),
            definition=f"{endpoint.definition} {words}".strip(),
            method=proportion,
            code=code,
        )
    )
