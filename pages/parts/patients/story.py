"""One patient's rows of every table, in time order."""

from endpoints.story import derive_story
from figures.figure import show_table
from pages.parts.session.sidebar import Cohort

DEFINITION = (
    "Every row of every table that names this patient, up to the data cut-off, and the dates derived from "
    "them under the active rules (domain: derived). ADY counts days from day 0, the first infusion."
)


def draw(cohort: Cohort, usubjid: str) -> None:
    """The story as a table with its file."""
    story = derive_story(cohort.whole, usubjid)
    show_table(cohort, f"Patient {usubjid}", story, n=1, definition=DEFINITION, code="patient_story")
