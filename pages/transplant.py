"""What did transplant before and after CAR-T change?"""

import streamlit as st

from analyses.cohort import Cohort
from pages.parts.data.study import load_study
from pages.parts.session.cohort import choose_cohort
from pages.parts.session.head import begin_page
from pages.parts.session.tabs import Tab, tabs
from pages.parts.transplant import after, dynamic, from_landmark, incidence, prior, salvage, time_dependent, who

begin_page("Transplant")
cohort = choose_cohort(load_study())
st.caption("Observational, not causal: who is transplanted differs from who is not, before and after CAR-T.")


def who_and_when(cohort: Cohort) -> None:
    """How many are transplanted in remission by when, and who they are."""
    incidence.draw(cohort)
    who.draw(cohort)


tabs(
    cohort,
    "transplant_figure",
    (
        Tab("landmark", "In remission, from a landmark", from_landmark.draw),
        Tab("landmarks", "Landmarks side by side", dynamic.draw),
        Tab("time_dependent", "Before and after transplant", time_dependent.draw),
        Tab("incidence", "Who was transplanted, and when", who_and_when),
        Tab("after", "After transplant", after.draw),
        Tab("prior", "Prior transplant", prior.draw),
        Tab("salvage", "Not in remission", salvage.draw),
    ),
)
