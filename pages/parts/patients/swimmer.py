"""The swimmer plot of the cohort; a pressed lane opens the story of its patient."""

from analyses.cohort import Cohort
from analyses.monitoring.swimmer import DEFINITION
from analyses.monitoring.swimmer import swimmer as lanes
from figures import monitoring
from figures.figure import figure_of
from figures.rows import rows_figure
from pages.parts.session.open_patient import choose_patient, draw_again, story_button
from pages.parts.session.options import choose_number, choose_option
from pages.parts.session.picks import take_picked
from pages.parts.show import show, show_table

CODE = "swimmer"
OTHERS = "on another page of lanes, or not infused"


def draw(cohort: Cohort) -> None:
    """Forty lanes at a time, and the same patients as a list to choose from."""
    found = lanes(cohort, choose_option("swimmer_order"), choose_number("swimmer_page"))
    title, charts = "Course of each patient", monitoring.swimmer(found)
    show(figure_of(found, title, *charts, definition=DEFINITION, code=CODE))
    if pressed := take_picked(CODE):
        choose_patient(pressed["USUBJID"])
        draw_again()
    if found.n:
        rows = found.patients[found.patients["USUBJID"].isin(found.order)].reset_index(drop=True)
        words = {"others": OTHERS, "definition": DEFINITION, "order": "in the order of the lanes"}
        listed = rows_figure(cohort, "Patients of these lanes", rows, code="lanes", **words)
        story_button(show_table(listed, key="USUBJID"), "lanes")
