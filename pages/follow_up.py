"""Of whom is an assessment due, done or missed, and what is due next?"""

from pages.parts.data.study import load_study
from pages.parts.follow_up import board, due, schedule
from pages.parts.session.cohort import choose_cohort
from pages.parts.session.head import begin_page
from pages.parts.session.tabs import Tab, tabs

begin_page("Follow-up")
cohort = choose_cohort(load_study())
tabs(
    cohort,
    "follow_figure",
    (
        Tab("board", "Follow-up board", board.draw),
        Tab("due", "Due next", due.draw),
        Tab("completeness", "Completeness per visit", schedule.draw),
    ),
)
