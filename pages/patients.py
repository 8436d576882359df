"""Who are they, and what is one patient's story?"""

import streamlit as st

from pages.parts.data.study import load_study
from pages.parts.patients import listed, swimmer
from pages.parts.session.cohort import choose_cohort
from pages.parts.session.tabs import Tab, tabs

st.title("Patients")
cohort = choose_cohort(load_study())
tabs(
    cohort,
    "patients_figure",
    (Tab("list", "Patients and stories", listed.draw), Tab("swimmer", "Swimmer plot", swimmer.draw)),
)
