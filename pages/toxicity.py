"""Who gets CRS or neurotoxicity after infusion, how severe, when, and how is it treated?"""

import streamlit as st

from analyses.status.toxicity import toxicity_days, toxicity_grades, toxicity_treatment
from endpoints.toxicity import (
    CLASSES,
    PUBLISHED_AS,
    TOXICITY,
    episode_definition,
    grade_definition,
    treatment_definition,
)
from estimators.proportion import proportion
from estimators.quartiles import quartiles
from figures import pictures
from figures.figure import show
from figures.published import with_published
from pages.parts.data.study import load_study
from pages.parts.session.sidebar import choose_cohort, choose_option

st.title("Toxicity")
cohort = choose_cohort(load_study())
with st.container(horizontal=True):
    chosen = TOXICITY[choose_option("toxicity")], choose_option("toxicity_scale")
toxicity, scale = chosen
name = f"{toxicity.paramcd}, {scale} scale"
code = f"{toxicity.paramcd}_{scale}".lower()
found = toxicity_grades(cohort, *chosen)
published = {
    f"{metric}_{grade}": outcome
    for metric in PUBLISHED_AS[toxicity.paramcd]
    for grade, outcome in (("any", "Any grade, of assessed"), ("ge3", "Grade ≥ 3, of assessed"))
}
show(
    cohort,
    f"{name}: maximum grade",
    found,
    *pictures.shares(found, CLASSES),
    *with_published(
        cohort,
        pictures.rates(found.rates, found.series),
        published,
        "intervals",
        lambda p: f"{scale} scale" in p.note,
        f"not said to be graded on the {scale} scale",
    ),
    definition=grade_definition(*chosen),
    method=proportion,
    code=f"{code}_grade",
)
found = toxicity_days(cohort, *chosen)
show(
    cohort,
    f"{name}: onset and duration",
    found,
    *pictures.day_ranges(found),
    definition=episode_definition(*chosen),
    method=quartiles,
    code=f"{code}_days",
)
found = toxicity_treatment(cohort, *chosen)
show(
    cohort,
    f"{name}: tocilizumab and steroids",
    found,
    *pictures.rates(found.rates, found.series),
    definition=treatment_definition(*chosen),
    method=proportion,
    code=f"{code}_treatment",
)
