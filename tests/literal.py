"""Literal patients: a few words per patient in, the frames of a cohort database out. Days count from day 0."""

import pandas as pd

from data_access.schema.tables import BUNDLE_TABLES, columns_of, key_of, kind_of
from endpoints.rules import Rules
from endpoints.study import Study, derive_study

DAY0 = pd.Timestamp("2024-01-01")
DTYPES = {"date": "datetime64[s]", "integer": "Int32", "number": "float64", "yes_no": "boolean"}
PRODUCTS = (
    dict(
        product_code="TISA",
        name="tisagenlecleucel",
        target_antigens="CD19",
        specificity="mono",
        cell_source="autologous",
        costimulatory_domain="4-1BB",
        status="approved",
    ),
    dict(
        product_code="BREXU",
        name="brexucabtagene autoleucel",
        target_antigens="CD19",
        specificity="mono",
        cell_source="autologous",
        costimulatory_domain="CD28",
        status="approved",
    ),
)


def date(day):
    """The date of a day relative to day 0; None stays missing."""
    return pd.NaT if day is None else DAY0 + pd.Timedelta(days=day)


def patient(
    patient_id,
    *,
    infused=0,
    enrolled=-40,
    product="TISA",
    last_contact=None,
    death=None,
    cause=None,
    responses=None,
    mrd=(),
    b_cells=(),
    relapses=(),
    transplants=(),
    therapies=(),
    courses=(),
    contacts=(),
    events=(),
    infections=(),
    malignancies=(),
    not_infused=None,
    reason=None,
    course=None,
    **columns,
):
    """Rows of one patient: {table: [row, ...]} with days instead of dates.

    responses {day: code}; mrd, b_cells, relapses, transplants, therapies: dicts with `day`; courses: further courses;
    events: adverse events, dicts with `day` of onset; infections and malignancies likewise (onset, diagnosis).
    """
    course = dict(
        product_code=product,
        course_number=1,
        enrolment_date=enrolled,
        infusion_date=infused,
        not_infused_date=not_infused,
        not_infused_reason=reason,
    ) | (course or {})
    rows = {
        "patient": [
            dict(
                site_code="C01",
                last_contact_date=last_contact,
                death_date=death,
                cause_of_death=cause,
                vital_status="alive" if death is None else "dead",
            )
            | columns
        ],
        "treatment_course": [course, *courses],
        "response_assessment": [dict(date=day, response=code) for day, code in (responses or {}).items()],
        "mrd_assessment": [dict(specimen="BM", method="flow") | _dated(row) for row in mrd],
        "b_cell_assessment": [dict(specimen="PB") | _dated(row) for row in b_cells],
        "relapse": [dict(level="morphologic") | _dated(row) for row in relapses],
        "transplant": [dict(kind="allogeneic") | _dated(row) for row in transplants],
        "subsequent_therapy": [_dated(row) for row in therapies],
        "contact": [dict(date=day) for day in contacts],
        "adverse_event": [dict(kind="CRS", scale="ASTCT") | _dated(row, "onset_date") for row in events],
        "infection": [_dated(row, "onset_date") for row in infections],
        "second_malignancy": [_dated(row, "diagnosis_date") for row in malignancies],
    }
    return {table: [row | {"patient_id": patient_id} for row in found] for table, found in rows.items()}


def _dated(row, date="date"):
    return {date if name == "day" else name: value for name, value in row.items()}


def tables_of(*patients, products=PRODUCTS):
    """All tables of the schema as frames, with data_access's dtypes; missing columns are missing values."""
    frames = {}
    for table in BUNDLE_TABLES:
        rows = (
            list(products) if table.name == "product" else [row for one in patients for row in one.get(table.name, ())]
        )
        frames[table.name] = _frame(table, rows)
    return frames


def _frame(table, rows):
    key = key_of(table).name
    numbered = [{key: f"X{n:04d}"} | row for n, row in enumerate(rows, start=1)]
    columns = {}
    for column in columns_of(table):
        values = [row.get(column.name) for row in numbered]
        kind = kind_of(column)
        if kind == "date":
            values = [v if isinstance(v, pd.Timestamp) else date(v) for v in values]
        columns[column.name] = pd.Series(values, dtype=DTYPES.get(kind, "str"))
    return pd.DataFrame(columns)


def study_of(*patients, cutoff=1000, **rules) -> Study:
    """A derived study of literal patients; cutoff in days from day 0."""
    return derive_study(tables_of(*patients), Rules(**rules), date(cutoff))
