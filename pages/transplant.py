"""What did transplant before and after CAR-T change?"""

import streamlit as st

from endpoints.catalogue import EFS, TTHSCT
from estimators.aalen_johansen import aalen_johansen
from estimators.kaplan_meier import kaplan_meier
from pages.parts import estimate, pictures
from pages.parts.figure import show
from pages.parts.sidebar import choose_cohort, choose_option
from pages.parts.study import load_study

st.title("Transplant")
study = choose_cohort(load_study())
st.caption("Observational, not causal: who is transplanted differs from who is not, before and after CAR-T.")
months = choose_option("survival_months")
found = estimate.by_group(study, TTHSCT, aalen_johansen, months)
show(study, "Transplant in remission after CAR-T", found, *pictures.incidences(found), definition=TTHSCT.over,
     method=aalen_johansen, code="tthsct")
prior = estimate.compared_by(study, "prior_transplant")
found = estimate.by_group(prior, EFS, kaplan_meier, months)
show(prior, EFS.param, found, *pictures.curves(found, EFS.param), definition=EFS.over,
     method=kaplan_meier, code="efs_prior_transplant")
