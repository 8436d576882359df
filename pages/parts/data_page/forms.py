"""What a centre begins with: the empty bundle, the data dictionary, the REDCap forms, example mappings."""

from functools import partial
from pathlib import Path

import streamlit as st

from analyses.cohort import Cohort
from data_access.dictionary import dictionary
from data_access.redcap_forms import dictionary as redcap_dictionary
from data_access.template import SOURCE, TITLE, template_zip
from pages.parts.download import draw_plain_file

DOCS = Path(__file__).parents[3] / "docs"
MAPPINGS = ("tables-mapping.toml", "redcap-mapping.toml", "cdisc-mapping.toml")


def draw(cohort: Cohort) -> None:
    """Every file with a button; each is made on the click."""
    st.text("An empty bundle to fill in, what its columns mean, and what other formats need.")
    cutoff = cohort.data.data_cutoff.date()
    with st.container(horizontal=True):
        draw_plain_file(
            "Template (ZIP)", lambda: template_zip(TITLE, cutoff, SOURCE), "template.zip", "application/zip"
        )
        draw_plain_file("Data dictionary", lambda: dictionary().encode(), "data-dictionary.md", "text/markdown")
        draw_plain_file(
            "REDCap data dictionary", lambda: redcap_dictionary().encode(), "redcap-data-dictionary.csv", "text/csv"
        )
        for name in MAPPINGS:
            draw_plain_file(f"Example: {name}", partial((DOCS / name).read_bytes), name, "application/toml")
