"""What of a figure may be seen by somebody: rows of patients and their pseudonyms for the granted sites, or none.

UPPERCASE columns are patients (CONTRIBUTING): a frame with USUBJID has a row per patient, whatever it is drawn as.
"""

from collections.abc import Collection
from dataclasses import replace

import pandas as pd

from analyses.result import Note
from figures.chart import Chart
from figures.figure import PATIENTS, ROWS, Figure

ID = "USUBJID"
NO_PATIENTS = "Your role does not include rows of single patients; they are not shown."
OTHER_SITES = "Patients of other centres are not shown one by one."
NO_ROWS = "no_patient_rows"


def without_patients(figure: Figure) -> Figure:
    """The same without a row of a patient in tables and charts; where nothing else was in it, a sentence."""
    tables = {
        kind: table.iloc[:0] if kind == ROWS else table
        for kind, table in figure.tables.items()
        if kind == ROWS or (kind != PATIENTS and not _is_of_patients(table))
    }
    charts = tuple(chart for chart in figure.charts if not any(map(_is_of_patients, _frames(chart))))
    hidden = ROWS in tables or len(charts) < len(figure.charts)
    said = [note for note in figure.notes if note.code != NO_ROWS]
    if ROWS in tables:
        note = Note(NO_ROWS, NO_PATIENTS)
        return replace(figure, title=_without_name(figure), tables=tables, charts=charts, notes=(note,))
    notes = (*said, *((Note(NO_ROWS, NO_PATIENTS),) if hidden else figure.notes[len(said) :]))
    return replace(figure, tables=tables, charts=charts, notes=notes)


def of_sites(figure: Figure, sites: Collection[str]) -> Figure:
    """The same with rows of patients of these sites only; numbers stay those of everybody."""
    everybody = figure.cohort.whole.adsl
    own = everybody.loc[everybody["SITEID"].isin(list(sites)), ID]
    tables = {kind: _own(table, own) for kind, table in figure.tables.items()}
    charts = tuple(_chart_of(chart, own) for chart in figure.charts)
    fewer = any(len(tables[kind]) < len(table) for kind, table in figure.tables.items())
    notes = (*figure.notes, *((Note(NO_ROWS, OTHER_SITES),) if fewer else ()))
    return replace(figure, tables=tables, charts=charts, notes=notes)


def _chart_of(chart: Chart, own: pd.Series) -> Chart:
    if isinstance(chart.frame, dict):
        return replace(chart, frame={name: _own(frame, own) for name, frame in chart.frame.items()})
    return replace(chart, frame=_own(chart.frame, own))


def _own(table: pd.DataFrame, own: pd.Series) -> pd.DataFrame:
    return table[table[ID].isin(own)].reset_index(drop=True) if _is_of_patients(table) else table


def _frames(chart: Chart) -> list[pd.DataFrame]:
    return list(chart.frame.values()) if isinstance(chart.frame, dict) else [chart.frame]


def _is_of_patients(table: pd.DataFrame) -> bool:
    return ID in table


def _without_name(figure: Figure) -> str:
    """A figure of one patient is called by the pseudonym."""
    return "Patient" if figure.n == 1 and figure.code.startswith("patient") else figure.title
