"""Who is MRD-negative, and who turns positive again?"""

import streamlit as st

from endpoints.mrd import CLASSES, DEFINITION, PICK
from endpoints.visits import VISIT
from estimators.proportion import proportion
from pages.parts import estimate, pictures
from pages.parts.figure import show
from pages.parts.sidebar import choose_cohort, choose_option
from pages.parts.study import load_study

st.title("Measurable residual disease (MRD)")
study = choose_cohort(load_study())
visit = VISIT[choose_option("mrd_visit")]
found = estimate.mrd(study, visit)
show(study, f"MRD status, {visit.label}", found, *pictures.shares(found, CLASSES),
     *pictures.rates(found.rates, found.series), definition=f"{DEFINITION[study.rules.mrd_cut]} {PICK}",
     method=proportion, code=f"mrd_{visit.code.lower()}")
