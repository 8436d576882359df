"""Response: the four declared definitions. CR and CRi are remission; ORR is both, shown apart and together."""

from dataclasses import dataclass

import pandas as pd

from endpoints.milestones import REMISSION, after
from endpoints.patient_dates import days_since, first_of, latest, of_patient, on_or_before
from endpoints.status import (
    BEYOND,
    DIED,
    NOT_ASSESSED,
    NOT_DUE,
    NOT_INFUSED,
    OTHER_THERAPY,
    RELAPSED,
    THERAPY_WITHOUT_REMISSION,
    TRANSPLANTED,
    Class,
    derive_visit_status,
    first_match,
    not_yet_due,
)
from endpoints.study import Study
from endpoints.visits import D28, M3, Visit

CR, CRI = Class("CR", "CR"), Class("CRi", "CRi")
NO_REMISSION, NOT_EVALUABLE = Class("no_remission", "No remission"), Class("NE", "Not evaluable")
UNCONFIRMED = Class("unconfirmed", "Remission, not confirmed")
DIED_UNASSESSED = Class("died", "Died before assessment")
BEST_DAYS = (1, 100)
CONFIRM_AFTER_DAYS = 28
CONFIRMED_DUE_DAY = 128
MEANING = {"CR": "CR", "CRi": "CRi", "NR": "no_remission", "RELAPSE": "no_remission", "NE": "NE"}
ABBREVIATIONS = "Abbreviations: CR: complete remission; CRi: with incomplete recovery of blood counts."
REMISSIONS = "CR: complete remission; CRi: complete remission with incomplete recovery of blood counts. "
ENROLLED_DUE = (
    "Among the enrolled, never infused patients are due from enrolment on and stay in the denominator; "
    "pending ones are not yet due (our convention)."
)
RANK = {"CR": 0, "CRi": 1, "no_remission": 2, "NE": 3}
STATUS_CLASSES = (
    CR,
    CRI,
    TRANSPLANTED,
    OTHER_THERAPY,
    NO_REMISSION,
    THERAPY_WITHOUT_REMISSION,
    RELAPSED,
    DIED,
    NOT_EVALUABLE,
    *BEYOND,
    NOT_INFUSED,
    NOT_DUE,
)
BEST_CLASSES = (CR, CRI, NO_REMISSION, NOT_EVALUABLE, DIED_UNASSESSED, NOT_ASSESSED, NOT_INFUSED, NOT_DUE)
CONFIRMED_CLASSES = (
    CR,
    CRI,
    UNCONFIRMED,
    NO_REMISSION,
    NOT_EVALUABLE,
    DIED_UNASSESSED,
    NOT_ASSESSED,
    NOT_INFUSED,
    NOT_DUE,
)


@dataclass(frozen=True)
class Rate:
    """A headline share: the classes that are its numerator; the denominator is every class that counts."""

    code: str
    label: str
    classes: tuple[str, ...]


@dataclass(frozen=True)
class ResponseEndpoint:
    """A declared response definition: its classes in reading order and the rates read off them."""

    paramcd: str
    param: str
    over: str
    classes: tuple[Class, ...]
    rates: tuple[Rate, ...]
    visit: Visit | None = None


ORR_RATES = (Rate("orr", "CR + CRi", ("CR", "CRi")), Rate("cr", "CR", ("CR",)))
IN_REMISSION = Rate("alive_in_remission", "Alive in remission, transplanted or not", ("CR", "CRi", "transplanted"))

BEST = ResponseEndpoint(
    "BOR3M",
    "Best response within 3 months",
    REMISSIONS + "Best of CR > CRi > other on day 1-100, before new therapy or transplant. Due once day 100 is "
    "reached by the cut-off; all due patients are the denominator.",
    BEST_CLASSES,
    ORR_RATES,
)
CONFIRMED = ResponseEndpoint(
    "CONFRM",
    "Confirmed remission",
    REMISSIONS + "Remission by day 100 still documented 28 days or more after its onset, no relapse or death "
    "between (therapy or transplant between does not end it), by best response (as ELIANA's primary endpoint). Due "
    "once day 128 is reached by the cut-off.",
    CONFIRMED_CLASSES,
    ORR_RATES,
)
STATUS_M3 = ResponseEndpoint(
    "STATM3",
    "Status at month 3",
    REMISSIONS + "Assessment nearest day 91 within day 60-120; what happened before it (death or relapse: by its "
    "day) comes first. Due once day 120 is reached by the cut-off; all due patients are the denominator.",
    STATUS_CLASSES,
    (*ORR_RATES, IN_REMISSION),
    M3,
)
STATUS_D28 = ResponseEndpoint(
    "STATD28",
    "Status at day 28",
    REMISSIONS + "Assessment nearest day 28 within day 14-45; what happened before it (death or relapse: by its "
    "day) comes first. Due once day 45 is reached by the cut-off; all due patients are the denominator.",
    STATUS_CLASSES,
    (*ORR_RATES, IN_REMISSION),
    D28,
)
RESPONSES = (BEST, STATUS_M3, CONFIRMED, STATUS_D28)
RESPONSE = {endpoint.paramcd: endpoint for endpoint in RESPONSES}


def derive_response(study: Study, endpoint: ResponseEndpoint) -> pd.DataFrame:
    """One row per enrolled patient: USUBJID TRTSDT PARAMCD PARAM ADT (assessment that decided) AVALC (class code)."""
    if endpoint.visit:
        chosen = choose_response(study, endpoint.visit)
        status = derive_visit_status(study.course, endpoint.visit, study.cutoff, chosen)
        decided = chosen["ADT"].where(status == chosen["AVALC"])
    else:
        best = _best(study)
        status = _best_status(study, best) if endpoint is BEST else _confirmed_status(study, best)
        decided = best["ADT"].where(status.isin(list(RANK)))
    return pd.DataFrame(
        {
            "USUBJID": study.course["USUBJID"],
            "TRTSDT": study.course["TRTSDT"],
            "PARAMCD": endpoint.paramcd,
            "PARAM": endpoint.param,
            "ADT": decided,
            "AVALC": status,
        }
    )


def choose_response(study: Study, visit: Visit) -> pd.DataFrame:
    """The assessment nearest the nominal day in the window, the earlier of two equally near; columns ADT, AVALC."""
    rows = after(study.tables["response_assessment"], study.course["TRTSDT"])
    rows = rows[rows["ADY"].between(visit.first, visit.last) & rows["response"].notna()]
    rows = rows.assign(distance=(rows["ADY"] - visit.nominal).abs())
    return _by_position(rows.sort_values(["distance", "date"]), len(study.course))


def _best(study: Study) -> pd.DataFrame:
    """Best assessment of day 1-100 on or before new therapy and transplant, the first of its class."""
    rows = after(study.tables["response_assessment"], study.course["TRTSDT"])
    ends = of_patient(first_of(study.course["NEWTHDT"], study.course["HSCTDT"]), rows)
    rows = rows[rows["ADY"].between(*BEST_DAYS) & rows["response"].notna() & on_or_before(rows["date"], ends)]
    rows = rows.assign(rank=rows["response"].astype("str").map(MEANING).map(RANK))
    return _by_position(rows.sort_values(["rank", "date"]), len(study.course))


def _by_position(rows: pd.DataFrame, n: int) -> pd.DataFrame:
    chosen = rows.drop_duplicates("PT").set_index("PT").reindex(range(n))
    return pd.DataFrame({"ADT": chosen["date"], "AVALC": chosen["response"].astype("str").map(MEANING)})


def _best_status(study: Study, best: pd.DataFrame) -> pd.Series:
    course = study.course
    died = days_since(course["DTHDT"], course["TRTSDT"]) <= BEST_DAYS[1]
    return first_match(
        course.index,
        (NOT_DUE.code, not_yet_due(course, study.cutoff, BEST_DAYS[1])),
        (NOT_INFUSED.code, course["TRTSDT"].isna()),
        *((code, best["AVALC"] == code) for code in RANK),
        (DIED_UNASSESSED.code, died),
        otherwise=NOT_ASSESSED.code,
    )


def _confirmed_status(study: Study, best: pd.DataFrame) -> pd.Series:
    course = study.course
    onset = course["RMSDT"].where(days_since(course["RMSDT"], course["TRTSDT"]) <= BEST_DAYS[1])
    confirmed = _last_in_remission(study) >= onset + pd.Timedelta(days=CONFIRM_AFTER_DAYS)
    status = _best_status(study, best)
    return first_match(
        course.index,
        (NOT_DUE.code, not_yet_due(course, study.cutoff, CONFIRMED_DUE_DAY)),
        (UNCONFIRMED.code, status.isin(REMISSION) & ~confirmed),
        *((code, status == code) for code in status.unique() if code != NOT_ASSESSED.code),
        otherwise=NOT_ASSESSED.code,
    )


def _last_in_remission(study: Study) -> pd.Series:
    """Last CR/CRi before relapse and not after death."""
    course = study.course
    rows = after(study.tables["response_assessment"], course["TRTSDT"])
    rows = rows[rows["response"].isin(REMISSION) & ~(rows["date"] >= of_patient(course["RELDT"], rows))]
    return latest(rows[on_or_before(rows["date"], of_patient(course["DTHDT"], rows))], len(course))
