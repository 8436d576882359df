"""The glossary as a page: one table, and a search in it."""

import streamlit as st

from figures.glossary import found_terms, glossary_table
from pages.parts.session.paging import search_words


def draw() -> None:
    """Every abbreviation that may stand on a screen or in a file, or those that are searched for."""
    st.html(glossary_table(found_terms(search_words("the glossary", "glossary"))))
