"""Measurements over time, patient by patient: which rows are drawn, and what is said of the others."""

import pandas as pd

from analyses.cohort import Cohort, ungrouped
from analyses.members import everybody_else
from analyses.result import Courses, Note
from endpoints.cohort import ALL_PATIENTS

MOST_PATIENTS = 120  # lines more than these cannot be told apart, and the browser slows down


def courses_of(cohort: Cohort, rows: pd.DataFrame, last_day: int, what: str) -> Courses:
    """Measurements (USUBJID ADY KIND VALUE WORDS ...) of the cohort: every patient counts and is in the files; of more
    than MOST_PATIENTS the chart draws every k-th by identifier, and says so."""
    everybody = ungrouped(cohort)
    rows = rows[rows["USUBJID"].isin(cohort.patients["USUBJID"]) & (rows["ADY"] <= last_day)]
    patients = sorted(rows["USUBJID"].unique())
    step = -(-len(patients) // MOST_PATIENTS) if patients else 1
    drawn = rows[rows["USUBJID"].isin(patients[::step])]
    table = rows.assign(GROUP=ALL_PATIENTS.label).sort_values(["USUBJID", "ADY"])
    first = ["USUBJID", "GROUP"]
    return Courses(
        cohort=everybody,
        n=len(patients),
        numbers=_per_kind(rows),
        rows=drawn,
        patients=table[[*first, *(column for column in table.columns if column not in first)]],
        left_out=everybody_else(everybody, rows["USUBJID"], "without", f"without {what}"),
        strata=(ALL_PATIENTS,),
        notes=_notes(rows, patients, step, last_day, what) if patients else (),
    )


def _notes(rows: pd.DataFrame, patients: list[str], step: int, last_day: int, what: str) -> tuple[Note, ...]:
    people = f"{len(patients)} patient{'s' * (len(patients) != 1)}"
    all_of = (
        Note("drawn_of", f"{len(rows)} {what} of {people} up to day {last_day}."),
        Note(
            "pointing", "Point at a line to bring its patient forward, click to keep it there, double-click to let go."
        ),
    )
    if step == 1:
        return all_of
    words = (
        f"Drawn: {len(patients[::step])} of the {len(patients)} patients, one of {step} in the order of their "
        "identifiers; the file has all."
    )
    return *all_of, Note("drawn", words, True)


def _per_kind(rows: pd.DataFrame) -> pd.DataFrame:
    """How many measurements of each kind, of how many patients."""
    counts = rows.groupby("KIND", sort=False)["USUBJID"].agg(n_rows="size", n="nunique")
    return counts.rename_axis("kind").reset_index()
