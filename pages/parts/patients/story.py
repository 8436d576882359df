"""One patient's rows of every table, in time order."""

from analyses.cohort import Cohort
from endpoints.story import derive_story
from figures.rows import rows_figure
from pages.parts.access.trace import note_patient
from pages.parts.show import show_table

DEFINITION = (
    "Every row of every table that names this patient, up to the data cut-off, and the dates derived from "
    "them under the active rules (domain: derived). ADY counts days from day 0, the first infusion."
)


def draw(cohort: Cohort, usubjid: str) -> None:
    """The story as a table with its file."""
    note_patient(cohort, usubjid)
    story = derive_story(cohort.whole, usubjid)
    show_table(rows_figure(cohort, f"Patient {usubjid}", story, definition=DEFINITION, code="patient_story"))
