"""What is missing, per variable and centre."""

from analyses.cohort import Cohort
from analyses.monitoring.quality import missingness
from endpoints.variables import DEFINITION
from estimators.proportion import proportion
from figures import monitoring
from figures.figure import figure_of
from pages.parts.show import show


def draw(cohort: Cohort) -> None:
    """A heat map, darker where more is missing."""
    found = missingness(cohort)
    title, charts = "Missing values by variable and centre", monitoring.cells(found)
    show(figure_of(found, title, *charts, definition=DEFINITION, method=proportion, code="missing"))
