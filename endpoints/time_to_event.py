"""The time-to-event rule, once. An endpoint is a declaration; derive_tte() makes ADTTE rows from it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from endpoints.patient_dates import NEVER, ordinals
from endpoints.rules import Rules

EVENT, CENSORED, COMPETING = 0, 1, 2  # CNSR


@dataclass(frozen=True)
class Source:
    """A kind of event (or of end of observation): the milestone date, its words, the milestone with its details."""

    code: str
    date: str
    words: str
    detail: str | None = None


@dataclass(frozen=True)
class Requirement:
    """A milestone a patient must have to be in the endpoint's population, and the words for those who have not."""

    date: str
    otherwise: str


LAST_ASSESSMENT = Source("assessment", "LDADT", "last evaluable response or MRD assessment")
UNASSESSED = (
    Source("day0", "TRTSDT", "day 0: no evaluable response or MRD assessment"),
    Source("contact", "LSTCNTDT", "last contact: infusion pending"),
)


@dataclass(frozen=True)
class TimeToEvent:
    """One endpoint. On one day the order is: events, competing events (both as declared), ends, censoring.

    origin / entry: milestone of time zero / of delayed entry. ends: observation stops there, later events do not count.
    censor: milestone of the last knowledge without event; where it is missing, the first of `unknown` that is not.
    over: the one-sentence definition shown with every figure.
    """

    paramcd: str
    param: str
    over: str
    events: tuple[Source, ...]
    competing: tuple[Source, ...] = ()
    ends: tuple[Source, ...] = ()
    censor: Source = LAST_ASSESSMENT
    unknown: tuple[Source, ...] = UNASSESSED
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
    """rows: ADTTE, one per patient of the endpoint's population. left_out: USUBJID, REASON for all other patients."""

    rows: pd.DataFrame
    left_out: pd.DataFrame


def derive_tte(course: pd.DataFrame, endpoint: TimeToEvent, rules: Rules) -> Derived:
    """ADTTE rows of one endpoint: whole days, CNSR 0 event / 1 censored / 2 competing, EVNTDESC or CNSDTDSC on each.

    course: milestones, one row per ADSL row. Columns of the result: USUBJID TRTSDT PARAMCD PARAM STARTDT ENTRY ADT
    AVAL CNSR CAUSE EVNTDESC CNSDTDSC. ENTRY is the day before observation starts (0 without delayed entry), so that
    an event on the day of entry is one of a patient at risk. Raises ValueError for a population the endpoint refuses.
    """
    if rules.population not in endpoint.populations:
        raise ValueError(f"{endpoint.param} is defined for infused patients only, got population: {rules.population}")
    origin_column = origin_of(endpoint, rules)
    reasons = _reasons_out(course, endpoint, origin_column)
    kept = course[reasons.isna()]
    rows = _observe(kept, endpoint, origin_column)
    backwards = rows["AVAL"] < (rows["ENTRY"] + 1 if endpoint.entry else 0)
    reasons.loc[rows.index[backwards]] = "event or end of observation dated before its start"
    left_out = pd.DataFrame({"USUBJID": course["USUBJID"], "REASON": reasons})[reasons.notna()]
    return Derived(rows[~backwards].reset_index(drop=True), left_out.reset_index(drop=True))


def origin_of(endpoint: TimeToEvent, rules: Rules) -> str:
    """Milestone of time zero: among the enrolled, enrolment replaces day 0 for everybody (no immortal time)."""
    enrolled = rules.population == "enrolled" and endpoint.origin == "TRTSDT"
    return "ENRLDT" if enrolled else endpoint.origin


def _reasons_out(course: pd.DataFrame, endpoint: TimeToEvent, origin: str) -> pd.Series:
    """The first reason why a patient is not in the endpoint's population; missing = the patient is in it."""
    reasons = pd.Series(pd.NA, index=course.index, dtype="str")
    otherwise = {"TRTSDT": "never infused", "ENRLDT": "no date of enrolment or apheresis"}
    for need in (
        Requirement("TRTSDT", "never infused") if origin != "ENRLDT" else None,
        *endpoint.requires,
        Requirement(origin, otherwise.get(origin, "no start date")),
    ):
        if need is not None:
            reasons = reasons.mask(reasons.isna() & course[need.date].isna(), need.otherwise)
    return reasons


def _observe(course: pd.DataFrame, endpoint: TimeToEvent, origin_column: str) -> pd.DataFrame:
    origin = ordinals(course[[origin_column]])[:, 0]
    event_day, cause = _first(course, endpoint.causes)
    last_day, last = _first_known(course, (endpoint.censor, *endpoint.unknown))
    last_day = np.maximum(last_day, origin)
    end_day, end = _first(course, endpoint.ends)
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
            "EVNTDESC": _describe(course, endpoint.causes, cause),
            "CNSDTDSC": _describe_censoring(course, endpoint, np.where(cause == 0, last, 0), np.where(ended, end, 0)),
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


def _describe(course: pd.DataFrame, sources: tuple[Source, ...], which: np.ndarray) -> pd.Series:
    """The words of source number `which` (1-based) per patient, with the patient's details; missing where 0."""
    words = pd.Series(pd.NA, index=course.index, dtype="str")
    for number, source in enumerate(sources, start=1):
        here = which == number
        text = pd.Series(source.words, index=course.index, dtype="str")
        if source.detail:
            detail = course[source.detail].astype("str")
            text = text.mask(detail.notna(), text + ": " + detail.fillna(""))
        words = words.mask(here, text)
    return words


def _describe_censoring(course: pd.DataFrame, endpoint: TimeToEvent, last: np.ndarray, end: np.ndarray) -> pd.Series:
    """Why observation stopped: the end, else the last knowledge (both 1-based, 0: event); missing on events."""
    known = _describe(course, (endpoint.censor, *endpoint.unknown), last)
    if endpoint.censor.date == "LSTCNTDT":
        known = known.mask(course["DTHNODT"] & (last > 0), "last contact; recorded as dead without a date")
    return _describe(course, endpoint.ends, end).fillna(known)
