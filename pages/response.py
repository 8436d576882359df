"""Who is in remission at 3 months?"""

from analyses.cohort import Cohort
from pages.parts.data.study import load_study
from pages.parts.response import by_burden, by_definition, status, subgroups, transitions
from pages.parts.session.cohort import choose_cohort
from pages.parts.session.head import begin_page
from pages.parts.session.tabs import Tab, tabs

begin_page("Response at 3 months")
cohort = choose_cohort(load_study())


def day_28(cohort: Cohort) -> None:
    """The first look, and what became of it."""
    status.draw_day_28(cohort)
    transitions.draw(cohort)


def before(cohort: Cohort) -> None:
    """What was known before infusion beside the burden of disease."""
    by_burden.draw_before(cohort)
    by_burden.draw_made(cohort)


tabs(
    cohort,
    "response_figure",
    (
        Tab("status", "Month 3, best response", status.draw),
        Tab("definitions", "By definition", by_definition.draw),
        Tab("confirmed", "Confirmed remission", status.draw_confirmed),
        Tab("day_28", "Day 28, and after it", day_28),
        Tab("subgroups", "Response by subgroup", subgroups.draw),
        Tab("burden", "Disease burden", by_burden.draw),
        Tab("before", "Remission before, manufacturing", before),
    ),
)
