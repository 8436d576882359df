"""How long do the CAR-T cells persist?"""

import streamlit as st

from analyses.cohort import Cohort
from endpoints.b_cell_course import DOMAIN_WORDS
from pages.parts.b_cell_aplasia import curve, measured, persistence, recovery, with_mrd
from pages.parts.data.study import load_study
from pages.parts.session.cohort import choose_cohort
from pages.parts.session.head import begin_page
from pages.parts.session.tabs import Tab, tabs

begin_page("B-cell aplasia (BCA)")
cohort = choose_cohort(load_study())


def samples(cohort: Cohort) -> None:
    """What was measured, at visits and patient by patient."""
    measured.draw_visits(cohort)
    measured.draw_samples(cohort)


def rules(cohort: Cohort) -> None:
    """How much the rule of loss moves the figure, and whom it never saw aplastic."""
    curve.draw_rules(cohort)
    curve.draw_never(cohort)


def beside(cohort: Cohort) -> None:
    """Measurements of their own: the transgene, and immunoglobulin."""
    persistence.draw(cohort)
    measured.draw_immunoglobulin(cohort)


tabs(
    cohort,
    "bca_figure",
    (
        Tab("curve", "Duration of aplasia", curve.draw),
        Tab("visits", "B cells at visits, over time", samples),
        Tab("rules", "Rules of loss", rules),
        Tab("recovery", "Relapse after recovery", recovery.draw),
        Tab("landmark", "By B cells, from a landmark", curve.draw_landmark),
        Tab("with_mrd", "With MRD", with_mrd.draw),
        Tab("persistence", "Transgene and IgG", beside),
    ),
)
st.caption(DOMAIN_WORDS)
