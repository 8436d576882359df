"""From any list to one patient's story. The chosen patient travels in the session, never in the address."""

import streamlit as st

from pages.parts.session.state import choose, session_memory, touch

LIST = "patients"  # the table on the page Patients whose chosen row has the story under it
PAGE = "pages/patients.py"


def story_button(usubjid: str | None, where: str) -> None:
    """A button that opens the story of the chosen patient; nothing while nobody is chosen. where: a key of its own."""
    if usubjid is None:
        return
    if st.button(f"Open the story of {usubjid}", key=f"story:{where}", icon=":material/open_in_new:") is True:
        choose_patient(usubjid)
        st.switch_page(PAGE)


def chosen_patient(among: set[str]) -> str | None:
    """Whose story is open, where it is one of these patients."""
    usubjid = session_memory("chosen").get(LIST)
    return usubjid if usubjid in among else None


def close_story() -> None:
    """Callback: back to the list."""
    session_memory("chosen").pop(LIST, None)
    touch()


def draw_again() -> None:
    """Draw the page again with what was chosen in this run."""
    st.rerun()


def choose_patient(usubjid: str) -> None:
    """The list of patients has this row chosen from now on, and is made anew with it."""
    session_memory("chosen")[LIST] = usubjid
    moved = session_memory("moved")
    moved[LIST] = moved.get(LIST, 0) + 1
    choose("patients_figure", "list")
