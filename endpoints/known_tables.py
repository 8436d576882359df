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
# From which date a value is known, where that is not the date of its row: the first of these that is not missing. As
# the
# schema declares them (`dated_by`); a test holds both together. A row may carry dates after the cut-off: they, and what
# is known with them, are not there yet.
_INFUSED, _BEFORE = ("infusion_date",), ("burden_date", "lymphodepletion_start", "infusion_date")
_MADE = ("lymphodepletion_start", "infusion_date", "not_infused_date")
DATED_BY: dict[str, dict[str, tuple[str, ...]]] = {
    "patient": {
        "diagnosis_date": ("diagnosis_date",),
        "followed_elsewhere": ("last_contact_date",),
        "last_contact_date": ("last_contact_date",),
        "vital_status": ("death_date", "last_contact_date"),
        "death_date": ("death_date",),
        "cause_of_death": ("death_date",),
    },
    "treatment_course": {
        **{
            name: (name,)
            for name in (
                *("enrolment_date", "apheresis_date", "lymphodepletion_start", "burden_date"),
                *("infusion_date", "second_dose_date", "not_infused_date"),
            )
        },
        "manufacturing_outcome": _MADE,
        "bridging_therapy": _MADE,
        "not_infused_reason": ("not_infused_date",),
        "lymphodepletion": ("lymphodepletion_start", "infusion_date"),
        "second_dose_cells_e6": ("second_dose_date",),
        **dict.fromkeys(
            ("disease_status_before", "blasts_pct_before", "mrd_level_before", "cns_status", "extramedullary"), _BEFORE
        ),
        **dict.fromkeys(("dose_cells_e6", "dose_per_kg_e6", "transplant_intended"), _INFUSED),
        **dict.fromkeys(("crs_assessed", "icans_assessed", "iec_hs_assessed", "icaht_assessed"), _INFUSED),
    },
    "adverse_event": {"resolution_date": ("resolution_date",)},
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
    courses = _forget_later(tables["treatment_course"], DATED_BY["treatment_course"], cutoff)
    start = tables["treatment_course"][["enrolment_date", "apheresis_date", "infusion_date"]].min(axis=1)
    courses = _rows(courses, ~(start > cutoff))
    patients = tables["patient"]
    patients = _rows(patients, patients["patient_id"].isin(courses["patient_id"])).sort_values("patient_id")
    known = {"patient": _forget_later(patients, DATED_BY["patient"], cutoff), "treatment_course": courses}
    for name, date in ROW_DATE.items():
        rows = tables[name]
        known[name] = _forget_later(_rows(rows, ~(rows[date] > cutoff)), DATED_BY.get(name, {}), cutoff)
    position = pd.Index(patients["patient_id"])
    placed = {name: _place(rows, position) for name, rows in known.items()}
    return placed | {"product": tables["product"]}


def _forget_later(rows: pd.DataFrame, dated_by: dict[str, tuple[str, ...]], cutoff: pd.Timestamp) -> pd.DataFrame:
    """The rows without the values that are known from a date after the cut-off only."""
    later = {dates: _known_from(rows, dates) > cutoff for dates in set(dated_by.values())}
    changed = {name: rows[name].mask(later[dates]) for name, dates in dated_by.items() if later[dates].any()}
    return rows.assign(**changed) if changed else rows


def _known_from(rows: pd.DataFrame, dates: tuple[str, ...]) -> pd.Series:
    first = rows[dates[0]]
    for other in dates[1:]:
        first = first.fillna(rows[other])
    return first


def _place(rows: pd.DataFrame, position: pd.Index) -> pd.DataFrame:
    placed = rows.assign(PT=position.get_indexer(rows["patient_id"]).astype("int32"))
    return _rows(placed, placed["PT"] >= 0).reset_index(drop=True)


def _rows(rows: pd.DataFrame, kept: pd.Series) -> pd.DataFrame:
    """The rows that are kept; where all are, nothing is copied: a large cohort would stand in memory twice."""
    return rows if kept.all() else rows[kept]


def known_dates(rows: pd.DataFrame) -> list[str]:
    """The date columns of a table of patients' rows; none for reference data."""
    return [c for c in rows.columns if pd.api.types.is_datetime64_dtype(rows[c])] if "PT" in rows.columns else []
