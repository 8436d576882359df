"""The glossary as a page: clinical terms, variable names folded beneath them, and a search in both."""

import streamlit as st

from figures.glossary import glossary_page
from pages.parts.session.paging import search_words


def draw() -> None:
    """Every abbreviation that may stand on a screen or in a file, or those that are searched for."""
    st.html(glossary_page(search_words("the glossary", "glossary")))
