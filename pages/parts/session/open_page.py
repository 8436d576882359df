"""From one page to another, with everything chosen."""

import streamlit as st

from figures.labels import escape_markdown
from pages.parts.session.state import choose


def page_button(
    label: str, page: str, icon: str | None = None, key: str = "", explain: str = "", **chosen: str
) -> None:
    """A button that opens a page of the app. explain: what its words mean; chosen: choices that it makes on the way."""
    help_ = escape_markdown(explain, 2000) or None
    if st.button(label, key=key or f"open:{page}", icon=icon, help=help_) is True:
        for code, value in chosen.items():
            choose(code, value)
        st.switch_page(page)
