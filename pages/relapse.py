"""Who relapses, how, and against which competing risks?"""

import streamlit as st

from pages.parts.data.study import load_study
from pages.parts.relapse import afterwards, estimands, incidence
from pages.parts.session.cohort import choose_cohort
from pages.parts.session.tabs import Tab, tabs

st.title("Relapse")
cohort = choose_cohort(load_study())
tabs(
    cohort,
    "relapse_figure",
    (
        Tab("incidence", "Incidence", incidence.draw),
        Tab("cd19", "By CD19 status", incidence.draw_cd19),
        Tab("level", "By level", incidence.draw_level),
        Tab("site", "By site", afterwards.draw_sites),
        Tab("causes", "Deaths without relapse", incidence.draw_causes),
        Tab("estimands", "Transplant, three ways", estimands.draw),
        Tab("after", "After a warning sign", incidence.draw_after),
        Tab("outcome", "Survival from relapse", afterwards.draw_survival),
        Tab("list", "List", afterwards.draw_list),
    ),
)
