"""Second primary malignancy: incidence with death competing, and the list."""

import pandas as pd

from analyses.cohort import Cohort
from analyses.identifiers import among
from analyses.members import memoised
from analyses.refusal import infused_only
from analyses.result import Curves
from analyses.time_to_event.estimate import estimate_adtte
from endpoints.codes import words_of
from endpoints.malignancies import SECOND_MALIGNANCY, derive_malignancies, derive_second_malignancy
from estimators.aalen_johansen import aalen_johansen

KINDS = words_of("second_malignancy.kind")
TOLD, NOT_RECORDED = {True: "Yes", False: "No"}, "Not recorded"


@memoised
@infused_only("Second malignancy")
def second_malignancy(cohort: Cohort, months: str) -> Curves:
    """Cumulative incidence of the first other cancer after day 0."""
    derived = cohort.derived(SECOND_MALIGNANCY.paramcd, derive_second_malignancy)
    return estimate_adtte(cohort, SECOND_MALIGNANCY, derived, aalen_johansen, months, "Months from infusion")


@memoised
def malignancy_rows(cohort: Cohort) -> pd.DataFrame:
    """Every second malignancy of the filtered patients, one row each, in words."""
    rows = cohort.derived("SPMROWS", derive_malignancies)
    rows = rows[among(rows["USUBJID"], cohort.patients["USUBJID"])].reset_index(drop=True)
    told = {column: rows[column].map(TOLD).fillna(NOT_RECORDED) for column in ("TCELL", "TESTED", "FOUND")}
    return rows.assign(KIND=rows["KIND"].map(KINDS), **told)
