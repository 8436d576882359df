"""The figures that a report can be asked for by name, each made of a cohort without a screen."""

from collections.abc import Callable
from dataclasses import dataclass

from analyses.cohort import Cohort
from analyses.course.flow import flow
from analyses.course.overview import headline
from analyses.methods import aalen_johansen, control_limits, kaplan_meier, proportion
from analyses.monitoring.follow_up_board import completeness, follow_up_board
from analyses.monitoring.outcome_board import funnel, outcome_board
from analyses.monitoring.quality import missingness
from analyses.monitoring.swimmer import DEFINITION as LANES
from analyses.monitoring.swimmer import swimmer
from analyses.monitoring.watchlist import counts
from analyses.status.response import response
from analyses.time_to_event.estimate import estimate_endpoint
from endpoints.board import definition_of
from endpoints.catalogue import BCA, CIR, EFS, NRM, OS, RFS
from endpoints.response import BEST, STATUS_M3, ResponseEndpoint
from endpoints.schedule import DEFINITION as SCHEDULE
from endpoints.schedule import MRD
from endpoints.time_to_event import TimeToEvent
from endpoints.variables import DEFINITION as MISSING
from endpoints.watch.rules import WATCHLIST
from figures import monitoring, pictures, rate_pictures
from figures.figure import Figure, figure_of

RULES = " ".join(f"{rule.label}: {rule.definition}" for rule in WATCHLIST)
HEADLINE = "Response: of patients whose window has closed; each number has its own denominator, told beside it."
FLOW = "Every enrolled patient that passes the filters: apheresed, infused, status known at month 3, and why not."
BOARD = "Infused patients, from infusion (relapse: from first remission); at risk: under observation on that day."
FUNNEL = "Patients whose first year is known, per centre; limits around the cohort's own share. No ranking."


@dataclass(frozen=True)
class Reported:
    """A figure by name: its code on the command line, and what makes it."""

    code: str
    make: Callable[[Cohort], Figure]


def _headline(cohort: Cohort) -> Figure:
    found = headline(cohort)
    methods = (proportion, kaplan_meier, aalen_johansen)
    charts = rate_pictures.rates(found)
    return figure_of(found, "Headline numbers", *charts, code="headline", definition=HEADLINE, method=methods)


def _flow(cohort: Cohort) -> Figure:
    found = flow(cohort)
    title, charts = "From enrolment to month 3", rate_pictures.flow(found)
    return figure_of(found, title, *charts, code="flow", definition=FLOW, method=proportion)


def _response(endpoint: ResponseEndpoint) -> Callable[[Cohort], Figure]:
    def make(cohort: Cohort) -> Figure:
        found = response(cohort, endpoint)
        code, charts = endpoint.paramcd.lower(), rate_pictures.shares(found)
        return figure_of(found, endpoint.param, *charts, code=code, definition=endpoint.definition, method=proportion)

    return make


def _curve(endpoint: TimeToEvent) -> Callable[[Cohort], Figure]:
    estimator = aalen_johansen if endpoint.competing else kaplan_meier
    words = pictures.INCIDENCE if endpoint.competing else endpoint.param

    def make(cohort: Cohort) -> Figure:
        found = estimate_endpoint(cohort, endpoint, estimator)
        code, charts = endpoint.paramcd.lower(), pictures.curves(found, words)
        return figure_of(found, endpoint.param, *charts, code=code, definition=endpoint.definition, method=estimator)

    return make


def _watchlist(cohort: Cohort) -> Figure:
    return figure_of(counts(cohort), "Needs attention", code="watchlist", definition=RULES)


def _follow_up(cohort: Cohort) -> Figure:
    visit = MRD.visit["M3"]
    found = follow_up_board(cohort, MRD.code, visit.code)
    title, words = f"{MRD.label} at {visit.label}", definition_of(MRD, visit)
    charts = monitoring.cells(found)
    return figure_of(found, title, *charts, code="follow_up_board", definition=words, method=proportion)


def _completeness(cohort: Cohort) -> Figure:
    found = completeness(cohort)
    title, charts = "Completeness of the assessments due", monitoring.cells(found)
    return figure_of(found, title, *charts, code="completeness", definition=SCHEDULE, method=proportion)


def _outcome_board(cohort: Cohort) -> Figure:
    found = outcome_board(cohort, "centre")
    charts, methods = monitoring.board(found, "os_year"), (kaplan_meier, aalen_johansen)
    return figure_of(found, "Outcome board", *charts, code="outcome_board", definition=BOARD, method=methods)


def _funnel(cohort: Cohort) -> Figure:
    found = funnel(cohort)
    title, charts = "One-year survival by size of the centre", monitoring.funnel(found)
    return figure_of(found, title, *charts, code="funnel", definition=FUNNEL, method=control_limits)


def _swimmer(cohort: Cohort) -> Figure:
    found = swimmer(cohort, "follow_up")
    title, charts = "Course of each patient", monitoring.swimmer(found)
    return figure_of(found, title, *charts, code="swimmer", definition=LANES)


def _missing(cohort: Cohort) -> Figure:
    found = missingness(cohort)
    title, charts = "Missing values by variable and centre", monitoring.cells(found)
    return figure_of(found, title, *charts, code="missing", definition=MISSING, method=proportion)


FIGURES = (
    Reported("headline", _headline),
    Reported("flow", _flow),
    Reported("best_response", _response(BEST)),
    Reported("response_month_3", _response(STATUS_M3)),
    *(Reported(one.paramcd.lower(), _curve(one)) for one in (OS, EFS, RFS, CIR, NRM, BCA)),
    Reported("watchlist", _watchlist),
    Reported("follow_up_board", _follow_up),
    Reported("completeness", _completeness),
    Reported("outcome_board", _outcome_board),
    Reported("funnel", _funnel),
    Reported("swimmer", _swimmer),
    Reported("missing", _missing),
)
FIGURE = {one.code: one for one in FIGURES}
