"""What a rule of the watchlist gives: one row per patient and reason, and the patients whom it could not evaluate."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from endpoints.patient_dates import days_since, first_of, no_dates
from endpoints.reasons import Reason
from endpoints.status import first_match
from endpoints.study import Study

KEY = ["USUBJID", "RULECD", "ITEM"]  # what makes a finding the same one at two cut-offs
COLUMNS = [
    "USUBJID",
    "SITEID",
    "PRODLABEL",
    "RULECD",
    "ITEM",
    "KIND",
    "FINDING",
    "ADT",
    "ADY",
    "OVERDUE",
    "TXNAIVE",
    "ELSEWHERE",
    "CLOSEDT",
    "CLOSEDBY",
    "PLACE",
]
UNEVALUATED = ["USUBJID", "SITEID", "RULECD", "REASONCD", "REASON"]
CLOSED_BY = {
    "relapse": "Relapse",
    "transplant": "Allogeneic transplant",
    "new_therapy": "New therapy",
    "death": "Death",
}
CLOSING = {"RELDT": "relapse", "HSCTDT": "transplant", "NEWTHDT": "new_therapy", "DTHDT": "death"}


Take = Callable[[Any], Any]  # from what is known of everybody (a Series or frame) to the rows of those found


@dataclass(frozen=True)
class Findings:
    """rows: COLUMNS; unevaluated: UNEVALUATED. Both a row per patient and reason, in patient order."""

    rows: pd.DataFrame
    unevaluated: pd.DataFrame


@dataclass(frozen=True)
class WatchRule:
    """A declared rule: its words on tile and list, the definition shown with it, the kinds of finding in sorting order
    (code, words), whether findings close, what derives them, and in which order they stand."""

    code: str
    label: str
    definition: str
    kinds: tuple[tuple[str, str], ...]
    derive: Callable[[Study], Findings]
    closes: bool = False
    order: str = "by kind, then the oldest date first"


def closed(course: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """When what is said of a remission ends (NaT: it goes on), and by what: relapse, transplant, new therapy or
    death."""
    ends = first_of(*(course[name] for name in CLOSING))
    by = first_match(course.index, *((code, course[name] == ends) for name, code in CLOSING.items()), otherwise="")
    return ends, by


def in_remission(course: pd.DataFrame) -> pd.Series:
    """Whether a first remission was reached before anything that closes it. A patient dead without a date is not told
    to
    be in one."""
    ends, _ = closed(course)
    return course["RMSDT"].notna() & ~(ends < course["RMSDT"]) & ~course["DTHNODT"].astype(bool)


def alive(course: pd.DataFrame) -> pd.Series:
    """Infused and not known to have died."""
    return course["TRTSDT"].notna() & course["DTHDT"].isna() & ~course["DTHNODT"].astype(bool)


def naive(prior: pd.Series, transplant: pd.Series) -> pd.Series:
    """yes: no allogeneic transplant before or after infusion; no: one of the two; unknown: the past is not known. Of
    PRIORTX and HSCTDT."""
    known = prior.map({"no": "yes", "autologous": "yes", "allogeneic": "no"}).fillna("unknown")
    return known.mask(transplant.notna(), "no")


def rows_of(
    study: Study,
    found: pd.Series,
    *,
    kind: Any,
    words: Callable[[Take], pd.Series],
    date: pd.Series,
    item: str = "",
    overdue: pd.Series | None = None,
    ends: tuple[pd.Series, pd.Series] | None = None,
    place: Any = 0,
) -> pd.DataFrame:
    """The findings of the patients where `found`, by position; RULECD is the rule's and comes later.

    kind: code; words: dates and values in words, written for the patients found only, who are few; date: of what
    triggered it; overdue: days; ends: when and by what it was closed; place: what sorts before the date.
    """
    where = np.flatnonzero(found.to_numpy(bool))
    of, adsl = partial(_take, where), study.adsl.take(where)
    closed_on, closed_by = ends or (no_dates(len(found)), pd.Series("", index=found.index))
    own = {"KIND": kind, "ADT": date, "OVERDUE": overdue, "PLACE": place, "CLOSEDT": closed_on, "CLOSEDBY": closed_by}
    taken = {name: of(value) if isinstance(value, pd.Series) else value for name, value in own.items()}
    taken |= {"FINDING": words(of), "TXNAIVE": naive(adsl["PRIORTX"], of(study.course["HSCTDT"]))}
    taken |= {"ELSEWHERE": elsewhere(of(study.tables["patient"]["followed_elsewhere"]))}
    rows = adsl[["USUBJID", "SITEID", "PRODLABEL"]].assign(RULECD="", ITEM=item, **taken)
    ady = days_since(rows["ADT"], adsl["TRTSDT"]).astype("Int32")
    missing = pd.Series(pd.NA, index=rows.index, dtype="Int32")
    late = missing if overdue is None else rows["OVERDUE"].astype("Int32")
    return rows.assign(ADY=ady, OVERDUE=late)[COLUMNS]


def _take(where: np.ndarray, values: Any) -> Any:
    return values.take(where)


def elsewhere(recorded: pd.Series) -> pd.Series:
    """yes, no, missing: whether the patient is followed in another hospital."""
    return recorded.astype("boolean").map({True: "yes", False: "no"}).astype("str").fillna("missing")


def not_evaluated(study: Study, *reasons: tuple[Reason, pd.Series]) -> pd.DataFrame:
    """The patients whom a rule could not evaluate, each for the first reason that applies."""
    code = first_match(study.course.index, *((reason.code, where) for reason, where in reasons), otherwise="")
    where = np.flatnonzero(code.to_numpy(object) != "")
    code = code.take(where)
    words = code.map({reason.code: reason.words for reason, _ in reasons})
    rows = study.adsl[["USUBJID", "SITEID"]].take(where)
    return rows.assign(RULECD="", REASONCD=code, REASON=words)[UNEVALUATED]


def iso(dates: pd.Series) -> pd.Series:
    """Dates as YYYY-MM-DD, "" where missing. Ten times faster than strftime."""
    text = np.datetime_as_string(dates.to_numpy().astype("datetime64[D]"))
    return pd.Series(text, index=dates.index, dtype=object).where(dates.notna(), "")


def spelled(values: pd.Series, form: str, missing: str = "") -> pd.Series:
    """Each number in a form as '{:.1e}', `missing` where there is none."""
    text = [form.format(value) if value == value else missing for value in values.astype(float).tolist()]
    return pd.Series(text, index=values.index, dtype=object)
