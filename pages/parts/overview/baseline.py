"""Table 1: who the patients were before infusion, by the compared groups."""

from estimators import balance
from pages.parts import estimate
from pages.parts.figure import show
from pages.parts.sidebar import Cohort

ALL_ROWS = 500  # a Table 1 is read as a whole
DEFINITION = "Characteristics known before infusion. Levels that nobody has are not shown."


def draw(study: Cohort) -> None:
    """One row per characteristic or level, one column per group."""
    show(
        study,
        "Baseline",
        estimate.baseline(study),
        definition=DEFINITION,
        method=balance,
        code="baseline",
        table_rows=ALL_ROWS,
    )
