"""Of whom is month 3 known? The denominator by centre or quarter of infusion."""

from analyses.cohort import Cohort
from analyses.status.board import DONE_OF_DUE, board
from endpoints.board import DEFINITION
from estimators.proportion import proportion
from figures import rate_pictures
from figures.figure import figure_of
from pages.parts.session.options import choose_option
from pages.parts.show import show


def draw(cohort: Cohort) -> None:
    """Stacked classes of the assessment at month 3."""
    found = board(cohort, choose_option("board_by"))
    show(
        figure_of(
            found,
            "Response assessment at month 3",
            *rate_pictures.shares(found),
            *rate_pictures.rate_per_row(found, DONE_OF_DUE),
            definition=DEFINITION,
            method=proportion,
            code="board",
        )
    )
