"""Who was treated, and how is the cohort doing?"""

import streamlit as st

from pages.parts.overview import flow, follow_up, headline, infusions
from pages.parts.sidebar import choose_cohort
from pages.parts.study import load_study

st.title("Overview")
study = choose_cohort(load_study())
for figure in (headline, flow, infusions, follow_up):
    figure.draw(study)
