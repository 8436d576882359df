"""The dates of a patient's course that every endpoint is declared over: one row per patient, one column per date.

Medicine: remission, relapse, treatment failure, new therapy, transplant, death, last contact, B-cell aplasia.
"""

import pandas as pd

from endpoints.b_cell_aplasia import derive_aplasia
from endpoints.codes import UNKNOWN, sentence_words
from endpoints.failure import derive_failure
from endpoints.new_therapy import AUTOLOGOUS, CAR_T, derive_new_therapies
from endpoints.patient_dates import after, days_since, earliest, first_of, latest, no_dates, of_patient, on_or_before
from endpoints.relapse_events import counted_assessments, derive_relapse, merge_same_day
from endpoints.rules import Rules

EVALUABLE = ("CR", "CRi", "MLFS", "NR", "RELAPSE")
FIRST_REMISSION_DAY = 14
LATE_AFTER_DAY = 100  # a first remission after it is allowed and flagged
CD19_STATUSES = {"positive": "RELPOSDT", "negative": "RELNEGDT", "lineage_switch": "RELLSDT", UNKNOWN: "RELUNKDT"}
LEUKAEMIA = "leukaemia"
THERAPIES = sentence_words("subsequent_therapy.kind") | {AUTOLOGOUS: "autologous transplant", CAR_T: "CAR-T"}
DONORS = sentence_words("transplant.donor")
CAUSES = sentence_words("patient.cause_of_death")
NOT_INFUSED = sentence_words("treatment_course.not_infused_reason")


def derive_milestones(tables: dict[str, pd.DataFrame], adsl: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Milestone dates of every ADSL row (datetime64[s], NaT = has not happened by the cut-off)."""
    course = adsl[["USUBJID", "TRTSDT", "ENRLDT", "NOTINFDT", "NOTINFRS", "DTHDT", "DTHNODT", "LSTCNTDT"]].copy()
    course["NOTINFWD"] = course["NOTINFRS"].map(NOT_INFUSED)
    day0, n = adsl["TRTSDT"], len(adsl)
    responses, events = after(tables["response_assessment"], day0), after(merge_same_day(tables["relapse"]), day0)
    transplants = after(tables["transplant"], day0)
    allogeneic = transplants[transplants["kind"] == "allogeneic"]
    course = course.assign(**_new_therapy(tables, day0, rules))
    course = course.assign(**_first_remission(responses, course))
    course["HSCTDT"] = earliest(allogeneic, n)
    assessed = counted_assessments(responses, events, course["RMSDT"], rules)
    course = course.assign(**derive_relapse(events, assessed, course["RMSDT"], rules))
    course = course.assign(**_relapse_words(course), **_transplants(allogeneic, course))
    course = course.assign(**derive_failure(responses, events, assessed, course, rules))
    last_assessed = _last_disease_assessment(tables, responses, day0)
    course = course.assign(**_deaths(adsl, course), LDADT=_or_last_status(last_assessed, course, rules))
    course = course.assign(**derive_aplasia(tables["b_cell_assessment"], course, rules))
    return course.assign(**_aplasia_ends(course, rules))


def _new_therapy(tables: dict[str, pd.DataFrame], day0: pd.Series, rules: Rules) -> dict[str, pd.Series]:
    therapies = derive_new_therapies(tables, day0, rules)
    date = earliest(therapies, len(day0))
    code = _word_at(therapies, date, "kind")
    return {"NEWTHDT": date, "NEWTHCD": code, "NEWTHKND": code.map(THERAPIES)}


def _first_remission(responses: pd.DataFrame, course: pd.DataFrame) -> dict[str, pd.Series]:
    """The first remission from day 14 on, documented before new therapy or on its day."""
    rows = responses[responses["REMISSION"] & (responses["ADY"] >= FIRST_REMISSION_DAY)]
    date = earliest(rows[on_or_before(rows["date"], of_patient(course["NEWTHDT"], rows))], len(course))
    return {"RMSDT": date, "RMSLATE": days_since(date, course["TRTSDT"]) > LATE_AFTER_DAY}


def _relapse_words(course: pd.DataFrame) -> dict[str, pd.Series]:
    """The relapse in words and codes, and its date by CD19 status."""
    date, cd19 = course["RELDT"], course["RELCD19"]
    by_status = {column: date.where(cd19 == status) for status, column in CD19_STATUSES.items()}
    words = course["RELLVL"] + ", CD19 " + cd19.str.replace("_", " ")
    return {"RELDESC": words.where(date.notna()), "RELCD": ("cd19_" + cd19).where(date.notna()), **by_status}


def _transplants(allogeneic: pd.DataFrame, course: pd.DataFrame) -> dict[str, pd.Series]:
    """In remission: after first remission, no relapse before, unless recorded as not in remission (that overrides)."""
    n = len(course)
    remission, relapse = of_patient(course["RMSDT"], allogeneic), of_patient(course["RELDT"], allogeneic)
    fit = (allogeneic["date"] >= remission) & ~(allogeneic["date"] >= relapse)
    overridden = fit & (allogeneic["disease_status"] == "not_in_remission")
    in_remission = allogeneic[fit & ~overridden]
    date = earliest(in_remission, n)
    donor = _word_at(in_remission, date, "donor")
    return {
        "RMSNTXDT": course["RMSDT"].where(~(course["HSCTDT"] < course["RMSDT"])),
        "HSCTRMDT": date,
        "HSCTDNCD": donor,
        "HSCTDESC": donor.map(DONORS),
        "HSCTNRDT": earliest(allogeneic[overridden], n),
        "HSCTSVDT": earliest(allogeneic[allogeneic["date"] >= relapse], n),
    }


def _deaths(adsl: pd.DataFrame, course: pd.DataFrame) -> dict[str, pd.Series]:
    """Deaths by cause, as DOR (leukaemia or unknown) and non-relapse mortality ask; a missing cause is unknown.

    Relapse and death on one day are a relapse, in every endpoint: such a death is not one without relapse.
    """
    cause = adsl["DTHCAUS"].fillna(UNKNOWN)
    leukaemia, unknown = cause == LEUKAEMIA, cause == UNKNOWN
    date = adsl["DTHDT"]
    without = date.where(~(first_of(course["RELDT"], course["FAILDT"]) <= date))
    return {
        "DTHCD": cause.where(date.notna()),
        "DTHDESC": cause.map(CAUSES).fillna(cause).where(date.notna()),
        "DTHNRDT": without,
        "DTHNRODT": without.where(~leukaemia),
        "DTHNRLDT": without.where(leukaemia),
        "DTHLUDT": date.where(leukaemia | unknown),
        "DTHOTHDT": date.where(~(leukaemia | unknown)),
    }


def _last_disease_assessment(tables: dict[str, pd.DataFrame], responses: pd.DataFrame, day0: pd.Series) -> pd.Series:
    """Last evaluable response or MRD assessment after day 0: a phone call says nothing about remission."""
    n = len(day0)
    evaluable = responses[responses["RESPONSE"].isin(EVALUABLE)]
    assays = after(tables["mrd_assessment"], day0)
    usable = assays[assays["result"].notna() & (assays["result"] != "failed")]
    return pd.concat([latest(evaluable, n), latest(usable, n)], axis=1).max(axis=1).astype("datetime64[s]")


def _or_last_status(assessed: pd.Series, course: pd.DataFrame, rules: Rules) -> pd.Series:
    """Where the source says that the status at last follow-up is an assessment, the last contact after day 0 counts."""
    if rules.last_status == "no":
        return assessed
    contact = course["LSTCNTDT"].where(course["LSTCNTDT"] > course["TRTSDT"])
    return pd.concat([assessed, contact], axis=1).max(axis=1).astype("datetime64[s]")


def _aplasia_ends(course: pd.DataFrame, rules: Rules) -> dict[str, pd.Series]:
    """A CD19-positive relapse counts as loss (switch); every other relapse ends the observation of aplasia.

    BCALDT is the loss as it is counted, by sample or by relapse; nothing counts after the end of observation. A
    suspected loss that such a relapse follows first is that loss, at the relapse.
    """
    by_relapse = rules.bca_relapse == "yes"
    loss = course["RELPOSDT"] if by_relapse else no_dates(len(course))
    others = course["RELDT"].where(course["RELPOSDT"].isna()) if by_relapse else course["RELDT"]
    ended = first_of(course["HSCTDT"], course["NEWTHDT"])
    seen = loss.where(course["BCAFSTDT"].notna() & course["RMSNTXDT"].notna() & on_or_before(loss, ended))
    return {
        "BCARELDT": loss,
        "BCAENDDT": others,
        "BCALDT": course["BCALOSDT"].fillna(seen),
        "BCASUSDT": course["BCASUSDT"].where(seen.isna()),
    }


def _word_at(rows: pd.DataFrame, dates: pd.Series, column: str) -> pd.Series:
    """The row's code on the patient's date (of several the first in sorting order), missing without such a row."""
    same = rows[rows["date"] == of_patient(dates, rows)].sort_values(column).drop_duplicates("PT")
    return same.set_index("PT")[column].astype("str").reindex(range(len(dates)))
