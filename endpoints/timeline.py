"""One patient on one day axis: what happened and what was measured, lane by lane, from enrolment on."""

import pandas as pd

from endpoints import timeline_events, timeline_measured
from endpoints.study import Study
from endpoints.timeline_marks import OnePatient, days_between
from endpoints.timeline_measured import (
    BLOOD_COUNT,
    BLOOD_PERCENT,
    MARROW_PERCENT,
    MEASURED_LANES,
    METHODS,
    b_cell_lines,
)

EVENT_LANES = {
    "infusion": "CAR-T",
    "response": "Response",
    "crs": "CRS",
    "icans": "ICANS",
    "iec_hs": "IEC-HS",
    "icaht": "ICAHT",
    "infection": "Infection",
    "therapy": "Therapy",
    "transplant": "Transplant",
    "relapse": "Relapse",
    "malignancy": "Second malignancy",
    "status": "Status",
}
LONGEST_BEFORE = 180  # our convention: an older enrolment would leave no room for what follows the infusion
BEFORE_UNKNOWN = 60
__all__ = [
    "BLOOD_COUNT",
    "BLOOD_PERCENT",
    "EVENT_LANES",
    "MARROW_PERCENT",
    "MEASURED_LANES",
    "METHODS",
    "b_cell_lines",
    "derive_timeline",
    "first_day",
]
COLUMNS = ["ADY", "END_ADY", "LANE", "KIND", "VALUE", "UNIT", "LIMIT", "DETECTED", "AVALC", "SHORT", "WORDS", "DATE"]


def derive_timeline(study: Study, usubjid: str) -> pd.DataFrame:
    """One row per mark, in time order; empty without an infusion, because then there is no day 0.

    ADY: day from day 0; END_ADY: last day of a span. LANE: a key of EVENT_LANES or MEASURED_LANES (further units of
    persistence: persistence_2, ...). KIND: what it is within the lane (method, therapy, ...). VALUE in UNIT; LIMIT: the
    assay's sensitivity; DETECTED: whether anything was found (missing: not said). AVALC: class code. SHORT: the label
    beside the mark, empty where it repeats. WORDS: everything in words. DATE: datetime64. Raises KeyError for a
    patient who is not in the study.
    """
    position = pd.Index(study.adsl["USUBJID"]).get_loc(usubjid)
    tables = {name: rows[rows["PT"] == position] for name, rows in study.tables.items() if "PT" in rows}
    one = OnePatient(tables, study.adsl.iloc[position], study.course.iloc[position], study.rules)
    lanes = (*timeline_events.LANES, *timeline_measured.LANES)
    marks = [mark for lane in lanes for mark in lane(one)] if pd.notna(one.adsl["TRTSDT"]) else []
    return _framed(pd.DataFrame(marks, columns=[*COLUMNS, "END_DATE"]), one.adsl)


def first_day(adsl: pd.Series) -> int:
    """The first day of the axis: enrolment, at most 180 days before day 0; 60 days before it where that is unknown."""
    enrolled = days_between(adsl["ENRLDT"], adsl["TRTSDT"])
    return -BEFORE_UNKNOWN if enrolled is None else max(min(enrolled, 0), -LONGEST_BEFORE)


def _framed(rows: pd.DataFrame, adsl: pd.Series) -> pd.DataFrame:
    day = pd.Timedelta(days=1)
    dates, ends = (pd.to_datetime(rows[c]).astype("datetime64[s]") for c in ("DATE", "END_DATE"))
    rows = rows.assign(
        DATE=dates,
        ADY=((dates - adsl["TRTSDT"]) / day).astype("Int32"),
        END_ADY=((ends - adsl["TRTSDT"]) / day).astype("Int32"),
    )
    rows = rows.astype(
        {
            "VALUE": "float64",
            "LIMIT": "float64",
            "DETECTED": "boolean",
            "LANE": "str",
            "KIND": "str",
            "UNIT": "str",
            "AVALC": "str",
            "SHORT": "str",
            "WORDS": "str",
        }
    )
    rows = rows[rows["ADY"] >= first_day(adsl)]
    return rows.sort_values("ADY", kind="stable", ignore_index=True)[COLUMNS]
