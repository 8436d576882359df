"""The list of patients, and under it the story of the one that is chosen."""

import streamlit as st

from analyses.cohort import Cohort
from pages.parts.patients import attention, steps, story, table, timeline
from pages.parts.session.options import choose_option


def draw(cohort: Cohort) -> None:
    """The table; with a row chosen, timeline, findings, what is due, and every row."""
    patient = table.draw(cohort, choose_option("patient_columns", table.VIEWS))
    if patient is None:
        st.caption(
            "Pick a row to see that patient's timeline and rows of every table. Search and choice of columns: the "
            "menu at the table's top right."
        )
        return
    steps.draw(cohort, patient)
    timeline.draw(cohort, patient)
    attention.draw(cohort, patient)
    story.draw(cohort, patient)
