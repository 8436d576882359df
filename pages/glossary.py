"""What does an abbreviation stand for?"""

import streamlit as st

from pages.parts.data.study import load_study
from pages.parts.glossary import draw
from pages.parts.session.cohort import choose_cohort

st.title("Glossary")
cohort = choose_cohort(load_study())
draw()
