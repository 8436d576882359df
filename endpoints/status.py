"""What a patient's state is at a visit when the assessment does not say it: the classes that are not a result.

First match wins, and "not yet due" is decided before anything else, whatever is already known: else recent failures
enter a rate and recent successes do not.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from endpoints.patient_dates import days_since, first_of
from endpoints.visits import Visit


@dataclass(frozen=True)
class Class:
    """A class of a status variable: code (files, colours), words, and whether it is in the denominator."""

    code: str
    label: str
    counts: bool = True


NOT_DUE = Class("not_due", "Not yet due", counts=False)
NO_START_DATE = Class("no_start", "No date of enrolment or apheresis", counts=False)
NOT_INFUSED = Class("not_infused", "Not infused")
DIED = Class("died", "Died")
RELAPSED = Class("relapsed", "Relapsed")
THERAPY_WITHOUT_REMISSION = Class("therapy_without_remission", "New therapy, no remission")
THERAPY_WORDS = (
    "New therapy, no remission: a new therapy (autologous transplant included) or an allogeneic transplant before any "
    "remission."
)
IN_DOUBT = Class("transplant_in_doubt", "Transplant, status in doubt")
IN_DOUBT_WORDS = (
    "Transplant, status in doubt: an allogeneic transplant recorded as not in remission, after first remission and "
    "without relapse before it."
)
TRANSPLANTED = Class("transplanted", "Transplanted in remission")
OTHER_THERAPY = Class("other_therapy", "Other therapy in remission")
LOST = Class("lost", "Lost to follow-up")
NOT_ASSESSED = Class("not_assessed", "Not assessed")
BEYOND = (LOST, NOT_ASSESSED)
ORDER_WORDS = (
    "An assessment on the day of a therapy or transplant was before it; of assessments equally near the earlier one "
    "counts, and an evaluable one in the window before one that is not."
)


def first_match(index: pd.Index, *cases: tuple[str, pd.Series], otherwise: str) -> pd.Series:
    """The code of the first true case per row."""
    place = np.full(len(index), len(cases))
    for i, (_, applies) in reversed(tuple(enumerate(cases))):
        place[applies.fillna(False).to_numpy(bool)] = i
    codes = pd.array([*(code for code, _ in cases), otherwise], dtype="str")
    return pd.Series(codes.take(place), index=index)


def is_pending(course: pd.DataFrame) -> pd.Series:
    """Enrolled, not infused, and neither closed nor dead: day 0 may still come."""
    return course["TRTSDT"].isna() & course["NOTINFDT"].isna() & course["DTHDT"].isna()


def not_yet_due(course: pd.DataFrame, cutoff: pd.Timestamp, last_day: int) -> pd.Series:
    """Day 0 + last day of the window lies after the cut-off. Never infused: enrolment stands in for day 0.

    Our convention: a pending patient is not yet due, since day 0 may still come.
    """
    start = course["TRTSDT"].fillna(course["ENRLDT"])
    return is_pending(course) | ~(start + pd.Timedelta(days=last_day) <= cutoff)


def has_no_start(course: pd.DataFrame, population: str) -> pd.Series:
    """Among the enrolled: neither enrolment nor apheresis is dated, so that time has no beginning."""
    return course["ENRLDT"].isna() & (population == "enrolled")


def derive_visit_status(
    course: pd.DataFrame, visit: Visit, cutoff: pd.Timestamp, assessed: pd.DataFrame, population: str = "infused"
) -> pd.Series:
    """Status code per patient at a visit. assessed: chosen assessment by position, columns ADT and AVALC (NaT if none).

    What happened counts when dated before the chosen assessment, else by the last day of the window. An assessment on
    the day of a therapy was taken before it; on the day of death or relapse the death or relapse stands.
    """
    window_end = course["TRTSDT"] + pd.Timedelta(days=visit.last)
    bound = assessed["ADT"].fillna(window_end)
    taken = assessed["ADT"].notna()
    remission = course["RMSDT"]

    def happened(dates: pd.Series) -> pd.Series:
        return (dates < bound) | (~taken & (dates == bound))

    therapy = first_of(course["NEWTHDT"], course["HSCTDT"])
    without = therapy.where(remission.isna() | (therapy < remission))
    return first_match(
        course.index,
        (NO_START_DATE.code, has_no_start(course, population)),
        (NOT_DUE.code, not_yet_due(course, cutoff, visit.last)),
        (NOT_INFUSED.code, course["TRTSDT"].isna()),
        (DIED.code, course["DTHDT"] <= bound),
        (RELAPSED.code, course["RELDT"] <= bound),
        (THERAPY_WITHOUT_REMISSION.code, happened(without)),
        (IN_DOUBT.code, happened(course["HSCTNRDT"])),
        (TRANSPLANTED.code, happened(course["HSCTRMDT"])),
        (OTHER_THERAPY.code, happened(course["NEWTHDT"].where(remission <= course["NEWTHDT"]))),
        *((code, assessed["AVALC"] == code) for code in assessed["AVALC"].dropna().unique()),
        (LOST.code, days_since(course["LSTCNTDT"], course["TRTSDT"]) < visit.first),
        otherwise=NOT_ASSESSED.code,
    )
