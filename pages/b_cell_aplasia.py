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
months = choose_option("survival_months")
rule = estimate.bca_rule(study)
if choose_option("bca_view") == "ongoing":
    found = estimate.by_group(study, BCA, kaplan_meier, months)
    show(study, BCA.param, *pictures.curves(found, "Probability of ongoing B-cell aplasia"), numbers=found.numbers,
         patients=found.patients, definition=f"{BCA.over} {rule}", method=kaplan_meier,
         notes=(*found.notes, *estimate.aplasia_notes(study)), left_out=found.left_out, n=found.n, code="bca")
else:
    found = estimate.by_group(study, BCACI, aalen_johansen, months)
    show(study, BCACI.param, *pictures.incidences(found), numbers=found.numbers, patients=found.patients,
         definition=f"{BCACI.over} {rule}", method=aalen_johansen,
         notes=(*found.notes, *estimate.aplasia_notes(study)), left_out=found.left_out, n=found.n, code="bcaci")
