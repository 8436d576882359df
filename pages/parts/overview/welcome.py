"""What a newcomer reads first: what the app answers, what is synthetic, where own data go."""

import streamlit as st

from analyses.cohort import Cohort
from pages.parts.session.state import session_memory, touch

MEMORY = "welcome"
ANSWERS = "How patients fare after CAR-T cells."
SYNTHETIC = " These are invented; load your own under Data."


def draw(cohort: Cohort) -> None:
    """One line, on the first visit of a session."""
    memory = session_memory(MEMORY)
    if memory.get("read"):
        return
    with st.container(horizontal=True, vertical_alignment="center", key="welcome"):
        st.text(ANSWERS + (SYNTHETIC if cohort.data.synthetic else ""), width="stretch")
        st.button("Understood", key="welcome:close", type="tertiary", on_click=_close)


def _close() -> None:
    session_memory(MEMORY)["read"] = True
    touch()
