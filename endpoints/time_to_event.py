"""The time-to-event rule, once. An endpoint is a declaration; derive_tte() makes ADTTE rows from it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from endpoints.patient_dates import NEVER, ordinals
from endpoints.reasons import BACKWARDS, NEVER_INFUSED, NO_ENROLMENT_DATE, NO_START, Reason, first_reason, left_out
from endpoints.rules import Rules

EVENT, CENSORED, COMPETING = 0, 1, 2  # CNSR
DEAD_WITHOUT_DATE = "dead_without_date"


@dataclass(frozen=True)
class Source:
    """A kind of event (or of end of observation): its code, the milestone with its date, its words.

    detail, detail_code: the milestones with the words and the code of what is known of it (kind, cause, CD19 status).
    """

    code: str
    date: str
    words: str
    detail: str | None = None
    detail_code: str | None = None


@dataclass(frozen=True)
class Requirement:
    """A milestone a patient must have to be in the endpoint's population, and the reason of those who have not."""

    date: str
    otherwise: Reason


LAST_ASSESSMENT = Source("assessment", "LDADT", "last evaluable response or MRD assessment")
UNASSESSED = (
    Source("day0", "TRTSDT", "day 0: no evaluable response or MRD assessment"),
    Source("contact", "LSTCNTDT", "last contact: infusion pending"),
)


@dataclass(frozen=True)
class TimeToEvent:
    """One endpoint. On one day the order is: events, competing events (both as declared), ends, censoring.

    definition: the sentences shown with every figure. origin / entry: milestone of time zero / of delayed entry.
    censored_at: observation stops there, later events do not count. censor: milestone of the last knowledge without
    event; where it is missing, the first of `censor_fallbacks` that is not.
    """

    paramcd: str
    param: str
    definition: str
    events: tuple[Source, ...]
    competing: tuple[Source, ...] = ()
    censored_at: tuple[Source, ...] = ()
    censor: Source = LAST_ASSESSMENT
    censor_fallbacks: tuple[Source, ...] = UNASSESSED
    origin: str = "TRTSDT"
    entry: str | None = None
    requires: tuple[Requirement, ...] = ()
    populations: tuple[str, ...] = ("infused",)

    @property
    def causes(self) -> tuple[Source, ...]:
        """Events, then competing events: CAUSE is the 1-based place in this tuple, 0 is censored."""
        return self.events + self.competing


@dataclass(frozen=True)
class Derived:
    """rows: ADTTE, one per patient of the endpoint's population. left_out: USUBJID, REASON, REASONCD of the others."""

    rows: pd.DataFrame
    left_out: pd.DataFrame


def derive_tte(course: pd.DataFrame, endpoint: TimeToEvent, rules: Rules) -> Derived:
    """ADTTE rows of one endpoint: whole days, CNSR 0 event / 1 censored / 2 competing, codes and words of each.

    course: milestones, one row per ADSL row. Columns of the result: USUBJID TRTSDT PARAMCD PARAM STARTDT ENTRY ADT
    AVAL CNSR CAUSE EVNTCD EVNTDESC CNSCD CNSDTDSC DETAILCD. EVNTCD is the code of the event's source (missing on the
    censored), CNSCD that of the end of observation (missing on events), DETAILCD what is known of either (a CD19
    status, a cause, never_aplastic, suspected): figures count by these codes, words are printed only. ENTRY is the day
    before observation starts (0 without delayed entry), so that an event on the day of entry is one of a patient at
    risk. Raises ValueError for a population the endpoint refuses.
    """
    if rules.population not in endpoint.populations:
        raise ValueError(f"{endpoint.param} is defined for infused patients only, got population: {rules.population}")
    origin_column = origin_of(endpoint, rules)
    reasons = _reasons_out(course, endpoint, origin_column)
    rows = _observe(course[reasons["REASONCD"].isna()], endpoint, origin_column)
    backwards = rows["AVAL"] < (rows["ENTRY"] + 1 if endpoint.entry else 0)
    reasons.loc[rows.index[backwards], ["REASONCD", "REASON"]] = BACKWARDS.code, BACKWARDS.words
    return Derived(rows[~backwards].reset_index(drop=True), left_out(course["USUBJID"], reasons))


def origin_of(endpoint: TimeToEvent, rules: Rules) -> str:
    """Milestone of time zero: among the enrolled, enrolment replaces day 0 for everybody (no immortal time)."""
    enrolled = rules.population == "enrolled" and endpoint.origin == "TRTSDT"
    return "ENRLDT" if enrolled else endpoint.origin


def _reasons_out(course: pd.DataFrame, endpoint: TimeToEvent, origin: str) -> pd.DataFrame:
    """The first reason why a patient is not in the endpoint's population; missing = the patient is in it."""
    otherwise = {"TRTSDT": NEVER_INFUSED, "ENRLDT": NO_ENROLMENT_DATE}
    infused = () if origin == "ENRLDT" else (Requirement("TRTSDT", NEVER_INFUSED),)
    needs = (*infused, *endpoint.requires, Requirement(origin, otherwise.get(origin, NO_START)))
    return first_reason(course.index, *((need.otherwise, course[need.date].isna()) for need in needs))


def _observe(course: pd.DataFrame, endpoint: TimeToEvent, origin_column: str) -> pd.DataFrame:
    origin = ordinals(course[[origin_column]])[:, 0]
    event_day, cause = _first(course, endpoint.causes)
    last_day, last = _first_known(course, (endpoint.censor, *endpoint.censor_fallbacks))
    last_day = np.maximum(last_day, origin)
    end_day, end = _first(course, endpoint.censored_at)
    end_day = np.where(end > 0, np.maximum(end_day, origin), NEVER)
    ended = end_day < event_day  # on one day the event counts; an end is known whether or not anything follows
    day = np.where(ended, end_day, np.where(cause > 0, event_day, last_day))
    cause = np.where(ended, 0, cause)
    entry = ordinals(course[[endpoint.entry]])[:, 0] - 1 - origin if endpoint.entry else np.zeros(len(course), int)
    cnsr = np.where(cause == 0, CENSORED, np.where(cause <= len(endpoint.events), EVENT, COMPETING))
    return pd.DataFrame(
        {
            "USUBJID": course["USUBJID"],
            "TRTSDT": course["TRTSDT"],
            "PARAMCD": endpoint.paramcd,
            "PARAM": endpoint.param,
            "STARTDT": course[origin_column],
            "ENTRY": entry,
            "ADT": day.astype("datetime64[D]").astype("datetime64[s]"),
            "AVAL": day - origin,
            "CNSR": cnsr,
            "CAUSE": cause,
            **_said(course, endpoint, cause, np.where(ended, end, 0), np.where((cause == 0) & ~ended, last, 0)),
        },
        index=course.index,
    )


def _first(course: pd.DataFrame, sources: tuple[Source, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Earliest day over the sources and the 1-based source it is from (0: none); ties go to the first declared."""
    if not sources:
        return np.full(len(course), NEVER), np.zeros(len(course), int)
    days = ordinals(course[[source.date for source in sources]])
    first = days.argmin(axis=1) if len(days) else np.zeros(0, int)
    day = days[np.arange(len(days)), first]
    return day, np.where(day == NEVER, 0, first + 1)


def _first_known(course: pd.DataFrame, sources: tuple[Source, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Day of the first declared source that is not missing, and its 1-based place."""
    days = ordinals(course[[source.date for source in sources]])
    known = (days != NEVER).argmax(axis=1)
    return days[np.arange(len(days)), known], known + 1


def _said(
    course: pd.DataFrame, endpoint: TimeToEvent, cause: np.ndarray, end: np.ndarray, last: np.ndarray
) -> dict[str, pd.Series]:
    """Codes and words of the event, else of the end of observation, else of the last knowledge (1-based, 0: not)."""
    event = _of_source(course, endpoint.causes, cause)
    ended = _of_source(course, endpoint.censored_at, end)
    known = _of_source(course, (endpoint.censor, *endpoint.censor_fallbacks), last)
    if endpoint.censor.date == "LSTCNTDT":
        undated = course["DTHNODT"] & (last > 0)
        known["words"] = known["words"].mask(undated, "last contact; recorded as dead without a date")
        known["detail"] = known["detail"].mask(undated, DEAD_WITHOUT_DATE)
    return {
        "EVNTCD": event["code"],
        "EVNTDESC": event["words"],
        "CNSCD": ended["code"].fillna(known["code"]),
        "CNSDTDSC": ended["words"].fillna(known["words"]),
        "DETAILCD": event["detail"].fillna(ended["detail"]).fillna(known["detail"]),
    }


def _of_source(course: pd.DataFrame, sources: tuple[Source, ...], which: np.ndarray) -> dict[str, pd.Series]:
    """code, words (with the patient's detail) and code of the detail of source number `which` (1-based) per patient;
    missing where 0."""
    said = {name: pd.Series(pd.NA, index=course.index, dtype="str") for name in ("code", "words", "detail")}
    for number, source in enumerate(sources, start=1):
        chosen = which == number
        words = pd.Series(source.words, index=course.index, dtype="str")
        if source.detail:
            detail = course[source.detail].astype("str")
            words = words.mask(detail.notna(), words + ": " + detail.fillna(""))
        said["code"] = said["code"].mask(chosen, source.code)
        said["words"] = said["words"].mask(chosen, words)
        if source.detail_code:
            said["detail"] = said["detail"].mask(chosen, course[source.detail_code].astype("str"))
    return said
