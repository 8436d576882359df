"""How complete the assessments of the schedule are, visit by visit."""

from analyses.cohort import Cohort
from analyses.monitoring.follow_up_board import completeness
from endpoints.schedule import DEFINITION, schedule_words
from estimators.proportion import proportion
from figures import monitoring
from figures.figure import figure_of
from pages.parts.show import show
from pages.parts.tables import draw_table

SCHEDULE = f"The declared schedule: assessment, nominal day and window. {DEFINITION}"


def draw(cohort: Cohort) -> None:
    """A heat map of visits, and the schedule itself."""
    found = completeness(cohort)
    title, charts = "Completeness of the assessments due", monitoring.cells(found)
    show(figure_of(found, title, *charts, definition=SCHEDULE, method=proportion, code="completeness"))
    draw_table(schedule_words(), "The declared schedule", 40)
