"""Measurements over time, patient by patient: which rows are drawn, and what is said of the others."""

import pandas as pd

from analyses.result import Estimates, reasons_frame
from endpoints.cohort import ALL_PATIENTS
from pages.parts.session.sidebar import Cohort

MOST_PATIENTS = 120  # lines more than these cannot be told apart, and the browser slows down
NUMBERS = ["USUBJID", "ADY", "KIND", "VALUE", "WORDS"]


def of_rows_over_time(study: Cohort, rows: pd.DataFrame, last_day: int, what: str) -> Estimates:
    """Estimates of measurements (USUBJID ADY KIND VALUE WORDS ...): every patient counts and is in the files; of more
    than MOST_PATIENTS the chart draws every k-th by identifier, and says so."""
    rows = rows[rows["USUBJID"].isin(study.adsl["USUBJID"]) & (rows["ADY"] <= last_day)]
    patients = sorted(rows["USUBJID"].unique())
    step = -(-len(patients) // MOST_PATIENTS) if patients else 1
    drawn = rows[rows["USUBJID"].isin(patients[::step])]
    without = study.n - len(patients)
    people = f"{len(patients)} patient{'s' * (len(patients) != 1)}"
    notes = (
        [
            f"{len(rows)} {what} of {people} up to day {last_day}. Point at a line to bring its patient "
            "forward, click to keep it there, double-click to let go."
        ]
        if patients
        else []
    )
    if step > 1:
        notes.append(
            f"Drawn: {len(patients[::step])} of the {len(patients)} patients, one of {step} in the order of "
            "their identifiers; the file has all."
        )
    table = rows.assign(GROUP=ALL_PATIENTS.label).sort_values(["USUBJID", "ADY"])
    first = ["USUBJID", "GROUP"]
    return Estimates(
        n=len(patients),
        numbers=_per_kind(rows),
        curve=drawn,
        patients=table[[*first, *(c for c in table.columns if c not in first)]],
        notes=tuple(notes),
        left_out=reasons_frame({f"without {what}": without} if without else {}),
    )


def _per_kind(rows: pd.DataFrame) -> pd.DataFrame:
    """How many measurements of each kind, of how many patients."""
    counts = rows.groupby("KIND", sort=False)["USUBJID"].agg(n_rows="size", n="nunique")
    return counts.rename_axis("kind").reset_index()
