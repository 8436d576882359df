"""The glossary as a page: one table, which the browser's own search goes through."""

import streamlit as st

from figures.glossary import glossary_table


def draw() -> None:
    """Every abbreviation that may stand on a screen or in a file."""
    st.html(glossary_table())
