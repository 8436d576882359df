"""From one page to another, with everything chosen."""

import streamlit as st

from pages.parts.session.state import choose


def page_button(label: str, page: str, icon: str | None = None, key: str = "", **chosen: str) -> None:
    """A button that opens a page of the app. chosen: choices that it makes on the way."""
    if st.button(label, key=key or f"open:{page}", icon=icon) is True:
        for code, value in chosen.items():
            choose(code, value)
        st.switch_page(page)
