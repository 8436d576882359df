"""One patient's findings on the watchlist, open data gaps among them, and what is due next."""

import streamlit as st

from analyses.cohort import Cohort
from analyses.monitoring.due import asked_no_more, of_one_patient
from analyses.monitoring.watchlist import as_of
from endpoints.due import DUE_DEFINITION
from endpoints.watch.rules import WATCHLIST
from figures.rows import rows_figure
from pages.parts.show import show_table

FINDINGS = " ".join(f"{rule.label}: {rule.definition}" for rule in WATCHLIST)


def draw(cohort: Cohort, usubjid: str) -> None:
    """Two tables; a patient without findings, or with nothing due, has a sentence."""
    found, due = of_one_patient(cohort, usubjid)
    sentence = as_of(cohort).text
    of_findings = {
        "code": "patient_findings",
        "definition": f"{sentence} {FINDINGS}",
        "none": f"No finding. {sentence}",
    }
    show_table(rows_figure(cohort, f"Findings on patient {usubjid}", found, **of_findings))
    of_dates = {"code": "patient_due", "definition": f"{sentence} {DUE_DEFINITION}", "none": "Nothing is due."}
    if ended := asked_no_more(cohort, usubjid):
        st.text(ended)
    show_table(rows_figure(cohort, f"Due next for patient {usubjid}", due, **of_dates))
