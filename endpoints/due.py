"""What is due next: per patient and assessment the next visit of the schedule, and the dates on which registries
ask."""

import numpy as np
import pandas as pd

from endpoints.patient_dates import days_since, latest
from endpoints.schedule import SCHEDULE, YEAR, Assessment, asked_until, derive_done
from endpoints.study import Study
from endpoints.visits import Visit
from endpoints.watch.findings import alive

DUE = ["USUBJID", "SITEID", "PRODLABEL", "ASSESSCD", "ASSESS", "VISIT", "FROMDT", "DUEDT", "TODT", "OPEN"]
REGISTRY = (
    Visit("R100", "Day 100", 100, 100, 100),
    Visit("R6", "Month 6", 183, 183, 183),
    *(Visit(f"RY{n}", f"Year {n}", round(YEAR * n), round(YEAR * n), round(YEAR * n)) for n in range(1, 16)),
)
REGISTRY_CODE = "registry"
REGISTRY_DEFINITION = (
    "Registry follow-up is asked for on day 100, at month 6 and yearly to year 15 after infusion (EBMT, CIBMTR), of "
    "patients not known to have died. Listed: what falls due after the data cut-off, within the days shown."
)
DUE_DEFINITION = (
    "The next visit of the schedule per assessment whose window has not closed by the data cut-off and in which it "
    "was not "
    "done yet, while the assessment is still asked for."
)


def derive_due(study: Study) -> pd.DataFrame:
    """DUE, one row per living patient and assessment that has a next visit, by patient and day. OPEN: its window is
    open
    on the day of the cut-off."""
    rows = [_next(study, assessment) for assessment in SCHEDULE]
    return pd.concat(rows).sort_values(["USUBJID", "DUEDT", "ASSESSCD"], ignore_index=True)


def _next(study: Study, assessment: Assessment) -> pd.DataFrame:
    course, n = study.course, len(study.course)
    last = days_since(latest(derive_done(study, assessment), n), course["TRTSDT"]).fillna(-np.inf)
    reached = days_since(pd.Series(study.cutoff, index=course.index), course["TRTSDT"])
    windows = np.array([(visit.first, visit.nominal, visit.last) for visit in assessment.visits])
    waiting = (windows[:, 2] > reached.to_numpy()[:, None]) & (last.to_numpy()[:, None] < windows[:, 0])
    asked = (alive(course) & asked_until(course, assessment).isna()).to_numpy()
    place = waiting.argmax(axis=1)
    labels = np.array([visit.label for visit in assessment.visits], dtype=object)[place]
    return _dated(study, asked & waiting.any(axis=1), assessment.code, assessment.label, labels, windows[place])


def _dated(study: Study, where: np.ndarray, code: str, words: str, labels, days: np.ndarray) -> pd.DataFrame:
    """days: (patients, 3), first, nominal and last day."""
    start = study.course["TRTSDT"]
    dates = [start + pd.to_timedelta(days[:, i], unit="D") for i in range(3)]
    rows = study.adsl[["USUBJID", "SITEID", "PRODLABEL"]].assign(ASSESSCD=code, ASSESS=words, VISIT=labels)
    rows = rows.assign(FROMDT=dates[0], DUEDT=dates[1], TODT=dates[2], OPEN=dates[0] <= study.cutoff)
    return rows.loc[where, DUE]


def derive_registry(study: Study) -> pd.DataFrame:
    """DUE, every registry date of a living patient after the cut-off, by day and patient."""
    living = alive(study.course).to_numpy()
    n = len(study.course)
    rows = [
        _dated(study, living, REGISTRY_CODE, "Registry follow-up", visit.label, np.tile([visit.nominal] * 3, (n, 1)))
        for visit in REGISTRY
    ]
    dates = pd.concat(rows)
    return dates[dates["DUEDT"] > study.cutoff].sort_values(["DUEDT", "USUBJID"], ignore_index=True)
