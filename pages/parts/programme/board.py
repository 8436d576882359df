"""The outcome board: early and one-year results per centre, product or infusion year."""

from analyses.cohort import Cohort
from analyses.monitoring.outcome_board import outcome_board
from estimators import follow_up
from estimators.aalen_johansen import aalen_johansen
from estimators.kaplan_meier import kaplan_meier
from figures import monitoring
from figures.figure import figure_of
from pages.parts.session.options import choose_option
from pages.parts.show import show

DEFINITION = (
    "Infused patients, from infusion (relapse: from first remission). Survival and event-free survival by "
    "Kaplan-Meier, "
    "non-relapse mortality and relapse by Aalen-Johansen, log-log limits. At risk: under observation on that day. "
    "Completeness: Clark's C, observed over potential follow-up; EBMT asks for 80 %, CIBMTR for 90 %. Levels stand in "
    "the "
    "order of their names."
)


def draw(cohort: Cohort) -> None:
    """One outcome drawn, all of them in the table."""
    found = outcome_board(cohort, choose_option("programme_by"))
    charts = monitoring.board(found, choose_option("programme_reading"))
    methods = (kaplan_meier, aalen_johansen, follow_up.clark_c)
    show(figure_of(found, "Outcome board", *charts, definition=DEFINITION, method=methods, code="outcome_board"))
