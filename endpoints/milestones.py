"""The dates of a patient's course that every endpoint is declared over: one row per patient, one column per date.

Medicine: remission, relapse, treatment failure, new therapy, transplant, death, last contact, B-cell aplasia.
"""

import pandas as pd

from endpoints.b_cell_aplasia import derive_aplasia
from endpoints.patient_dates import days_since, earliest, first_of, latest, no_dates, of_patient, on_or_before
from endpoints.rules import Rules

REMISSION = ("CR", "CRi")
EVALUABLE = ("CR", "CRi", "NR", "RELAPSE")
FIRST_REMISSION_DAY = 14
FAILURE_DAYS = (14, 100)
LATE_AFTER_DAY = 100  # a first remission after it is allowed and flagged
SAME_RELAPSE_DAYS = 30  # our convention: a relapse row this close to the relapse date describes that relapse
CD19_STATUSES = {"positive": "RELPOSDT", "negative": "RELNEGDT", "lineage_switch": "RELLSDT", "unknown": "RELUNKDT"}
RELAPSE_LEVELS = {"morphologic": 0, "extramedullary": 1, "molecular": 2}
LEUKAEMIA, UNKNOWN_CAUSE = "leukaemia", "unknown"


def derive_milestones(tables: dict[str, pd.DataFrame], adsl: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Milestone dates of every ADSL row (datetime64[s], NaT = has not happened by the cut-off)."""
    course = adsl[["USUBJID", "TRTSDT", "ENRLDT", "NOTINFDT", "NOTINFRS", "DTHDT", "DTHNODT", "LSTCNTDT"]].copy()
    day0, n = adsl["TRTSDT"], len(adsl)
    responses = after(tables["response_assessment"], day0)
    transplants = after(tables["transplant"], day0)
    allogeneic = transplants[transplants["kind"] == "allogeneic"]
    remissions = responses[responses["response"].isin(REMISSION) & (responses["ADY"] >= FIRST_REMISSION_DAY)]
    documented = earliest(remissions, n)
    relapse = _relapse_dates(tables["relapse"], responses, documented, rules)
    therapies = derive_new_therapies(tables, day0, documented, relapse, rules)
    course["NEWTHDT"] = earliest(therapies, n)
    course["NEWTHKND"] = _word_at(therapies, course["NEWTHDT"], "kind")
    course["RMSDT"] = earliest(
        remissions[on_or_before(remissions["date"], of_patient(course["NEWTHDT"], remissions))], n
    )
    course["RMSLATE"] = days_since(course["RMSDT"], day0) > LATE_AFTER_DAY
    course["HSCTDT"] = earliest(allogeneic, n)
    course = course.assign(**derive_relapse(tables, responses, course, rules))
    course = course.assign(**_transplants(allogeneic, course))
    course = course.assign(**_failure(responses, tables["relapse"], course, rules))
    course = course.assign(**_deaths(adsl), LDADT=_last_disease_assessment(tables, responses, day0))
    course = course.assign(**derive_aplasia(tables["b_cell_assessment"], course, rules))
    return course.assign(**_aplasia_ends(course, rules))


def after(rows: pd.DataFrame, day0: pd.Series) -> pd.DataFrame:
    """The rows dated after the patient's day 0, with ADY, whole days from it. What is dated on day 0 came before."""
    ady = days_since(rows["date"], of_patient(day0, rows))
    return rows.assign(ADY=ady)[ady > 0]


def derive_new_therapies(
    tables: dict[str, pd.DataFrame], day0: pd.Series, remission: pd.Series, relapse: pd.Series, rules: Rules
) -> pd.DataFrame:
    """Therapy starts after day 0 that count as new therapy: PT, date, kind. Any later CAR-T is one.

    TKI and maintenance started in remission (from its documentation to the day before relapse) count only when
    switched on.
    """
    started = after(tables["subsequent_therapy"], day0)
    if rules.maintenance == "no":
        in_remission = (started["date"] >= of_patient(remission, started)) & ~(
            started["date"] >= of_patient(relapse, started)
        )
        started = started[~(started["kind"].isin(["tki", "maintenance"]) & in_remission)]
    courses = tables["treatment_course"].rename(columns={"infusion_date": "infused"})
    later = courses.assign(date=courses["infused"], kind="CAR-T")
    later = after(later[later["infused"].notna()], day0)
    columns = ["PT", "date", "kind"]
    return pd.concat([started[columns].astype({"kind": "str"}), later[columns]])


def derive_relapse(
    tables: dict[str, pd.DataFrame], responses: pd.DataFrame, course: pd.DataFrame, rules: Rules
) -> dict[str, pd.Series]:
    """RELDT = earliest of a relapse row and a RELAPSE assessment after first remission, and what the row says of it."""
    n, remission = len(course), course["RMSDT"]
    date = _relapse_dates(tables["relapse"], responses, remission, rules)
    rows = counted_relapses(tables["relapse"], rules)
    rows = rows[rows["date"] > of_patient(remission, rows)]
    lag = days_since(rows["date"], of_patient(date, rows))
    described = rows[lag <= SAME_RELAPSE_DAYS].assign(order=rows["level"].astype("str").map(RELAPSE_LEVELS))
    described = described.sort_values(["date", "order"]).drop_duplicates("PT").set_index("PT").reindex(range(n))
    level = described["level"].astype("str").fillna(UNKNOWN_CAUSE)
    cd19 = described["cd19_status"].astype("str").fillna(UNKNOWN_CAUSE)
    words = level + ", CD19 " + cd19.str.replace("_", " ")
    by_status = {column: date.where(cd19 == status) for status, column in CD19_STATUSES.items()}
    return {
        "RELDT": date,
        "RELLVL": level.where(date.notna()),
        "RELCD19": cd19.where(date.notna()),
        "RELDESC": words.where(date.notna()),
        **by_status,
    }


def _relapse_dates(relapses: pd.DataFrame, responses: pd.DataFrame, remission: pd.Series, rules: Rules) -> pd.Series:
    assessed = responses.loc[responses["response"] == "RELAPSE", ["PT", "date"]]
    found = pd.concat([assessed, counted_relapses(relapses, rules)[["PT", "date"]]], ignore_index=True)
    return earliest(found[found["date"] > of_patient(remission, found)], len(remission))


def counted_relapses(rows: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Relapse rows that count: molecular ones only under the global switch."""
    return rows if rules.molecular == "yes" else rows[~(rows["level"] == "molecular")]


def _transplants(allogeneic: pd.DataFrame, course: pd.DataFrame) -> dict[str, pd.Series]:
    """In remission: after first remission, no relapse before, unless recorded as not in remission (that overrides)."""
    n = len(course)
    remission, relapse = of_patient(course["RMSDT"], allogeneic), of_patient(course["RELDT"], allogeneic)
    fit = (allogeneic["date"] >= remission) & ~(allogeneic["date"] >= relapse)
    overridden = fit & (allogeneic["disease_status"] == "not_in_remission")
    salvage = allogeneic["date"] >= relapse
    in_remission = allogeneic[fit & ~overridden]
    date = earliest(in_remission, n)
    untouched = course["RMSDT"].where(~(course["HSCTDT"] < course["RMSDT"]))
    return {
        "RMSNTXDT": untouched,
        "HSCTRMDT": date,
        "HSCTDESC": _word_at(in_remission, date, "donor"),
        "HSCTNRDT": earliest(allogeneic[overridden], n),
        "HSCTSVDT": earliest(allogeneic[salvage], n),
    }


def _failure(
    responses: pd.DataFrame, relapses: pd.DataFrame, course: pd.DataFrame, rules: Rules
) -> dict[str, pd.Series]:
    """Treatment failure: therapy or transplant before any remission, RELAPSE without remission, else the last NR.

    A therapy or RELAPSE after day 100 does not postpone a failure already documented by then.
    """
    day0, remission, n = course["TRTSDT"], course["RMSDT"], len(course)
    therapy = first_of(course["NEWTHDT"], course["HSCTDT"])
    therapy = therapy.where(remission.isna() | (therapy < remission))
    relapse = _relapse_without_remission(responses, relapses, course)
    active = first_of(therapy, relapse)
    refractory = responses[(responses["response"] == "NR") & responses["ADY"].between(*FAILURE_DAYS)]
    no_remission = latest(refractory, n)
    no_remission = no_remission.where(~(days_since(remission, day0) <= FAILURE_DAYS[1]))
    late = ~(days_since(active, day0) <= FAILURE_DAYS[1])
    date = active.where(no_remission.isna() | ~late, no_remission)
    words = pd.Series("no remission by day 100", index=course.index)
    words = words.mask(date == relapse, "relapse without remission").mask(date == therapy, "therapy before remission")
    if rules.failure == "day0":
        date = day0.where(date.notna())
    return {"FAILDT": date, "FAILDESC": words.where(date.notna())}


def _relapse_without_remission(responses: pd.DataFrame, relapses: pd.DataFrame, course: pd.DataFrame) -> pd.Series:
    n, remission = len(course), course["RMSDT"]
    assessed = responses.loc[responses["response"] == "RELAPSE", ["PT", "date"]]
    rows = after(relapses[~(relapses["level"] == "molecular")], course["TRTSDT"])  # none is molecular before remission
    rows = pd.concat([assessed, rows[["PT", "date"]]], ignore_index=True)
    return earliest(rows[on_or_before(rows["date"], of_patient(remission, rows))], n)


def _deaths(adsl: pd.DataFrame) -> dict[str, pd.Series]:
    """Deaths by cause, as DOR (leukaemia or unknown) and NRM (not leukaemia) ask; a missing cause is unknown."""
    cause = adsl["DTHCAUS"].fillna(UNKNOWN_CAUSE)
    leukaemia, unknown = cause == LEUKAEMIA, cause == UNKNOWN_CAUSE
    date = adsl["DTHDT"]
    return {
        "DTHDESC": cause.str.replace("_", " ").where(date.notna()),
        "DTHLEUDT": date.where(leukaemia),
        "DTHNLDT": date.where(~leukaemia),
        "DTHLUDT": date.where(leukaemia | unknown),
        "DTHOTHDT": date.where(~(leukaemia | unknown)),
    }


def _last_disease_assessment(tables: dict[str, pd.DataFrame], responses: pd.DataFrame, day0: pd.Series) -> pd.Series:
    """Last evaluable response or MRD assessment after day 0: a phone call says nothing about remission."""
    n = len(day0)
    evaluable = responses[responses["response"].isin(EVALUABLE)]
    assays = after(tables["mrd_assessment"], day0)
    usable = assays[assays["result"].notna() & (assays["result"] != "failed")]
    return pd.concat([latest(evaluable, n), latest(usable, n)], axis=1).max(axis=1).astype("datetime64[s]")


def _aplasia_ends(course: pd.DataFrame, rules: Rules) -> dict[str, pd.Series]:
    """A CD19-positive relapse counts as loss (switch); every other relapse ends the observation of aplasia."""
    counts = rules.bca_relapse == "yes"
    loss = course["RELPOSDT"] if counts else no_dates(len(course))
    others = course["RELDT"].where(course["RELPOSDT"].isna()) if counts else course["RELDT"]
    return {"BCARELDT": loss, "BCAENDDT": others}


def _word_at(rows: pd.DataFrame, dates: pd.Series, column: str) -> pd.Series:
    """The row's word on the patient's date (of several the first in sorting order), missing without such a row."""
    same = rows[rows["date"] == of_patient(dates, rows)].sort_values(column).drop_duplicates("PT")
    return same.set_index("PT")[column].astype("str").reindex(range(len(dates)))
