"""What is due next, and the dates the registries ask for, as list, CSV and calendar."""

from analyses.cohort import Cohort
from analyses.monitoring.due import VISITS, due
from endpoints.due import DUE_DEFINITION, REGISTRY_DEFINITION
from figures.calendar import calendar_bytes
from figures.figure import figure_of
from pages.parts.download import draw_file
from pages.parts.listed import show_list
from pages.parts.session.open_patient import story_button
from pages.parts.session.options import choose_number, choose_option


def draw(cohort: Cohort) -> None:
    """The dates within so many days after the cut-off."""
    what, within = choose_option("due_what"), choose_number("due_within")
    found = due(cohort, what, within)
    title = "Visits due" if what == VISITS else "Registry follow-up due"
    definition = DUE_DEFINITION if what == VISITS else REGISTRY_DEFINITION
    figure = figure_of(found, title, code=f"due_{what}", definition=definition)
    story_button(show_list(figure, found), "due")
    if found.n:
        rows, cutoff = found.patients, cohort.data.cutoff_date
        draw_file(figure, "Calendar (ICS)", "ics", "text/calendar", lambda: calendar_bytes(rows, title, cutoff))
