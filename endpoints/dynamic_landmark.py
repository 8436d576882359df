"""The landmark analysis at several declared days, side by side and pooled, so that one lucky day cannot be picked."""

from dataclasses import replace

import pandas as pd

from endpoints.exposure import ARMS, exposed_from, not_transplanted_before
from endpoints.landmark import restart_at
from endpoints.patient_dates import of_ids
from endpoints.study import Study
from endpoints.time_to_event import Derived, TimeToEvent, derive_tte

SECTION = "Dynamic landmark"
LANDMARKS = (60, 90, 120, 180)
DECISION_DAY = 90  # the landmark in remission that stands first; editable
METHOD = (
    "Dynamic landmark: on each declared day, patients in remission, event-free and still followed are grouped by "
    "transplant in remission by then; the clock restarts there, and a later transplant changes nothing. "
    "Hazard ratio by Cox regression of transplanted against not yet transplanted."
)
STACK_METHOD = (
    "Super-model: the risk sets of all landmarks stacked, each a stratum of its own; one hazard ratio over them, with "
    "standard errors by patient, because a patient is in several."
)
REFERENCE = (
    "Anderson JR, Cain KC, Gelber RD. J Clin Oncol 1983;1:710-719. van Houwelingen HC. Scand J Stat 2007;34:70-85."
)


def derive_at_landmark(study: Study, endpoint: TimeToEvent, day: int) -> Derived:
    """ADTTE of those in remission, event-free and followed on `day`, with ARM (code of ARMS: transplanted in remission
    by then or not) and LANDMARK; the clock restarts there. The relapsed are never in it."""
    derived = restart_at(derive_tte(study.course, not_transplanted_before(endpoint), study.rules), study.course, day)
    exposed = of_ids(exposed_from(study.course), study.course["USUBJID"], derived.rows)
    transplanted = exposed <= derived.rows["STARTDT"]
    arm = transplanted.map({False: ARMS[0].code, True: ARMS[1].code}).astype("str")
    return replace(derived, rows=derived.rows.assign(ARM=arm, LANDMARK=day))


def derive_stack(study: Study, endpoint: TimeToEvent, days: tuple[int, ...] = LANDMARKS) -> pd.DataFrame:
    """The rows of `derive_at_landmark` at every day, stacked (LANDMARK tells them apart): a patient has one row per
    landmark whose risk set it is in, so that standard errors must be by USUBJID."""
    return pd.concat([derive_at_landmark(study, endpoint, day).rows for day in days], ignore_index=True)
