"""How long do the CAR-T cells persist?"""

import streamlit as st

from pages.parts.b_cell_aplasia import curve, measured, persistence, recovery, with_mrd
from pages.parts.data.study import load_study
from pages.parts.session.cohort import choose_cohort
from pages.parts.session.tabs import Tab, tabs

st.title("B-cell aplasia (BCA)")
cohort = choose_cohort(load_study())
tabs(
    cohort,
    "bca_figure",
    (
        Tab("curve", "Duration", curve.draw),
        Tab("visits", "By visit", measured.draw_visits),
        Tab("samples", "B cells over time", measured.draw_samples),
        Tab("rules", "Rules side by side", curve.draw_rules),
        Tab("recovery", "Relapse after recovery", recovery.draw),
        Tab("landmark", "From a landmark", curve.draw_landmark),
        Tab("with_mrd", "With MRD", with_mrd.draw),
        Tab("never", "Never aplastic", curve.draw_never),
        Tab("persistence", "Transgene", persistence.draw),
        Tab("igg", "IgG", measured.draw_immunoglobulin),
    ),
)
