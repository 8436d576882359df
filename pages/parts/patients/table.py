"""The filtered patients as a table to search, sort and choose from."""

import pandas as pd

from analyses.cohort import Cohort
from analyses.members import patients_with_course
from endpoints.cohort import FILTERS
from figures.rows import rows_figure
from pages.parts.show import show_table

VIEWS = (("course", "Course"), ("baseline", "Baseline"), ("all", "All columns"))
WHO = ("USUBJID", "AGE", "SEX", "SITEID", "PRODLABEL")  # a telephone shows the first ones
COURSE = (
    "TRTSDT",
    "RMSDT",
    "RELDT",
    "RELCD19",
    "HSCTRMDT",
    "HSCTSVDT",
    "NEWTHDT",
    "FAILDT",
    "BCALOSDT",
    "DTHDT",
    "DTHCAUS",
    "LSTCNTDT",
)
BASELINE = tuple(f.column for f in FILTERS if f.column not in ("SITEID", "AGE", "SEX", "PRODUCT"))
DEFINITION = (
    "One row per patient of the filtered population, with the dates derived under the active rules. Search "
    "and column choice: the table's own menu. Tick a row to open that patient's story."
)


def draw(cohort: Cohort, view: str) -> str | None:
    """The table; returns the chosen patient."""
    rows = patients_with_course(cohort)
    group = ["GROUP"] if cohort.by and cohort.by.code != "product" else []  # the product has a column anyway
    columns = list(rows.columns) if view == "all" else [*WHO, *group, *(COURSE if view == "course" else BASELINE)]
    shown, others = _shown(rows, columns), "without a row"
    figure = rows_figure(
        cohort, "Patients", shown, others=others, definition=DEFINITION, code="patients", order="by patient"
    )
    return show_table(figure, key="USUBJID")


def _shown(rows: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    return rows[list(dict.fromkeys(columns))]
