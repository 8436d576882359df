"""From enrolment to infusion, and why not."""

from analyses.course.overview import flow
from analyses.time_to_event.estimate import ungrouped
from charts.flow_bars import flow_bars
from estimators.proportion import proportion
from figures.figure import Chart, show
from pages.parts.session.sidebar import Cohort

DEFINITION = (
    "Every enrolled patient that passes the filters, whatever the population: infused, never infused by "
    "recorded reason, or pending at the cut-off. Manufacturing outcomes are of the apheresed, as "
    "recorded, whatever came next: one recorded as pending may be of a patient never infused. Never infused "
    "is told apart by whether a product was recorded as released. Evaluable at month 3: day 120 reached by "
    "the cut-off and the status known (a result, or death, relapse, therapy or transplant before it); not "
    "evaluable: lost, not assessed, not evaluable (NE). Shares are of the enrolled; exact interval in the "
    "table."
)


def draw(cohort: Cohort) -> None:
    """One bar per station and per reason."""
    found = flow(cohort)
    words = "; ".join(f"{row['stage']}: {row['text']}" for row in found.curve.to_dict("records"))
    stages = tuple(zip(found.numbers["stage"], found.numbers["kind"], strict=True))
    picture = Chart(flow_bars(stages), found.curve[["stage", "n", "share", "text"]], words)
    show(
        ungrouped(cohort),
        "From enrolment to month 3",
        found,
        picture,
        definition=DEFINITION,
        method=proportion,
        code="flow",
    )
