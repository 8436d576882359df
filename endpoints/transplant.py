"""Transplants around CAR-T: those in remission with what is known of them, salvage transplants, prior transplants."""

import pandas as pd

from endpoints.codes import MISSING, words_of
from endpoints.cohort import Level
from endpoints.patient_dates import after, days_since, earliest, latest, of_patient, up_to
from endpoints.reasons import Reason, first_reason
from endpoints.relapse_events import counted_relapses
from endpoints.rules import DAYS_PER_MONTH
from endpoints.status import IN_DOUBT
from endpoints.study import Study

DONORS = words_of("transplant.donor")
MRD_BEFORE = words_of("transplant.disease_status")
REASONS = words_of("transplant.reason")
YES_NO = {"yes": "Yes", "no": "No"}
DETAILS = (
    ("DONOR", "Donor", DONORS),
    ("TBI", "Total body irradiation (TBI)", YES_NO),
    ("MRDTX", "MRD status at transplant", MRD_BEFORE),
    ("REASONTX", "Reason for the transplant", REASONS),
    ("TXINTENT", "Transplant intended at infusion", YES_NO),
)
WHY_DONE = (  # planned and triggered transplants apart
    Level("planned", "Planned at infusion"),
    Level("triggered", "Triggered (MRD, B-cell recovery, other)"),
    Level(MISSING, "Reason not recorded"),
)
AFTER_RELAPSE = Reason("after_relapse", "after relapse")
STATUS_IN_DOUBT = Reason(IN_DOUBT.code, "status in doubt: recorded as not in remission")
NO_REMISSION = Reason("no_remission", "before any remission")
NOT_IN_REMISSION_WORDS = (
    "Allogeneic transplants after infusion that were recorded as not in remission. After first remission and without "
    "relapse before it, such a record is in doubt: the transplant ends observation of RFS, CIR and B-cell aplasia on "
    "its day and never counts as an exposure."
)
SIX_MONTHS = 6
INTERVALS = (
    Level("to_6", "Relapse ≤ 6 months after it"),
    Level("over_6", "Relapse > 6 months after it"),
    Level("no_relapse", "Prior allogeneic transplant, no relapse date after it"),
    Level("autologous", "Autologous transplant only"),
    Level("unknown", "Prior transplant, kind unknown"),
    Level("none", "No prior transplant"),
    Level(MISSING, "Missing"),
)
INTERVAL_WORDS = (
    "Months from the last allogeneic transplant before day 0 to the first relapse after it that is dated by day 0 (a "
    "molecular one only when the rule counts it); published cut-off 6 months, of allogeneic transplants. A dated "
    "transplant before day 0 is a prior transplant, also where the record says no."
)
PRIOR_LEVELS = {"no": "none", "autologous": "autologous", "unknown": "unknown"}


def derive_transplanted(study: Study) -> pd.DataFrame:
    """One row per patient with a first allogeneic transplant in remission: USUBJID HSCTRMDT HSCTDY (days from day 0)
    the DETAILS (`missing` where not recorded) and WHYDONE (code of WHY_DONE)."""
    course = study.course
    rows = _details(study, study.tables["transplant"])
    rows = rows[rows["kind"] == "allogeneic"]
    rows = rows[rows["date"] == of_patient(course["HSCTRMDT"], rows)].drop_duplicates("PT").sort_values("PT")
    triggered = {code: "triggered" for code in REASONS if code != "planned"}
    return pd.DataFrame(
        {
            "USUBJID": of_patient(course["USUBJID"], rows),
            "TRTSDT": of_patient(course["TRTSDT"], rows),
            "HSCTRMDT": rows["date"],
            "HSCTDY": _days(rows["date"], of_patient(course["TRTSDT"], rows)),
            **{name: rows[name] for name, _, _ in DETAILS},
            "WHYDONE": rows["REASONTX"].replace(triggered),
        }
    ).reset_index(drop=True)


def derive_why_done(study: Study) -> pd.DataFrame:
    """USUBJID and GROUP (code of WHY_DONE) of the transplanted in remission: known on the day of transplant."""
    return derive_transplanted(study)[["USUBJID", "WHYDONE"]].rename(columns={"WHYDONE": "GROUP"})


def derive_salvage(study: Study) -> pd.DataFrame:
    """One row per allogeneic transplant after day 0 that was not in remission, by day: USUBJID HSCTDT HSCTDY WHYCD WHY
    (why not) RELDT RELDY (days from relapse to transplant) the DETAILS, DTHDT LSTCNTDT."""
    course = study.course
    rows = after(_details(study, study.tables["transplant"]), course["TRTSDT"])
    rows = rows[rows["kind"] == "allogeneic"]
    dates = {name: of_patient(course[name], rows) for name in ("RMSDT", "RELDT", "DTHDT", "LSTCNTDT")}
    why = first_reason(
        rows.index,
        (AFTER_RELAPSE, rows["date"] >= dates["RELDT"]),
        (NO_REMISSION, ~(rows["date"] >= dates["RMSDT"])),
        (STATUS_IN_DOUBT, rows["disease_status"] == "not_in_remission"),
    )
    transplants = pd.DataFrame(
        {
            "USUBJID": of_patient(course["USUBJID"], rows),
            "HSCTDT": rows["date"],
            "HSCTDY": rows["ADY"].astype("Int32"),
            "WHY": why["REASON"],
            "WHYCD": why["REASONCD"],
            "RELDT": dates["RELDT"],
            "RELDY": _days(rows["date"], dates["RELDT"]).where(why["REASONCD"] == AFTER_RELAPSE.code),
            **{name: rows[name] for name, _, _ in DETAILS},
            "DTHDT": dates["DTHDT"],
            "LSTCNTDT": dates["LSTCNTDT"],
        }
    )
    return transplants[why["REASONCD"].notna()].sort_values(["HSCTDT", "USUBJID"], ignore_index=True)


def derive_not_in_remission(study: Study) -> pd.DataFrame:
    """The rows of `derive_salvage` that were recorded as not in remission, whatever the course says."""
    rows = derive_salvage(study)
    return rows[rows["MRDTX"] == "not_in_remission"].reset_index(drop=True)


def derive_interval(study: Study) -> pd.DataFrame:
    """USUBJID and INTERVAL (code of INTERVALS) of every ADSL row, MONTHS from the last prior allogeneic transplant to
    the relapse after it."""
    adsl, n = study.adsl, len(study.adsl)
    day0 = adsl["TRTSDT"].fillna(adsl["ENRLDT"])
    transplants = study.tables["transplant"]
    transplants = transplants[transplants["kind"] == "allogeneic"]
    transplant = latest(transplants[transplants["date"] < of_patient(day0, transplants)], n)
    relapses = up_to(counted_relapses(study.tables["relapse"], study.rules), day0)
    first = earliest(relapses[relapses["date"] > of_patient(transplant, relapses)], n)
    months = days_since(first, transplant) / DAYS_PER_MONTH
    known = (months <= SIX_MONTHS).map({True: "to_6", False: "over_6"}).where(months.notna(), "no_relapse")
    prior = adsl["PRIORTX"]
    code = known.where(prior == "allogeneic", prior.map(PRIOR_LEVELS)).fillna(MISSING)
    return pd.DataFrame({"USUBJID": adsl["USUBJID"], "INTERVAL": code, "MONTHS": months.where(prior == "allogeneic")})


def _details(study: Study, rows: pd.DataFrame) -> pd.DataFrame:
    intent = of_patient(study.adsl["TXINTENT"], rows)
    tbi = rows["conditioning_tbi"].astype("boolean").map({True: "yes", False: "no"})
    texts = {"DONOR": rows["donor"], "TBI": tbi, "MRDTX": rows["disease_status"], "REASONTX": rows["reason"]}
    coded = {name: text.astype("str").where(text.notna(), MISSING) for name, text in texts.items()}
    return rows.assign(**coded, TXINTENT=intent)


def _days(dates: pd.Series, origin: pd.Series) -> pd.Series:
    return days_since(dates, origin).astype("Int32")
