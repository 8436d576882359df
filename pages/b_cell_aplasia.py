"""How long do the CAR-T cells persist?"""

import streamlit as st

from endpoints.catalogue import BCA, BCACI
from estimators.aalen_johansen import aalen_johansen
from estimators.kaplan_meier import kaplan_meier
from pages.parts import estimate, pictures
from pages.parts.figure import show
from pages.parts.sidebar import choose_cohort, choose_option
from pages.parts.study import load_study

st.title("B-cell aplasia (BCA)")
study = choose_cohort(load_study())
ongoing = choose_option("bca_view") == "ongoing"
endpoint, estimator = (BCA, kaplan_meier) if ongoing else (BCACI, aalen_johansen)
found = estimate.by_group(study, endpoint, estimator, choose_option("survival_months"))
charts = pictures.curves(found, "Probability of ongoing B-cell aplasia") if ongoing else pictures.incidences(found)
show(study, endpoint.param, found, *charts, definition=endpoint.over, method=estimator, code=endpoint.paramcd.lower())
