"""Incidence of relapse and of death without it: in all, by CD19 status, by target, level, cause, after a sign."""

from analyses.cohort import Cohort
from analyses.result import Result
from analyses.time_to_event.estimate import estimate_endpoint
from analyses.time_to_event.relapse import after_sign, cd19_by_specificity, relapse_split
from endpoints.catalogue import CIR, CIRCD19, NRM
from endpoints.relapse import BY_ESCAPE, BY_LEVEL, NRM_CAUSES, SIGN
from endpoints.sensitivity import WORDS, at_last_contact
from estimators.aalen_johansen import aalen_johansen
from figures import pictures
from figures.figure import figure_of
from pages.parts import adjusted
from pages.parts.published import beside_published
from pages.parts.session.options import choose_option
from pages.parts.show import show

PUBLISHED = dict.fromkeys(("CIR", "relapse_of_responders", "CD19neg_of_relapses"), "relapse")  # shares: table only
NO_LEAD_TIME = (
    "Everybody who had the sign is counted from its day, relapse or not: a mean lead time of those who "
    "relapsed would say nothing of the others."
)


def draw(cohort: Cohort) -> None:
    """Any relapse, by CD19 status, or non-relapse mortality."""
    endpoint = {"any": CIR, "cd19": CIRCD19, "nrm": NRM}[choose_option("relapse_view")]
    if choose_option("censored_at", explain=WORDS) == "contact":
        endpoint = at_last_contact(endpoint)
    model = choose_option("model")
    if model != "unadjusted":
        adjusted.draw(cohort, endpoint, model)
        return
    found = estimate_endpoint(cohort, endpoint, aalen_johansen, choose_option("survival_months"))
    charts = pictures.incidences(found)
    if endpoint is CIR:
        charts = beside_published(
            found, charts, PUBLISHED, "curve", lambda p: p.month is not None and p.month <= found.x_max
        )
    show(
        figure_of(
            found,
            endpoint.param,
            *charts,
            definition=endpoint.definition,
            method=aalen_johansen,
            code=endpoint.paramcd.lower(),
        )
    )


def draw_cd19(cohort: Cohort) -> None:
    """By CD19 status, stacked; and after mono- and multispecific products."""
    months = choose_option("survival_months")
    found = estimate_endpoint(cohort, CIRCD19, aalen_johansen, months)
    _draw_stacked(cohort, CIRCD19, found)
    found = cd19_by_specificity(cohort, months)
    show(
        figure_of(
            found,
            CIRCD19.param,
            *pictures.incidences(found),
            definition=CIRCD19.definition,
            method=aalen_johansen,
            code="circd19_specificity",
        )
    )


def draw_escape(cohort: Cohort) -> None:
    """By what the leukaemia lost of the product's targets, stacked."""
    _draw_split(cohort, BY_ESCAPE, "Months from first remission")


def draw_level(cohort: Cohort) -> None:
    """By level, stacked."""
    _draw_split(cohort, BY_LEVEL, "Months from first remission")


def draw_causes(cohort: Cohort) -> None:
    """Death without relapse by cause, stacked."""
    _draw_split(cohort, NRM_CAUSES, "Months from infusion")


def draw_after(cohort: Cohort) -> None:
    """Relapse after loss of aplasia or MRD positivity."""
    code = choose_option("relapse_sign")
    endpoint = SIGN[code].endpoint
    found = after_sign(cohort, code, choose_option("survival_months"))
    show(
        figure_of(
            found,
            endpoint.param,
            *pictures.incidences(found),
            method=aalen_johansen,
            definition=f"{endpoint.definition} {NO_LEAD_TIME}",
            code=endpoint.paramcd.lower(),
        )
    )


def _draw_split(cohort: Cohort, endpoint, x_title: str) -> None:
    _draw_stacked(cohort, endpoint, relapse_split(cohort, endpoint, choose_option("survival_months"), x_title))


def _draw_stacked(cohort: Cohort, endpoint, found: Result) -> None:
    """One group: the parts stacked up to the whole; several: a panel per part."""
    n_events = len(dict.fromkeys(event.code for event in endpoint.events))
    show(
        figure_of(
            pictures.as_stack(found, n_events),
            endpoint.param,
            *pictures.stacked(found, n_events),
            definition=endpoint.definition,
            method=aalen_johansen,
            code=f"{endpoint.paramcd.lower()}_stacked",
        )
    )
