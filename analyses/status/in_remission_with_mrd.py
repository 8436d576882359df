"""CR or CRi beside MRD of 1 % or more: counted in words wherever a response or an MRD status is shown."""

import pandas as pd

from analyses.cohort import Cohort
from analyses.identifiers import among
from analyses.result import Note
from endpoints.counted_response import MRD_NEAR_DAYS, derive_mrd_in_remission

COUNTS_AS = {
    "no": "they count as in remission, as ELIANA and the FDA counted them; a rule in the sidebar changes it",
    "yes": "such an assessment counts as no remission (rule in force)",
}


def mrd_in_remission(cohort: Cohort, patients: pd.Series) -> tuple[Note, ...]:
    """How many of these patients (USUBJID) have one after infusion; nothing where nobody has."""
    rows = cohort.derived("MRDINRM", lambda whole: derive_mrd_in_remission(whole.tables, whole.adsl))
    n = rows.loc[among(rows["USUBJID"], patients), "USUBJID"].nunique()
    words = (
        f"In {n} patient{'s' * (n != 1)} shown, a CR or CRi stands beside MRD of 1 % or more within {MRD_NEAR_DAYS} "
        f"days of it, failure by ELN 2024; {COUNTS_AS[cohort.rules.mrd_failure]}."
    )
    return (Note("mrd_in_remission", words),) if n else ()
