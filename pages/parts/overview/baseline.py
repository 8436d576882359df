"""Table 1: who the patients were before infusion, by the compared groups."""

from analyses.cohort import Cohort
from analyses.status.baseline import baseline
from estimators import balance
from figures.figure import figure_of
from pages.parts.show import show

ALL_ROWS = 500  # a Table 1 is read as a whole
DEFINITION = "Characteristics known before infusion. Levels that nobody has are not shown."


def draw(cohort: Cohort) -> None:
    """One row per characteristic or level, one column per group."""
    show(
        figure_of(baseline(cohort), "Baseline", definition=DEFINITION, method=balance, code="baseline"),
        table_rows=ALL_ROWS,
    )
