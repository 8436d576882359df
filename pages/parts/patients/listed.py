"""The list of patients, or in its place the story of the one that is chosen."""

import streamlit as st

from analyses.cohort import Cohort
from pages.parts.patients import attention, steps, story, table, timeline
from pages.parts.session.open_patient import chosen_patient, draw_again
from pages.parts.session.options import choose_option

HINT = "Search and choice of columns: the menu at the table's top right."


def draw(cohort: Cohort) -> None:
    """The table; with a patient chosen, timeline, findings, what is due, and every row, where the table was."""
    patient = chosen_patient(set(cohort.patients["USUBJID"]))
    if patient is None:
        patient = table.draw(cohort, choose_option("patient_columns", table.VIEWS))
        if patient is None:
            st.caption(HINT)
            return
        draw_again()
    steps.draw(cohort, patient)
    timeline.draw(cohort, patient)
    attention.draw(cohort, patient)
    story.draw(cohort, patient)
