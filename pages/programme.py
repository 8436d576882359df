"""What are the programme's early and one-year outcomes, by centre, product and year?"""

import streamlit as st

from pages.parts.data.study import load_study
from pages.parts.programme import board, funnel
from pages.parts.session.cohort import choose_cohort
from pages.parts.session.tabs import Tab, tabs

st.title("Programme")
cohort = choose_cohort(load_study())
tabs(cohort, "programme_figure", (Tab("board", "Outcome board", board.draw), Tab("funnel", "Funnel plot", funnel.draw)))
