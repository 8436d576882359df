"""Who are they, and what is one patient's story?"""

import streamlit as st

from pages.parts.data.study import load_study
from pages.parts.patients import steps, story, table, timeline
from pages.parts.session.cohort import choose_cohort
from pages.parts.session.head import begin_page
from pages.parts.session.options import choose_option

begin_page("Patients")
cohort = choose_cohort(load_study())
patient = table.draw(cohort, choose_option("patient_columns", table.VIEWS))
if patient is None:
    st.caption(
        "Pick a row to see that patient's timeline and rows of every table. Search and choice of columns: the "
        "menu at the table's top right."
    )
else:
    steps.draw(cohort, patient)
    timeline.draw(cohort, patient)
    story.draw(cohort, patient)
