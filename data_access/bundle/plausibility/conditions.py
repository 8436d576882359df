"""What rules are made of: conditions over the rows of a table, each cohort -> mask."""

import pandas as pd

from data_access.bundle.checks import Cohort

REMISSION = ("CR", "CRi")
IN_REMISSION = ("cr_mrd_positive", "cr_mrd_negative")  # before lymphodepletion
COURSE, DAY0 = "treatment_course", "course.infusion_date"


def has(table: str, column: str, *codes):
    return lambda cohort: cohort.tables[table][column].isin(codes).to_numpy(bool)


def yes(table: str, column: str):
    return lambda cohort: cohort.tables[table][column].fillna(False).to_numpy(bool)


def no(table: str, column: str):
    return lambda cohort: (~cohort.tables[table][column].fillna(True)).to_numpy(bool)


def given(table: str, column: str):
    return lambda cohort: cohort.tables[table][column].notna().to_numpy()


def both(one, other):
    return lambda cohort: one(cohort) & other(cohort)


def negated(condition):
    return lambda cohort: ~condition(cohort)


def number(table: str, column: str, compare, limit: float):
    return lambda cohort: compare(cohort.numbers(table, column), limit)


def rows_of(cohort: Cohort, table: str, *columns: str) -> pd.DataFrame:
    """The columns, of rows in which all of them are known, by date."""
    return cohort.tables[table][["patient_id", "date", *columns]].dropna().sort_values("date", kind="stable")


def nearby(rows: pd.DataFrame, others: pd.DataFrame, direction: str, **options) -> pd.DataFrame:
    """Beside each row the values of the patient's nearest other one, missing where there is none; in the order of rows.

    rows: patient_id, date, without missing ones; direction: backward, forward or nearest, as pandas.merge_asof.
    """
    rows = rows.reset_index(names="row").sort_values("date", kind="stable")
    rows, others = by_objects(rows), by_objects(others)
    found = pd.merge_asof(rows, others, on="date", by="patient_id", direction=direction, **options)
    return found.set_index("row").sort_index()


def by_objects(rows: pd.DataFrame) -> pd.DataFrame:
    """With the identifiers as objects: an empty table may hold its texts in another storage, which no merge takes."""
    return rows.astype({"patient_id": object})
