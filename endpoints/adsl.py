"""ADSL: one row per enrolled patient. TRTSDT, the first infusion of the index course, is day 0."""

import numpy as np
import pandas as pd

from endpoints.cohort import AGE_GROUP_STARTS, AGE_GROUPS, MISSING
from endpoints.patient_dates import earliest, latest
from endpoints.rules import Rules

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
}
# Dates inside a row that may lie after the cut-off, with the columns that are only known with them.
LATER_DATES = {
    "patient": {"death_date": ("vital_status", "cause_of_death"), "last_contact_date": ()},
    "treatment_course": {
        "infusion_date": ("dose_cells_e6", "dose_per_kg_e6"),
        "second_dose_date": ("second_dose_cells_e6",),
        "not_infused_date": ("not_infused_reason",),
        "lymphodepletion_start": (),
        "apheresis_date": (),
        "enrolment_date": (),
        "burden_date": (),
    },
    "adverse_event": {"resolution_date": ()},
}


def cut_tables(tables: dict[str, pd.DataFrame], cutoff: pd.Timestamp) -> dict[str, pd.DataFrame]:
    """The tables as known at the cut-off, each patient row carrying PT, its patient's position.

    Only patients with a treatment course enrolled by then are kept (a course without any date is kept: its dates are
    missing, not later). Raises KeyError when a table is missing.
    """
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
    changed = {}
    for date, dependent in later.items():
        unknown = rows[date] > cutoff
        if unknown.any():
            changed |= {column: rows[column].mask(unknown) for column in (date, *dependent)}
    return rows.assign(**changed) if changed else rows


def _place(rows: pd.DataFrame, position: pd.Index) -> pd.DataFrame:
    placed = rows.assign(PT=position.get_indexer(rows["patient_id"]))
    return placed[placed["PT"] >= 0].reset_index(drop=True)


def derive_adsl(tables: dict[str, pd.DataFrame], rules: Rules) -> pd.DataFrame:
    """One row per patient of the cut tables, in patient order (row position = PT)."""
    patients, courses = tables["patient"], tables["treatment_course"].sort_values(["PT", "course_number"])
    n = len(patients)
    index_course = courses[courses["infusion_date"].notna()].drop_duplicates("PT")
    first_course = courses.drop_duplicates("PT")
    course = pd.concat([index_course, first_course]).drop_duplicates("PT").set_index("PT").reindex(range(n))
    product = (
        tables["product"]
        .set_index("product_code")
        .reindex(course["product_code"].astype("str"))
        .set_index(course.index)
    )
    adsl = pd.DataFrame(
        {
            "USUBJID": patients["patient_id"],
            "SITEID": _level(patients["site_code"]),
            "SEX": _level(patients["sex"]),
            "TRTSDT": course["infusion_date"],
            "ENRLDT": _enrolment(courses, course, n),
            "APHERDT": earliest(courses, n, "apheresis_date"),
            "MANUFOUT": _level(course["manufacturing_outcome"]),
            "NOTINFDT": _not_infused(courses, course, n, "not_infused_date"),
            "NOTINFRS": _not_infused(courses, course, n, "not_infused_reason"),
            "PRODUCT": _level(course["product_code"]),
            "PRODLABEL": product["name"].astype("str").fillna(_level(course["product_code"])),
            "TARGET": _level(product["target_antigens"]),
            "SPECIF": _level(product["specificity"]),
            "CELLSRC": _level(product["cell_source"]),
            "COSTIM": _level(product["costimulatory_domain"]),
            "DISSTAT": _level(course["disease_status_before"]),
            "BURDEN": course["blasts_pct_before"],
            "CNSSTAT": _level(course["cns_status"]),
            "EMD": _yes_no(course["extramedullary"]),
            "CYTOGR": _level(patients["cytogenetic_group"]),
            "DOWNSYN": _yes_no(patients["down_syndrome"]),
            "PRIORTX": _yes_no(
                _prior_transplant(tables, course["infusion_date"].fillna(_enrolment(courses, course, n)), n)
            ),
            "PRIORCART": _yes_no(patients["prior_car_t"]),
            "PRIORBLI": _yes_no(patients["prior_blinatumomab"]),
            "PRIORINO": _yes_no(patients["prior_inotuzumab"]),
            "PRIORLN": patients["prior_lines"].astype("float64"),
            "PRIORREL": patients["prior_relapses"].astype("float64"),
            "BRIDGE": _level(course["bridging_therapy"]),
            "LYMPDEPL": _level(course["lymphodepletion"]),
            "DTHDT": patients["death_date"],
            "DTHCAUS": patients["cause_of_death"].astype("str"),
            "DTHNODT": patients["death_date"].isna() & (patients["vital_status"] == "dead"),
            "LSTCNTDT": derive_last_contact(tables, n),
        }
    )
    return adsl.assign(**_ages(patients, adsl), **_burden_group(adsl, rules), INFYEAR=_year(adsl["TRTSDT"]))


def derive_last_contact(tables: dict[str, pd.DataFrame], n: int) -> pd.Series:
    """Latest date over every table of the patient: registries over-estimate survival when they ignore late visits."""
    found = [
        latest(rows, n, date)
        for name, rows in tables.items()
        if "PT" in rows.columns
        for date in rows.columns
        if pd.api.types.is_datetime64_dtype(rows[date])
    ]
    return pd.concat(found, axis=1).max(axis=1).astype("datetime64[s]")


def _enrolment(courses: pd.DataFrame, course: pd.DataFrame, n: int) -> pd.Series:
    """Enrolment, else apheresis, of the first course up to the index course: a failed first product stays in time."""
    upto = courses[courses["course_number"] <= courses["PT"].map(course["course_number"])]
    return earliest(upto.assign(start=upto["enrolment_date"].fillna(upto["apheresis_date"])), n, "start")


def _not_infused(courses: pd.DataFrame, course: pd.DataFrame, n: int, column: str) -> pd.Series:
    """Never infused = no course infused and the last one closed; an open last course is pending."""
    last = courses.drop_duplicates("PT", keep="last").set_index("PT").reindex(range(n))
    closed = course["infusion_date"].isna() & last["not_infused_date"].notna()
    values = last[column] if column.endswith("date") else last[column].astype("str")
    return values.where(closed)


def _prior_transplant(tables: dict[str, pd.DataFrame], day0: pd.Series, n: int) -> pd.Series:
    """The recorded answer; where it is missing, a transplant row before day 0 (never infused: enrolment) says yes."""
    recorded = tables["patient"]["prior_transplant"].astype("boolean")
    before = earliest(tables["transplant"], n) < day0
    return recorded.mask(recorded.isna() & before, True)


def _ages(patients: pd.DataFrame, adsl: pd.DataFrame) -> dict[str, pd.Series]:
    """AGE in completed years at infusion (never infused: at enrolment), from the birth month: no birth day is kept."""
    at = adsl["TRTSDT"].fillna(adsl["ENRLDT"])
    born = pd.to_datetime(patients["birth_month"].astype("str") + "-01", format="%Y-%m-%d", errors="coerce")
    months = (at.dt.year - born.dt.year) * 12 + (at.dt.month - born.dt.month)
    age = np.floor(months / 12)
    codes = [level.code for level in AGE_GROUPS[:-1]]
    return {
        "AGE": age,
        "AGEGR": _binned(age, AGE_GROUP_STARTS, codes),
        "AGE25": _binned(age, (0, 26), ["to_25", "over_25"]),
        "AGE18": _binned(age, (0, 18), ["under_18", "from_18"]),
    }


def _binned(values: pd.Series, starts: tuple[int, ...], codes: list[str]) -> pd.Series:
    bins = pd.cut(values, [*starts, np.inf], right=False, labels=codes)
    return _level(bins)


def _burden_group(adsl: pd.DataFrame, rules: Rules) -> dict[str, pd.Series]:
    high = (adsl["BURDEN"] >= rules.burden_cut).map({True: "high", False: "low"})
    return {"BURDENGR": high.where(adsl["BURDEN"].notna(), MISSING)}


def _year(dates: pd.Series) -> pd.Series:
    return dates.dt.year.astype("Int32").astype("str").where(dates.notna(), MISSING)


def _level(values: pd.Series) -> pd.Series:
    """Text codes with `missing` as a level of its own: never "no"."""
    text = values.astype("str")
    return text.where(values.notna(), MISSING)


def _yes_no(values: pd.Series) -> pd.Series:
    return _level(values.astype("boolean").map({True: "yes", False: "no"}))
