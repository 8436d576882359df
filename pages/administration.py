"""Who did what, who may do what, and is the dashboard ready?"""

from pages.parts.administration import log, readiness, rights
from pages.parts.data.study import load_study
from pages.parts.session.cohort import choose_cohort
from pages.parts.session.head import begin_page
from pages.parts.session.tabs import Tab, tabs

begin_page("Administration")
cohort = choose_cohort(load_study())
tabs(
    cohort,
    "administration_figure",
    (
        Tab("log", "Audit log", log.draw),
        Tab("chain", "Chain of the log", log.draw_chain),
        Tab("readiness", "Readiness", readiness.draw),
        Tab("rights", "Who may what", rights.draw),
    ),
)
