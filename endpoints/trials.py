"""Sequential trials of transplant in remission: on which days each patient could be transplanted, and was."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from endpoints.exposure import EXPOSED, exposed_from
from endpoints.patient_dates import first_of
from endpoints.study import Study
from endpoints.time_to_event import derive_tte

QUESTION = (
    "Sequential trials ask: of patients in remission today and not yet transplanted, does transplant today, against no "
    "transplant, change what follows?"
)
SUPER_MODEL_QUESTION = (
    "The super-model asks: of patients in remission on a landmark day, do those already transplanted by then fare "
    "otherwise than those who are not, whatever is done later?"
)
WORDS = (
    "Every day on which somebody in remission is transplanted is a trial: the transplanted of that day against all "
    "others in first remission, without relapse, new therapy or transplant by then and followed beyond it, who leave "
    "it on the day of their own transplant. The clock starts on the day of the trial."
)


@dataclass(frozen=True)
class Days:
    """USUBJID with days from infusion: OPENS (first remission), CLOSES (the earlier of relapse and new therapy; none:
    infinite), AVAL, EVENT (1 the outcome), CHANGE (transplant in remission; none: infinite)."""

    rows: pd.DataFrame
    left_out: pd.DataFrame


def derive_trial_days(study: Study, outcome: str) -> Days:
    """The patients of EXPOSED[outcome] as trials of transplant take them."""
    endpoint, course = EXPOSED[outcome], study.course
    derived = derive_tte(course, endpoint, study.rules)
    known = course.set_index("USUBJID").loc[derived.rows["USUBJID"]]
    change = pd.Series(exposed_from(course).to_numpy(), index=course["USUBJID"]).loc[derived.rows["USUBJID"]]
    closes = first_of(known["RELDT"], known["NEWTHDT"])
    origin = known["TRTSDT"]
    rows = derived.rows.assign(
        OPENS=_days(known["RMSDT"], origin), CLOSES=_days(closes, origin), CHANGE=_days(change, origin)
    )
    return Days(rows, derived.left_out)


def _days(dates: pd.Series, origin: pd.Series) -> np.ndarray:
    """Days from the origin; infinite where there is no date."""
    days = (pd.to_datetime(dates) - origin.to_numpy()).dt.days
    return days.astype(float).fillna(np.inf).to_numpy()
