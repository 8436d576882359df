"""From one page to another, with everything chosen."""

import streamlit as st


def page_button(label: str, page: str, icon: str) -> None:
    """A button that opens a page of the app."""
    if st.button(label, key=f"open:{page}", icon=icon) is True:
        st.switch_page(page)
