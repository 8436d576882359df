"""One patient's findings on the watchlist, open data gaps among them, and what is due next."""

from analyses.cohort import Cohort
from analyses.monitoring.due import of_one_patient
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
    title = f"Findings on patient {usubjid}"
    show_table(rows_figure(cohort, title, found, code="patient_findings", definition=f"{sentence} {FINDINGS}"))
    title = f"Due next for patient {usubjid}"
    show_table(rows_figure(cohort, title, due, code="patient_due", definition=f"{sentence} {DUE_DEFINITION}"))
