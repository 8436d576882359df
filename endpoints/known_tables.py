"""The tables as known at the data cut-off, complete: what an older schema lacks is there, and missing."""

import pandas as pd

# Which dates place a row in time. Rows dated after the cut-off never count, whatever else they say.
ROW_DATE = {
    "response_assessment": "date",
    "mrd_assessment": "date",
    "b_cell_assessment": "date",
    "immunoglobulin": "date",
    "ivig": "date",
    "contact": "date",
    "car_persistence": "date",
    "relapse": "date",
    "transplant": "date",
    "subsequent_therapy": "date",
    "adverse_event": "onset_date",
    "infection": "onset_date",
    "second_malignancy": "diagnosis_date",
}
# Dates inside a row that may lie after the cut-off, with the columns that are only known with them.
LATER_DATES: dict[str, dict[str, tuple[str, ...]]] = {
    "patient": {"death_date": ("vital_status", "cause_of_death"), "last_contact_date": ()},
    "treatment_course": {
        "infusion_date": ("dose_cells_e6", "dose_per_kg_e6", "transplant_intended"),
        "second_dose_date": ("second_dose_cells_e6",),
        "not_infused_date": ("not_infused_reason",),
        "lymphodepletion_start": (),
        "apheresis_date": (),
        "enrolment_date": (),
        "burden_date": (),
    },
    "adverse_event": {"resolution_date": ()},
}
# What schema version 2 has and version 1 lacks: table -> column -> dtype.
SINCE_2 = {
    "patient": {"prior_transplant_kind": "str"},
    "treatment_course": {"transplant_intended": "boolean", "iec_hs_assessed": "boolean", "icaht_assessed": "boolean"},
    "relapse": {"cd22_status": "str"},
    "transplant": {"reason": "str"},
    "infection": {
        "infection_id": "str",
        "patient_id": "str",
        "onset_date": "datetime64[s]",
        "organism_class": "str",
        "grade": "Int32",
        "site": "str",
    },
    "second_malignancy": {
        "second_malignancy_id": "str",
        "patient_id": "str",
        "diagnosis_date": "datetime64[s]",
        "kind": "str",
        "t_cell_origin": "boolean",
        "transgene_tested": "boolean",
        "transgene_found": "boolean",
    },
}


def complete_tables(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables with every column and table that schema version 2 added, missing where an older file has none."""
    completed = {}
    for name, columns in SINCE_2.items():
        rows = tables.get(name, pd.DataFrame())
        absent = {c: pd.Series(pd.NA, index=rows.index, dtype=t) for c, t in columns.items() if c not in rows}
        completed[name] = rows.assign(**absent) if absent else rows
    return tables | completed


def cut_tables(tables: dict[str, pd.DataFrame], cutoff: pd.Timestamp) -> dict[str, pd.DataFrame]:
    """The tables as known at the cut-off, each patient row carrying PT, its patient's position.

    Only patients with a treatment course enrolled by then are kept (a course without any date is kept: its dates are
    missing, not later). Raises KeyError when a table of schema version 1 is missing.
    """
    tables = complete_tables(tables)
    courses = _forget_later(tables["treatment_course"], LATER_DATES["treatment_course"], cutoff)
    start = tables["treatment_course"][["enrolment_date", "apheresis_date", "infusion_date"]].min(axis=1)
    courses = courses[~(start > cutoff)]
    patients = tables["patient"]
    patients = patients[patients["patient_id"].isin(courses["patient_id"])].sort_values("patient_id")
    known = {"patient": _forget_later(patients, LATER_DATES["patient"], cutoff), "treatment_course": courses}
    for name, date in ROW_DATE.items():
        rows = tables[name]
        known[name] = _forget_later(rows[~(rows[date] > cutoff)], LATER_DATES.get(name, {}), cutoff)
    position = pd.Index(patients["patient_id"])
    placed = {name: _place(rows, position) for name, rows in known.items()}
    return placed | {"product": tables["product"]}


def _forget_later(rows: pd.DataFrame, later: dict[str, tuple[str, ...]], cutoff: pd.Timestamp) -> pd.DataFrame:
    changed: dict[str, pd.Series] = {}
    for date, dependent in later.items():
        unknown = rows[date] > cutoff
        if unknown.any():
            changed |= {column: rows[column].mask(unknown) for column in (date, *dependent)}
    return rows.assign(**changed) if changed else rows


def _place(rows: pd.DataFrame, position: pd.Index) -> pd.DataFrame:
    placed = rows.assign(PT=position.get_indexer(rows["patient_id"]))
    return placed[placed["PT"] >= 0].reset_index(drop=True)


def known_dates(rows: pd.DataFrame) -> list[str]:
    """The date columns of a table of patients' rows; none for reference data."""
    return [c for c in rows.columns if pd.api.types.is_datetime64_dtype(rows[c])] if "PT" in rows.columns else []
