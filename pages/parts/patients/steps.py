"""Previous and next patient of the filtered cohort. The choice travels in the session, never in the address."""

import streamlit as st

from analyses.cohort import Cohort
from analyses.members import patients_with_course
from pages.parts.session.open_patient import close_story
from pages.parts.show import choose_row

CODE = "patients"  # the table whose chosen row is moved


def draw(cohort: Cohort, chosen: str) -> None:
    """Two buttons and the place of the chosen patient, in the order of the table as it comes."""
    ids = list(dict.fromkeys(patients_with_course(cohort)["USUBJID"]))
    place = ids.index(chosen)
    with st.container(horizontal=True, vertical_alignment="center", key="steps"):
        st.button("Back to the list", icon=":material/list:", key="story:close", on_click=close_story)
        _button("Previous patient", ":material/chevron_left:", ids[place - 1] if place else None)
        st.text(f"{place + 1} of {len(ids)}", width="content")
        _button("Next patient", ":material/chevron_right:", ids[place + 1] if place + 1 < len(ids) else None)


def _button(label: str, icon: str, usubjid: str | None) -> None:
    st.button(
        label, icon=icon, key=f"step:{label}", disabled=usubjid is None, on_click=choose_row, args=(CODE, usubjid)
    )
