"""Patients of whom a registry knows relapse, death and last contact, but no visit: they are censored on day 0 for every
endpoint of disease, since a contact says nothing about remission."""

import numpy as np
import pandas as pd

from data_access.bundle.checks import WARN, Cohort, Masks, Rule
from data_access.bundle.plausibility.conditions import COURSE, DAY0
from data_access.schema.texts import is_in

FOLLOWED = pd.Timedelta(days=100)  # the first visit of every schedule lies before it
ASSESSED = (("response_assessment", "response", ("NE",)), ("mrd_assessment", "result", ("failed",)))


def _not_assessed(cohort: Cohort) -> Masks:
    """Infused patients alive and without relapse at a last contact beyond day 100; broken: nothing assessed since."""
    day0 = cohort.values("patient", DAY0).set_axis(cohort.tables["patient"].index)
    patients = cohort.tables["patient"].assign(day0=day0)
    followed = patients["last_contact_date"] - patients["day0"] > FOLLOWED
    event = patients["death_date"].notna() | _later(cohort, "relapse", patients)
    applies = (followed & ~event).to_numpy(bool)
    assessed = np.zeros(len(patients), bool)
    for table, column, empty in ASSESSED:
        rows = cohort.tables[table]
        assessed |= _later(cohort, table, patients, rows[rows[column].notna() & ~rows[column].isin(empty)])
    return applies, applies & ~assessed


def _later(cohort: Cohort, table: str, patients: pd.DataFrame, rows: pd.DataFrame | None = None) -> np.ndarray:
    """Whether a patient has a row dated after infusion."""
    rows = cohort.tables[table] if rows is None else rows
    day0 = patients.dropna(subset="patient_id").drop_duplicates("patient_id").set_index("patient_id")["day0"]
    later = rows["date"].to_numpy() > day0.reindex(rows["patient_id"]).to_numpy()
    return is_in(patients["patient_id"], rows["patient_id"][later])


NOT_ASSESSED = (
    Rule(
        "not-assessed-since-infusion",
        WARN,
        "patient",
        "last_contact_date",
        "a patient followed beyond day 100 without an event must have a response or MRD assessment since infusion",
        "event-free and relapse-free survival: without one the patient is censored on day 0",
        "Give the assessments. Where the source says that the status at last follow-up is one (a registry that asks "
        "for relapse in each period), switch on the rule 'Status at last follow-up is an assessment' in the dashboard.",
        _not_assessed,
        (COURSE, "response_assessment", "mrd_assessment", "relapse"),
    ),
)
