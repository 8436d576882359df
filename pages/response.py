"""Who is in remission at 3 months?"""

import streamlit as st

from pages.parts.data.study import load_study
from pages.parts.response import by_burden, status, subgroups, transitions
from pages.parts.session.cohort import choose_cohort
from pages.parts.session.tabs import Tab, tabs

st.title("Response at 3 months")
cohort = choose_cohort(load_study())
tabs(
    cohort,
    "response_figure",
    (
        Tab("status", "Response", status.draw),
        Tab("confirmed", "Confirmed", status.draw_confirmed),
        Tab("day_28", "Day 28", status.draw_day_28),
        Tab("transitions", "Day 28 to month 3", transitions.draw),
        Tab("subgroups", "Subgroups", subgroups.draw),
        Tab("burden", "Disease burden", by_burden.draw),
        Tab("before", "Remission before", by_burden.draw_before),
        Tab("made", "Manufacturing", by_burden.draw_made),
    ),
)
