"""The address of what a page finds out while it is drawn: an option or a tab that it does not have."""

import streamlit as st

from pages.parts.component import mount
from pages.parts.session.state import ADDRESS, write_url

KEY = "address"


def leave_address() -> None:
    """Leave the canonical address. After a menu click the browser puts it in place of the one before, so that Back
    takes one press; the facets, drawn before, could not say so any more."""
    told = st.session_state[ADDRESS]
    write_url()
    newer = st.session_state[ADDRESS]
    if newer != told:
        mount(KEY, "<span></span>", key=f"{KEY}:{newer['turn']}", data=newer, height="content")
