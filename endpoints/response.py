"""Response: the four declared definitions. CR and CRi are remission; ORR is both, shown apart and together."""

from dataclasses import dataclass, replace

import pandas as pd

from endpoints.counted_response import MLFS as MLFS_CODE
from endpoints.counted_response import remission_codes
from endpoints.milestones import FIRST_REMISSION_DAY
from endpoints.patient_dates import after, days_since, first_of, latest, of_patient, on_or_before
from endpoints.relapse_events import is_uncounted, merge_same_day
from endpoints.rules import Rules
from endpoints.status import (
    BEYOND,
    DIED,
    IN_DOUBT,
    NO_START_DATE,
    NOT_ASSESSED,
    NOT_DUE,
    NOT_INFUSED,
    ORDER_WORDS,
    OTHER_THERAPY,
    RELAPSED,
    THERAPY_WITHOUT_REMISSION,
    TRANSPLANTED,
    Class,
    derive_visit_status,
    first_match,
    has_no_start,
    not_yet_due,
)
from endpoints.study import Study
from endpoints.terms import stands_for
from endpoints.visits import D28, M3, Visit

CR, CRI, MLFS = Class("CR", "CR"), Class("CRi", "CRi"), Class(MLFS_CODE, "MLFS")
NO_REMISSION, NOT_EVALUABLE = Class("no_remission", "No remission"), Class("NE", "Not evaluable")
UNCONFIRMED = Class("unconfirmed", "Remission, not confirmed")
DIED_UNASSESSED = Class("died", "Died before assessment")
BEST_DAYS = (1, 100)
CONFIRM_AFTER_DAYS = 28
CONFIRMED_DUE_DAY = 128
MEANING = {
    "CR": CR.code,
    "CRi": CRI.code,
    MLFS_CODE: MLFS.code,
    "NR": NO_REMISSION.code,
    "RELAPSE": NO_REMISSION.code,
    "NE": NOT_EVALUABLE.code,
}
ABBREVIATIONS = f"Abbreviations: {stands_for('CR', 'CRi', 'MLFS')}."
REMISSIONS = (
    "CR: complete remission, neutrophils ≥ 1,000/µL and platelets ≥ 100,000/µL; CRi: all of CR but one of the two "
    "counts (CRh is written as CRi); MLFS is no remission unless the rule says so. "
)
EARLY_WORDS = f"A remission needs day {FIRST_REMISSION_DAY}: one recorded before it alone is no remission anywhere."
ENROLLED_DUE = (
    "Among the enrolled, never infused patients are due from enrolment on and stay in the denominator; pending ones, "
    "a second enrolment after a failed manufacture included, are not yet due; without a date of enrolment or "
    "apheresis a patient is left out (our convention)."
)
RANK = {"CR": 0, "CRi": 1, MLFS_CODE: 2, "no_remission": 3, "NE": 4}
STATUS_CLASSES = (
    CR,
    CRI,
    MLFS,
    TRANSPLANTED,
    OTHER_THERAPY,
    IN_DOUBT,
    NO_REMISSION,
    THERAPY_WITHOUT_REMISSION,
    RELAPSED,
    DIED,
    NOT_EVALUABLE,
    *BEYOND,
    NOT_INFUSED,
    NOT_DUE,
    NO_START_DATE,
)
BEST_CLASSES = (
    CR,
    CRI,
    MLFS,
    NO_REMISSION,
    NOT_EVALUABLE,
    DIED_UNASSESSED,
    NOT_ASSESSED,
    NOT_INFUSED,
    NOT_DUE,
    NO_START_DATE,
)
CONFIRMED_CLASSES = (CR, CRI, MLFS, UNCONFIRMED, *BEST_CLASSES[3:])


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
    definition: str
    classes: tuple[Class, ...]
    rates: tuple[Rate, ...]
    visit: Visit | None = None


ORR_RATES = (Rate("orr", "CR + CRi", ("CR", "CRi")), Rate("cr", "CR", ("CR",)))
IN_REMISSION = Rate("alive_in_remission", "Alive in remission, transplanted or not", ("CR", "CRi", "transplanted"))

BEST = ResponseEndpoint(
    "BOR3M",
    "Best response within 3 months",
    REMISSIONS + "Best of CR > CRi > other on day 1-100, before new therapy or transplant (an assessment on its day "
    f"was before it). {EARLY_WORDS} Due once day 100 is reached by the cut-off; all due patients are the denominator.",
    BEST_CLASSES,
    ORR_RATES,
)
CONFIRMED = ResponseEndpoint(
    "CONFRM",
    "Confirmed remission",
    REMISSIONS + "Remission by day 100 documented again on any day 28 days or more after its onset, before relapse, "
    "death or new therapy (an allogeneic transplant between does not end it), by best response (as ELIANA's primary "
    f"endpoint). {EARLY_WORDS} Due once day 128 is reached by the cut-off.",
    CONFIRMED_CLASSES,
    ORR_RATES,
)
STATUS_M3 = ResponseEndpoint(
    "STATM3",
    "Status at month 3",
    REMISSIONS + "Assessment nearest day 91 within day 60-120; what happened before it (death or relapse: by its "
    f"day) comes first. {ORDER_WORDS} Due once day 120 is reached by the cut-off; all due patients are the "
    "denominator.",
    STATUS_CLASSES,
    (*ORR_RATES, IN_REMISSION),
    M3,
)
STATUS_D28 = ResponseEndpoint(
    "STATD28",
    "Status at day 28",
    REMISSIONS + "Assessment nearest day 28 within day 14-45; what happened before it (death or relapse: by its "
    f"day) comes first. {ORDER_WORDS} Due once day 45 is reached by the cut-off; all due patients are the denominator.",
    STATUS_CLASSES,
    (*ORR_RATES, IN_REMISSION),
    D28,
)
RESPONSES = (BEST, STATUS_M3, CONFIRMED, STATUS_D28)
RESPONSE = {endpoint.paramcd: endpoint for endpoint in RESPONSES}


def under_rules(endpoint: ResponseEndpoint, rules: Rules) -> ResponseEndpoint:
    """The endpoint with its rates as the rules have them: with MLFS in every rate that counts CRi where it counts."""
    if rules.mlfs == "no":
        return endpoint
    label = {"CR + CRi": "CR + CRi + MLFS"}
    rates = (
        replace(rate, label=label.get(rate.label, rate.label), classes=(*rate.classes, MLFS.code))
        if CRI.code in rate.classes
        else rate
        for rate in endpoint.rates
    )
    return replace(endpoint, rates=tuple(rates))


def derive_response(study: Study, endpoint: ResponseEndpoint) -> pd.DataFrame:
    """One row per enrolled patient: USUBJID TRTSDT PARAMCD PARAM ADT (assessment that decided) AVALC (class code)."""
    if endpoint.visit:
        chosen = choose_response(study, endpoint.visit)
        status = derive_visit_status(study.course, endpoint.visit, study.cutoff, chosen, study.rules.population)
        decided = chosen["ADT"].where(status == chosen["AVALC"])
    else:
        best = choose_best(study)
        status = _best_status(study, best) if endpoint.paramcd == BEST.paramcd else _confirmed_status(study, best)
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
    """The assessment nearest the nominal day in the window, an evaluable one before NE, the earlier of two equally
    near; columns ADT, AVALC."""
    rows = _assessments(study)
    rows = rows[rows["ADY"].between(visit.first, visit.last)]
    rows = rows.assign(distance=(rows["ADY"] - visit.nominal).abs(), unclear=rows["RESPONSE"] == NOT_EVALUABLE.code)
    return _by_position(rows.sort_values(["unclear", "distance", "date"]), len(study.course))


def choose_best(study: Study) -> pd.DataFrame:
    """Best assessment of day 1-100 on or before new therapy and transplant, the first of its class; columns ADT, AVALC.

    A CR or CRi before day 14 is no remission and decides nothing.
    """
    rows = _assessments(study)
    ends = of_patient(first_of(study.course["NEWTHDT"], study.course["HSCTDT"]), rows)
    rows = rows[rows["ADY"].between(*BEST_DAYS) & on_or_before(rows["date"], ends) & ~_is_early(rows)]
    rows = rows.assign(rank=rows["RESPONSE"].map(MEANING).map(RANK))
    return _by_position(rows.sort_values(["rank", "date"]), len(study.course))


def derive_early(study: Study) -> pd.Series:
    """USUBJID of the patients with a CR or CRi before day 14 and no first remission: they are counted in words."""
    rows = after(study.tables["response_assessment"], study.course["TRTSDT"])
    early = study.course.index.isin(rows.loc[_is_early(rows), "PT"])
    return study.course.loc[early & study.course["RMSDT"].isna(), "USUBJID"]


def derive_remission_then_nr(study: Study) -> pd.Series:
    """USUBJID of the patients with NR after first remission and no relapse by then: no event, counted in words."""
    course = study.course
    rows = after(study.tables["response_assessment"], course["TRTSDT"])
    rows = rows[(rows["RESPONSE"] == "NR") & (rows["date"] > of_patient(course["RMSDT"], rows))]
    rows = rows[~(rows["date"] >= of_patient(course["RELDT"], rows))]
    return course.loc[course.index.isin(rows["PT"]), "USUBJID"]


def _assessments(study: Study) -> pd.DataFrame:
    """Assessments after day 0 that say something, without RELAPSE of a molecular relapse that does not count."""
    rows = after(study.tables["response_assessment"], study.course["TRTSDT"])
    events = after(merge_same_day(study.tables["relapse"]), study.course["TRTSDT"])
    return rows[rows["RESPONSE"].notna() & ~is_uncounted(rows, events, study.course["RMSDT"], study.rules)]


def _is_early(rows: pd.DataFrame) -> pd.Series:
    return rows["REMISSION"] & (rows["ADY"] < FIRST_REMISSION_DAY)


def _by_position(rows: pd.DataFrame, n: int) -> pd.DataFrame:
    chosen = rows.drop_duplicates("PT").set_index("PT").reindex(range(n))
    return pd.DataFrame({"ADT": chosen["date"], "AVALC": chosen["RESPONSE"].astype("str").map(MEANING)})


def _best_status(study: Study, best: pd.DataFrame, due_day: int = BEST_DAYS[1]) -> pd.Series:
    course = study.course
    died = days_since(course["DTHDT"], course["TRTSDT"]) <= BEST_DAYS[1]
    return first_match(
        course.index,
        (NO_START_DATE.code, has_no_start(course, study.rules.population)),
        (NOT_DUE.code, not_yet_due(course, study.cutoff, due_day)),
        (NOT_INFUSED.code, course["TRTSDT"].isna()),
        *((code, best["AVALC"] == code) for code in RANK),
        (DIED_UNASSESSED.code, died),
        otherwise=NOT_ASSESSED.code,
    )


def _confirmed_status(study: Study, best: pd.DataFrame) -> pd.Series:
    status = _best_status(study, best, CONFIRMED_DUE_DAY)
    in_remission = status.isin(remission_codes(study.rules))
    return status.mask(in_remission & ~is_confirmed(study), UNCONFIRMED.code)


def is_confirmed(study: Study) -> pd.Series:
    """Whether the remission by day 100 is documented again 28 days or more after its onset, on any later day before
    relapse and not after death or new therapy."""
    course = study.course
    onset = course["RMSDT"].where(days_since(course["RMSDT"], course["TRTSDT"]) <= BEST_DAYS[1])
    rows = after(study.tables["response_assessment"], course["TRTSDT"])
    return last_in_remission(course, rows[rows["REMISSION"]]) >= onset + pd.Timedelta(days=CONFIRM_AFTER_DAYS)


def last_in_remission(course: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
    """Last of these assessments (rows of remission) before relapse and not after death or new therapy."""
    rows = rows[~(rows["date"] >= of_patient(course["RELDT"], rows))]
    ends = of_patient(first_of(course["DTHDT"], course["NEWTHDT"]), rows)
    return latest(rows[on_or_before(rows["date"], ends)], len(course))
