"""Which assays speak in the figures of this page."""

import streamlit as st

from endpoints.mrd import Assays
from pages.parts.sidebar import choose_option


def choose_assays() -> Assays:
    """Method and specimen, side by side."""
    with st.container(horizontal=True):
        return Assays(choose_option("mrd_method"), choose_option("mrd_specimen"))
