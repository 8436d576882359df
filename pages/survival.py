"""How long do patients live, and live event-free, after infusion?"""

import streamlit as st

from endpoints.catalogue import ENDPOINT, SURVIVAL_ENDPOINTS
from estimators.kaplan_meier import kaplan_meier
from pages.parts import estimate, pictures
from pages.parts.figure import show
from pages.parts.sidebar import choose_cohort, choose_option
from pages.parts.study import load_study

st.title("Survival")
study = choose_cohort(load_study())
endpoint = ENDPOINT[choose_option("survival_endpoint", [(e.paramcd, e.paramcd) for e in SURVIVAL_ENDPOINTS],
                                  explain="; ".join(f"{e.paramcd}: {e.param}" for e in SURVIVAL_ENDPOINTS))]
found = estimate.by_group(study, endpoint, kaplan_meier, choose_option("survival_months"))
show(study, endpoint.param, found, *pictures.curves(found, endpoint.param), definition=endpoint.over,
     method=kaplan_meier, code=endpoint.paramcd.lower())
