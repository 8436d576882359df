"""Who was treated, and how is the cohort doing?"""

from analyses.cohort import Cohort
from pages.parts.data.study import load_study
from pages.parts.overview import attention, baseline, board, flow, follow_up, headline, infusions
from pages.parts.session.cohort import choose_cohort
from pages.parts.session.head import begin_page
from pages.parts.session.tabs import Tab, tabs

begin_page("Overview")
cohort = choose_cohort(load_study())


def first(cohort: Cohort) -> None:
    """What everybody asks first."""
    headline.draw(cohort)
    attention.draw(cohort)
    flow.draw(cohort)


def over_time(cohort: Cohort) -> None:
    """When patients were infused, and for how long they are followed."""
    infusions.draw(cohort)
    follow_up.draw(cohort)


tabs(
    cohort,
    "overview_figure",
    (
        Tab("headline", "Headline and flow", first),
        Tab("baseline", "Baseline (Table 1)", baseline.draw),
        Tab("board", "Month-3 board", board.draw),
        Tab("time", "Infusions and follow-up", over_time),
    ),
)
