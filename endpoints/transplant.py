"""Transplants around CAR-T: those in remission with what is known of them, salvage transplants, prior transplants."""

import pandas as pd

from endpoints.cohort import MISSING, Level
from endpoints.milestones import counted_relapses
from endpoints.patient_dates import days_since, latest, of_patient
from endpoints.rules import DAYS_PER_MONTH
from endpoints.study import Study

DONORS = {
    "matched_related": "Matched related",
    "matched_unrelated": "Matched unrelated",
    "mismatched_unrelated": "Mismatched unrelated",
    "haploidentical": "Haploidentical",
    "cord": "Cord blood",
}
MRD_BEFORE = {
    "cr_mrd_negative": "MRD-negative",
    "cr_mrd_positive": "MRD-positive",
    "cr_mrd_unknown": "MRD unknown",
    "not_in_remission": "Not in remission",
}
DETAILS = (
    ("DONOR", "Donor", DONORS),
    ("TBI", "Total body irradiation (TBI)", {"yes": "Yes", "no": "No"}),
    ("MRDTX", "MRD status at transplant", MRD_BEFORE),
)
AFTER_RELAPSE, NOT_IN_REMISSION, NO_REMISSION = "after relapse", "recorded as not in remission", "before any remission"
SIX_MONTHS = 6
INTERVALS = (
    Level("to_6", "Relapse ≤ 6 months after it"),
    Level("over_6", "Relapse > 6 months after it"),
    Level("no_relapse", "Prior transplant, no relapse date after it"),
    Level("none", "No prior transplant"),
    Level(MISSING, "Missing"),
)
INTERVAL_WORDS = (
    "Months from the last transplant before day 0, allogeneic or autologous, to the first relapse after "
    "it that is dated before day 0 (a molecular one only when the rule counts it); published cut 6 "
    "months."
)


def derive_transplanted(study: Study) -> pd.DataFrame:
    """One row per patient with a first allogeneic transplant in remission: USUBJID HSCTRMDT HSCTDY (days from day 0)
    DONOR TBI MRDTX (`missing` where it was not recorded)."""
    course = study.course
    rows = _details(study, study.tables["transplant"])
    rows = rows[rows["kind"] == "allogeneic"]
    rows = rows[rows["date"] == of_patient(course["HSCTRMDT"], rows)].drop_duplicates("PT").sort_values("PT")
    place = rows["PT"].to_numpy()
    return pd.DataFrame(
        {
            "USUBJID": course["USUBJID"].to_numpy()[place],
            "TRTSDT": course["TRTSDT"].to_numpy()[place],
            "HSCTRMDT": rows["date"].to_numpy(),
            "HSCTDY": _days(rows["date"], of_patient(course["TRTSDT"], rows)),
            **{name: rows[name].to_numpy() for name, _, _ in DETAILS},
        }
    )


def derive_salvage(study: Study) -> pd.DataFrame:
    """One row per allogeneic transplant after day 0 that was not in remission: USUBJID HSCTDT HSCTDY WHY RELDT RELDY
    (days from relapse to transplant) DONOR TBI MRDTX DTHDT LSTCNTDT. By day."""
    course = study.course
    rows = _details(study, study.tables["transplant"])
    rows = rows[(rows["kind"] == "allogeneic") & (rows["date"] > of_patient(course["TRTSDT"], rows))]
    of = {name: of_patient(course[name], rows) for name in ("TRTSDT", "RMSDT", "RELDT", "DTHDT", "LSTCNTDT")}
    why = pd.Series(pd.NA, index=rows.index, dtype="str")
    for words, here in (
        (AFTER_RELAPSE, rows["date"] >= of["RELDT"]),
        (NO_REMISSION, ~(rows["date"] >= of["RMSDT"])),
        (NOT_IN_REMISSION, rows["disease_status"] == "not_in_remission"),
    ):
        why = why.mask(why.isna() & here, words)
    found = pd.DataFrame(
        {
            "USUBJID": of_patient(course["USUBJID"], rows),
            "HSCTDT": rows["date"],
            "HSCTDY": _days(rows["date"], of["TRTSDT"]),
            "WHY": why,
            "RELDT": of["RELDT"],
            "RELDY": _days(rows["date"], of["RELDT"]).where(why == AFTER_RELAPSE),
            **{name: rows[name] for name, _, _ in DETAILS},
            "DTHDT": of["DTHDT"],
            "LSTCNTDT": of["LSTCNTDT"],
        }
    )
    return found[why.notna()].sort_values(["HSCTDT", "USUBJID"], ignore_index=True)


def derive_interval(study: Study) -> pd.DataFrame:
    """USUBJID and INTERVAL (code of INTERVALS) of every ADSL row, MONTHS from prior transplant to relapse after it,
    KIND of that transplant."""
    adsl, n = study.adsl, len(study.adsl)
    day0 = adsl["TRTSDT"].fillna(adsl["ENRLDT"])
    transplant = latest(_before(study.tables["transplant"], day0), n)
    relapses = _before(counted_relapses(study.tables["relapse"], study.rules), day0)
    relapses = relapses[relapses["date"] > of_patient(transplant, relapses)]
    first = relapses.groupby("PT")["date"].min().reindex(range(n)).astype("datetime64[s]")
    months = days_since(first, transplant) / DAYS_PER_MONTH
    known = (months <= SIX_MONTHS).map({True: "to_6", False: "over_6"}).where(months.notna(), "no_relapse")
    prior = adsl["PRIORTX"]
    code = known.where(prior == "yes", prior.map({"no": "none"})).fillna(MISSING)
    return pd.DataFrame(
        {
            "USUBJID": adsl["USUBJID"],
            "INTERVAL": code,
            "MONTHS": months.where(prior == "yes"),
            "KIND": _kind_on(study.tables["transplant"], transplant).where(prior == "yes"),
        }
    )


def _kind_on(rows: pd.DataFrame, day: pd.Series) -> pd.Series:
    """The kind of the transplant on that day of each patient; missing without a row."""
    same = rows[rows["date"] == of_patient(day, rows)].sort_values("kind").drop_duplicates("PT").set_index("PT")
    return same["kind"].astype("str").reindex(range(len(day)))


def _before(rows: pd.DataFrame, day0: pd.Series) -> pd.DataFrame:
    return rows[rows["date"] <= of_patient(day0, rows)]


def _details(study: Study, rows: pd.DataFrame) -> pd.DataFrame:
    tbi = rows["conditioning_tbi"].astype("boolean").map({True: "yes", False: "no"})
    texts = {"DONOR": rows["donor"], "TBI": tbi, "MRDTX": rows["disease_status"]}
    return rows.assign(**{name: text.astype("str").where(text.notna(), MISSING) for name, text in texts.items()})


def _days(dates: pd.Series, origin: pd.Series) -> pd.Series:
    return days_since(dates, origin).astype("Int32")
