"""Who are they, and what is one patient's story?"""

import streamlit as st

from pages.parts.patients import story, table
from pages.parts.sidebar import choose_cohort, choose_option
from pages.parts.study import load_study

st.title("Patients")
study = choose_cohort(load_study())
patient = table.draw(study, choose_option("patient_columns", table.VIEWS))
if patient is None:
    st.caption("Pick a row to read that patient's rows of every table in time order. Search and choice of columns: the "
               "menu at the table's top right.")
else:
    story.draw(study, patient)
