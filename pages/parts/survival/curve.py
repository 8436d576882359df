"""Any endpoint by any group, drawn as it is asked for; all of them at a glance; one month in every subgroup."""

from analyses.cohort import Cohort
from analyses.time_to_event.subgroups import month_by_subgroup
from analyses.time_to_event.survival import all_endpoints, as_failure, in_days, survival
from endpoints.catalogue import ENDPOINT, SURVIVAL_ENDPOINTS
from endpoints.sensitivity import WORDS, at_last_contact, is_asked
from endpoints.time_to_event import TimeToEvent
from estimators import risk_start
from estimators.kaplan_meier import kaplan_meier
from figures import pictures, rate_pictures
from figures.figure import figure_of
from pages.parts import adjusted
from pages.parts.published import beside_published
from pages.parts.session.options import choose_option
from pages.parts.show import show

ALL = "Every endpoint of this page, each from its own start."


def choose_endpoint() -> TimeToEvent:
    """The endpoint of the figure."""
    codes = [e.paramcd for e in SURVIVAL_ENDPOINTS]
    return ENDPOINT[choose_option("survival_endpoint", [(code, ENDPOINT[code].param) for code in codes])]


def draw(cohort: Cohort) -> None:
    """The curve with its numbers at risk; adjusted or weighted where that is asked for."""
    endpoint = choose_endpoint()
    if is_asked(endpoint) and choose_option("censored_at", explain=WORDS) == "contact":
        endpoint = at_last_contact(endpoint)
    model = choose_option("model")
    if model != "unadjusted":
        adjusted.draw(cohort, endpoint, model)
        return
    months, axis, unit, interval = (
        choose_option(code) for code in ("survival_months", "survival_axis", "survival_unit", "interval_type")
    )
    found = survival(cohort, endpoint, months, interval)
    found = as_failure(found) if axis == "failure" else found
    found = in_days(found) if unit == "days" else found
    words = [
        *(["probability of the event"] if axis == "failure" else []),
        *([f"{interval} interval"] if interval != "log-log" else []),
    ]
    title = ", ".join((endpoint.param, *words))
    charts = pictures.curves(found, "Probability of the event" if axis == "failure" else endpoint.param)
    if axis == "survival":
        metrics = {endpoint.paramcd: endpoint.paramcd}
        charts = beside_published(
            found, charts, metrics, "curve", lambda p: p.month is not None and p.month <= found.x_max
        )
    show(
        figure_of(
            found,
            title,
            *charts,
            definition=endpoint.definition,
            method=(kaplan_meier, risk_start if endpoint.entry else None),
            code=endpoint.paramcd.lower(),
        )
    )


def draw_all(cohort: Cohort) -> None:
    """Small multiples."""
    found = all_endpoints(cohort, choose_option("survival_months"))
    show(
        figure_of(
            found,
            "All endpoints",
            *pictures.small_curves(found),
            definition=ALL,
            method=kaplan_meier,
            code="all_endpoints",
        )
    )


def draw_subgroups(cohort: Cohort) -> None:
    """Forest plot at one month."""
    endpoint, month = choose_endpoint(), int(choose_option("forest_month"))
    found = month_by_subgroup(cohort, endpoint, month)
    show(
        figure_of(
            found,
            f"{endpoint.param} at {month} months by subgroup",
            *rate_pictures.forest(found, f"{endpoint.param} at {month} months", choose_option("forest_rows")),
            subject=f"{endpoint.param} at {month} months",
            definition=endpoint.definition,
            method=kaplan_meier,
            code=f"{endpoint.paramcd.lower()}_subgroups",
        )
    )
