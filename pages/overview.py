"""Who was treated, and how is the cohort doing?"""

from analyses.cohort import Cohort
from pages.parts.data.study import load_study
from pages.parts.overview import attention, baseline, board, flow, follow_up, headline, infusions, tiles, welcome
from pages.parts.session.cohort import choose_cohort
from pages.parts.session.head import begin_page
from pages.parts.session.tabs import Tab, tabs

begin_page("Overview")
cohort = choose_cohort(load_study())


def first(cohort: Cohort) -> None:
    """What everybody asks first: the numbers, who needs somebody to look, when patients were infused."""
    welcome.draw(cohort)
    tiles.draw(cohort)
    attention.draw(cohort)
    infusions.draw(cohort)


def every_number(cohort: Cohort) -> None:
    """All headline numbers with interval, by group; the way to month 3 with every reason."""
    headline.draw(cohort)
    flow.draw(cohort)


tabs(
    cohort,
    "overview_figure",
    (
        Tab("headline", "At a glance", first),
        Tab("numbers", "Headline numbers and flow", every_number),
        Tab("baseline", "Baseline (Table 1)", baseline.draw),
        Tab("board", "Month-3 board", board.draw),
        Tab("time", "Length of follow-up", follow_up.draw),
    ),
)
