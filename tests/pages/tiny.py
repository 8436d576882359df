"""Twelve literal patients and a one-figure page, for the tests of what all pages share."""

import pandas as pd
import streamlit as st

from analyses.cohort import CohortData
from analyses.members import left_out_of
from analyses.result import Result
from endpoints.rules import Rules
from figures.chart import Chart
from figures.figure import figure_of
from pages.parts.session.cohort import choose_cohort
from pages.parts.session.options import choose_option
from pages.parts.show import show
from tests.literal import patient, tables_of

HOSTILE = "![x](http://127.0.0.1:9/b) :red[y] `z` <b>"
PATIENTS = [  # id, sex, product, centre, birth month (infused on 2024-01-01), infused on day
    ("P01", "female", "TISA", "C1", "2014-01", 0),
    ("P02", "female", "TISA", "C1", "2010-01", 0),
    ("P03", "female", "BREXU", "C2", "1990-01", 0),
    ("P04", "female", "BREXU", "C3", "1980-01", 0),
    ("P05", "female", "TISA", "C4", None, None),
    ("P06", "male", "TISA", "C5", "2019-06", 0),
    ("P07", "male", "TISA", "C6", "2000-01", 0),
    ("P08", "male", "BREXU", "C7", "1960-01", 0),
    ("P09", "male", "BREXU", HOSTILE, "1970-01", 0),
    ("P10", None, "TISA", "C1", None, 0),
    ("P11", None, "BREXU", "C2", "1998-02", 0),
    ("P12", None, "TISA", "C3", "1998-01", None),
]


def loaded(**changes) -> CohortData:
    """The patients as a loaded database."""
    tables = tables_of(
        *(
            patient(i, sex=sex, product=product, site_code=site, birth_month=born, infused=day, last_contact=400)
            for i, sex, product, site, born, day in PATIENTS
        )
    )
    base = dict(
        title=f"Tiny {HOSTILE}",
        data_cutoff=pd.Timestamp("2025-06-30"),
        version="0123456789ab",
        source="tests",
        synthetic=True,
        scope="all",
        tables=tables,
    )
    return CohortData(**(base | changes))


figure_numbers = None  # tests replace these: the numbers of the figure,
figure_left_out = {}  # and who is left out: reason -> n


def page():
    """A page of one choice and one figure: patients per group."""
    st.title("Tiny")
    cohort = choose_cohort(loaded())
    choose_option("mrd_visit")
    show(figure(cohort))


def figure(cohort):
    """How many patients each group has."""
    counts = cohort.members["GROUP"].value_counts()
    frame = pd.DataFrame(
        {"group": [g.label for g in cohort.groups], "n": [int(counts.get(g.code, 0)) for g in cohort.groups]}
    )
    out = sum(figure_left_out.values())
    result = Result(
        cohort=cohort,
        n=cohort.members["USUBJID"].nunique() - out,
        numbers=frame if figure_numbers is None else figure_numbers,
        patients=cohort.patients[["USUBJID", "SITEID"]],
        left_out=left_out_of(cohort, figure_left_out),
    )
    drawn = Chart({"mark": "bar", "encoding": {}}, frame)
    return figure_of(result, "Patients", drawn, definition="All chosen patients.", method=Rules, code="patients")
