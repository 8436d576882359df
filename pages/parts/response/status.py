"""Best response within 3 months and the status at month 3; confirmed remission and day 28 on tabs of their own."""

from analyses.result import Estimates
from analyses.status.rates import response
from endpoints.response import BEST, CONFIRMED, STATUS_D28, STATUS_M3, ResponseEndpoint
from estimators.proportion import proportion
from figures import pictures
from figures.figure import show
from figures.published import with_published
from pages.parts.session.sidebar import Cohort


def draw(cohort: Cohort) -> None:
    """The two headline definitions, the first beside what is published."""
    found = response(cohort, BEST)
    charts = (
        *pictures.shares(found, BEST.classes),
        *with_published(
            cohort, pictures.rates(found.rates, found.series), {"ORR_CR_CRi": "CR + CRi", "CR_only": "CR"}, "intervals"
        ),
    )
    show(cohort, BEST.param, found, *charts, definition=BEST.over, method=proportion, code=BEST.paramcd.lower())
    _draw_one(cohort, STATUS_M3)


def draw_confirmed(cohort: Cohort) -> None:
    """Remission still documented 28 days later."""
    _draw_one(cohort, CONFIRMED)


def draw_day_28(cohort: Cohort) -> None:
    """The first look."""
    _draw_one(cohort, STATUS_D28)


def _draw_one(cohort: Cohort, endpoint: ResponseEndpoint) -> None:
    draw_found(cohort, endpoint.param, response(cohort, endpoint), endpoint, endpoint.paramcd.lower())


def draw_found(
    cohort: Cohort, title: str, found: Estimates, endpoint: ResponseEndpoint, code: str, words: str = ""
) -> None:
    """Stacked classes and the rates beneath them."""
    show(
        cohort,
        title,
        found,
        *pictures.shares(found, endpoint.classes),
        *pictures.rates(found.rates, found.series),
        definition=f"{endpoint.over} {words}".strip(),
        method=proportion,
        code=code,
    )
