"""Who gets CRS or neurotoxicity after infusion, how severe, when, and how is it treated?"""

import streamlit as st

from endpoints.toxicity import CLASSES, TOXICITY, episode_definition, grade_definition, treatment_definition
from estimators.proportion import proportion
from estimators.quartiles import quartiles
from pages.parts import estimate, pictures
from pages.parts.figure import show
from pages.parts.published import beside
from pages.parts.sidebar import choose_cohort, choose_option
from pages.parts.study import load_study

st.title("Toxicity")
study = choose_cohort(load_study())
with st.container(horizontal=True):
    chosen = TOXICITY[choose_option("toxicity")], choose_option("toxicity_scale")
toxicity, scale = chosen
name = f"{toxicity.paramcd}, {scale} scale"
code = f"{toxicity.paramcd}_{scale}".lower()
found = estimate.toxicity_grades(study, *chosen)
published = {f"{toxicity.paramcd}_any": "Any grade, of assessed", f"{toxicity.paramcd}_ge3": "Grade ≥ 3, of assessed"}
show(study, f"{name}: maximum grade", found, *pictures.shares(found, CLASSES), *beside(
     study, pictures.rates(found.rates, found.series), published, "intervals", lambda p: f"{scale} scale" in p.note),
     definition=grade_definition(*chosen), method=proportion,
     code=f"{code}_grade")
found = estimate.toxicity_days(study, *chosen)
show(study, f"{name}: onset and duration", found, *pictures.day_ranges(found), definition=episode_definition(*chosen),
     method=quartiles, code=f"{code}_days")
found = estimate.toxicity_treatment(study, *chosen)
show(study, f"{name}: tocilizumab and steroids", found, *pictures.rates(found.rates, found.series),
     definition=treatment_definition(*chosen), method=proportion, code=f"{code}_treatment")
