"""Findings about immunoglobulin: low and recorded as not replaced."""

import pandas as pd

from endpoints.b_cell_course import IGG_LOW
from endpoints.patient_dates import after, days_since, of_patient
from endpoints.reasons import Reason
from endpoints.study import Study
from endpoints.watch.findings import Findings, alive, iso, not_evaluated, rows_of, spelled

IVIG_DAYS = 30
NO_IGG = Reason("no_igg", "no IgG value after infusion")
REPLACEMENT_UNKNOWN = Reason("replacement", f"latest IgG at most {IGG_LOW:g} mg/dL, replacement not recorded")


def low_igg(study: Study) -> Findings:
    """The latest IgG of a living patient is low and recorded as not on replacement."""
    course = study.course
    rows = after(study.tables["immunoglobulin"], course["TRTSDT"])
    rows = rows[rows["igg_mg_dl"].notna()].sort_values(["date", "igg_mg_dl"], ascending=[False, True])
    last = rows.drop_duplicates("PT").set_index("PT").reindex(course.index)
    date = last["date"].astype("datetime64[s]")
    is_low, replaced = alive(course) & (last["igg_mg_dl"] <= IGG_LOW), last["on_replacement"].astype("boolean")
    dose = _latest_dose(study, date)
    raised = dose.notna()
    return Findings(
        rows_of(
            study,
            is_low & (replaced == False).fillna(False).astype(bool),  # noqa: E712  of three answers, the recorded no
            kind=raised.map({True: "after_ivig", False: "low"}),
            words=lambda of: _words(of(last["igg_mg_dl"]), of(date), of(dose)),
            date=date,
            place=raised.astype(int),
        ),
        not_evaluated(
            study, (NO_IGG, alive(course) & last["igg_mg_dl"].isna()), (REPLACEMENT_UNKNOWN, is_low & replaced.isna())
        ),
    )


def _words(level: pd.Series, date: pd.Series, dose: pd.Series) -> pd.Series:
    words = "IgG " + spelled(level, "{:g}") + " mg/dL on " + iso(date) + ", recorded as not on replacement"
    return words + ("; IVIG given on " + iso(dose) + ", which raises the value").where(dose.notna(), "")


def _latest_dose(study: Study, sampled: pd.Series) -> pd.Series:
    """The last IVIG dose in the 30 days up to the sample, NaT without one."""
    doses = study.tables["ivig"]
    before = days_since(of_patient(sampled, doses), doses["date"])
    near = doses[before.between(0, IVIG_DAYS)]
    return near.groupby("PT")["date"].max().reindex(sampled.index).astype("datetime64[s]")
