"""What are the programme's early and one-year outcomes, by centre, product and year?"""

from pages.parts.data.study import load_study
from pages.parts.programme import board, funnel
from pages.parts.session.cohort import choose_cohort
from pages.parts.session.head import begin_page
from pages.parts.session.tabs import Tab, tabs

begin_page("Programme")
cohort = choose_cohort(load_study())
tabs(cohort, "programme_figure", (Tab("board", "Outcome board", board.draw), Tab("funnel", "Funnel plot", funnel.draw)))
