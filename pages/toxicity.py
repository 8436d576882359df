"""Who gets CRS or neurotoxicity after infusion, how severe, when, and how is it treated?"""

import streamlit as st

from pages.parts.data.study import load_study
from pages.parts.session.cohort import choose_cohort
from pages.parts.session.tabs import Tab, tabs
from pages.parts.toxicity import episodes

st.title("Toxicity")
cohort = choose_cohort(load_study())
tabs(
    cohort,
    "toxicity_figure",
    (
        Tab("grades", "CRS and ICANS: grade", episodes.draw_grades),
        Tab("days", "Onset and duration", episodes.draw_days),
        Tab("treatment", "Treatment", episodes.draw_treatment),
    ),
)
