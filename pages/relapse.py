"""Who relapses, how, and against which competing risks?"""

import streamlit as st

from endpoints.catalogue import CIR, CIRCD19, NRM
from estimators.aalen_johansen import aalen_johansen
from pages.parts import estimate, pictures
from pages.parts.figure import show
from pages.parts.sidebar import choose_cohort, choose_option
from pages.parts.study import load_study

st.title("Relapse")
study = choose_cohort(load_study())
endpoint = {"any": CIR, "cd19": CIRCD19, "nrm": NRM}[choose_option("relapse_view")]
found = estimate.by_group(study, endpoint, aalen_johansen, choose_option("survival_months"))
show(study, endpoint.param, found, *pictures.incidences(found), definition=endpoint.over, method=aalen_johansen,
     code=endpoint.paramcd.lower())
