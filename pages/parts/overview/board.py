"""Of whom is month 3 known? The denominator by centre or quarter of infusion."""

from analyses.status.baseline import DONE_OF_DUE, board
from endpoints.board import CLASSES, DEFINITION
from estimators.proportion import proportion
from figures import pictures
from figures.figure import show
from pages.parts.session.sidebar import Cohort, choose_option


def draw(cohort: Cohort) -> None:
    """Stacked classes of the assessment at month 3."""
    compared, found = board(cohort, choose_option("board_by"))
    show(
        compared,
        "Response assessment at month 3",
        found,
        *pictures.shares(found, CLASSES),
        *pictures.rate_per_row(found, DONE_OF_DUE),
        definition=DEFINITION,
        method=proportion,
        code="board",
    )
