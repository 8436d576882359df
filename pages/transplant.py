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
months = choose_option("survival_months")
found = estimate.by_group(study, TTHSCT, aalen_johansen, months)
show(study, "Transplant in remission after CAR-T", *pictures.incidences(found), numbers=found.numbers,
     patients=found.patients, definition=TTHSCT.over, method=aalen_johansen, notes=found.notes,
     left_out=found.left_out, n=found.n, code="tthsct")
prior = estimate.compared_by(study, "prior_transplant")
found = estimate.by_group(prior, EFS, kaplan_meier, months)
show(prior, "Event-free survival by prior transplant", *pictures.curves(found, EFS.param), numbers=found.numbers,
     patients=found.patients, definition=EFS.over, method=kaplan_meier, notes=found.notes, left_out=found.left_out,
     n=found.n, code="efs_prior_transplant")
