"""How long does aplasia last, under which rule, and what does early recovery say of relapse?"""

from analyses.cohort import Cohort
from analyses.status.b_cells import bca_rules, never_aplastic
from analyses.time_to_event.estimate import estimate_endpoint
from analyses.time_to_event.interval_censored import aplasia_by_interval
from analyses.time_to_event.recovery import recovery_landmark
from endpoints import landmark as rule
from endpoints.b_cell_course import BETWEEN_WORDS, LOCKED
from endpoints.catalogue import BCA, BCACI, CIR
from estimators import risk_start
from estimators.aalen_johansen import aalen_johansen
from estimators.kaplan_meier import kaplan_meier
from estimators.proportion import proportion
from estimators.turnbull import turnbull
from figures import pictures, rate_pictures
from figures.figure import figure_of
from pages.parts.b_cell_aplasia.recovery import MOVED, definition_from
from pages.parts.published import beside_published
from pages.parts.session.options import choose_number, choose_option
from pages.parts.show import show

RULES = (
    "The same patients under every declared rule of loss, all other choices unchanged: how much the choice of "
    "rule moves the "
    "figure. The population changes with the rule, since each needs other values of a sample."
)
NEVER = (
    "Patients in first remission with a usable sample from day 14 on; never aplastic: the first of "
    "them already above the threshold."
)


def draw(cohort: Cohort) -> None:
    """Ongoing aplasia, loss and what competes, or loss between two samples."""
    view = choose_option("bca_view")
    if view == "between":
        _draw_between(cohort)
        return
    ongoing = view == "ongoing"
    endpoint, estimator = (BCA, kaplan_meier) if ongoing else (BCACI, aalen_johansen)
    found = estimate_endpoint(cohort, endpoint, estimator, choose_option("survival_months"))
    charts = pictures.curves(found, "Probability of ongoing B-cell aplasia") if ongoing else pictures.incidences(found)
    if ongoing:
        charts = beside_published(found, charts, {"BCA": BCA.paramcd}, "curve", lambda p: p.month <= found.x_max)
    show(
        figure_of(
            found,
            endpoint.param,
            *charts,
            definition=endpoint.definition,
            method=(estimator, risk_start),
            code=endpoint.paramcd.lower(),
        )
    )


def _draw_between(cohort: Cohort) -> None:
    """Turnbull's estimate beside the curve that dates loss by the sample."""
    found = aplasia_by_interval(cohort, choose_option("survival_months"))
    show(
        figure_of(
            found,
            f"{BCA.param}: loss between two samples",
            *pictures.small_curves_by_group(found, "Probability of ongoing B-cell aplasia"),
            definition=f"{BCA.definition} {BETWEEN_WORDS}",
            method=(turnbull, kaplan_meier),
            code="bca_between",
        )
    )


def draw_rules(cohort: Cohort) -> None:
    """Six and twelve months under every rule."""
    found = bca_rules(cohort)
    show(
        figure_of(
            found,
            "Ongoing aplasia by rule of loss",
            *rate_pictures.rates(found),
            definition=f"{BCA.definition} {RULES}",
            method=kaplan_meier,
            code="bca_rules",
        )
    )


def draw_landmark(cohort: Cohort) -> None:
    """Relapse after early B-cell recovery."""
    day = choose_number("bca_landmark", "Patients in remission and observed beyond this day are compared from it on.")
    months, exclude_moved_on = choose_option("survival_months"), choose_option("bca_moved", explain=MOVED) == "out"
    found = recovery_landmark(cohort, day, months, exclude_moved_on=exclude_moved_on)
    show(
        figure_of(
            found,
            f"Relapse from day {day}",
            *pictures.incidences(found),
            method=(aalen_johansen, rule),
            definition=f"{definition_from(CIR, exclude_moved_on)} {LOCKED}",
            code="bca_landmark",
        )
    )


def draw_never(cohort: Cohort) -> None:
    """Who never was aplastic."""
    found = never_aplastic(cohort)
    show(
        figure_of(
            found,
            "Never aplastic",
            *rate_pictures.rates(found),
            definition=NEVER,
            method=proportion,
            code="never_aplastic",
        )
    )
