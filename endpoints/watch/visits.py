"""Findings about follow-up: an assessment that is overdue, a patient nobody has heard of for long."""

import numpy as np
import pandas as pd

from endpoints.patient_dates import days_since, latest
from endpoints.schedule import SCHEDULE, Assessment, asked_until, derive_done
from endpoints.study import Study
from endpoints.watch.findings import Findings, Take, alive, iso, not_evaluated, rows_of, spelled

CONTACT_DAYS = 400  # our convention: a year, and five weeks to have it written down


def overdue(study: Study) -> Findings:
    """Per assessment of the schedule: the first visit that closed without it, and nothing of the kind since it
    opened."""
    found = [_overdue(study, assessment) for assessment in SCHEDULE]
    return Findings(pd.concat(found), not_evaluated(study))


def _overdue(study: Study, assessment: Assessment) -> pd.DataFrame:
    course = study.course
    last = latest(derive_done(study, assessment), len(course))
    asked = alive(course) & asked_until(course, assessment).isna()
    missed = _missed(study, assessment, days_since(last, course["TRTSDT"]).fillna(-np.inf)) & asked.to_numpy()[:, None]
    first = missed.argmax(axis=1)
    closes = np.array([visit.last for visit in assessment.visits])[first]
    closed = course["TRTSDT"] + pd.to_timedelta(closes, unit="D")
    labels = pd.Series([visit.window for visit in assessment.visits], dtype=object).take(first).set_axis(course.index)
    n = pd.Series(missed.sum(axis=1), index=course.index)

    def words(of: Take) -> pd.Series:
        return assessment.label + ": " + of(labels) + " closed on " + iso(of(closed)) + ", " + _since(of(last), of(n))

    return rows_of(
        study,
        n > 0,
        item=assessment.code,
        kind=assessment.code,
        words=words,
        date=closed,
        overdue=days_since(pd.Series(study.cutoff, index=course.index), closed).where(n > 0),
    )


def _since(last: pd.Series, n: pd.Series) -> pd.Series:
    since = ("last on " + iso(last)).where(last.notna(), "none since infusion")
    return since + ("; " + n.astype("str") + " visits missed").where(n > 1, "")


def _missed(study: Study, assessment: Assessment, last_day: pd.Series) -> np.ndarray:
    """(patients, visits): the window has closed by the cut-off and nothing of the kind was done since it opened."""
    reached = (study.cutoff - study.course["TRTSDT"]) / pd.Timedelta(days=1)
    windows = np.array([(visit.first, visit.last) for visit in assessment.visits])
    return (windows[:, 1] <= reached.to_numpy()[:, None]) & (last_day.to_numpy()[:, None] < windows[:, 0])


def no_contact(study: Study) -> Findings:
    """Alive as far as is known, and without any dated entry for longer than CONTACT_DAYS."""
    course = study.course
    silent = days_since(pd.Series(study.cutoff, index=course.index), course["LSTCNTDT"])

    def words(of: Take) -> pd.Series:
        days = spelled(of(silent), "{:.0f}")
        return "Last contact on " + iso(of(course["LSTCNTDT"])) + ", " + days + " days before the cut-off"

    return Findings(
        rows_of(
            study,
            alive(course) & (silent > CONTACT_DAYS),
            kind="silent",
            words=words,
            date=course["LSTCNTDT"],
            overdue=silent - CONTACT_DAYS,
        ),
        not_evaluated(study),
    )
