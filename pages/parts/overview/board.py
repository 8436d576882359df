"""Of whom is month 3 known? The denominator by centre or quarter of infusion."""

from endpoints.board import CLASSES, DEFINITION
from estimators.proportion import proportion
from pages.parts import estimate, pictures
from pages.parts.estimate.baseline import DONE_OF_DUE
from pages.parts.figure import show
from pages.parts.sidebar import Cohort, choose_option


def draw(study: Cohort) -> None:
    """Stacked classes of the assessment at month 3."""
    compared, found = estimate.board(study, choose_option("board_by"))
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
