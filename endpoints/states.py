"""The course after infusion as states, from day 0 on: where a patient is, and never back."""

import numpy as np
import pandas as pd

from endpoints.patient_dates import NEVER, first_of, ordinals
from endpoints.relapse import known_recovery
from endpoints.status import Class
from endpoints.study import Study

STATES = (
    Class("state_none", "Not in remission"),
    Class("state_unknown", "In remission, B cells unknown"),
    Class("state_aplasia", "In remission, B-cell aplasia"),
    Class("state_lost", "In remission, aplasia lost"),
    Class("state_transplanted", "Transplanted in remission"),
    Class("state_relapsed", "Relapsed or failed"),
    Class("state_dead", "Dead"),
)
DEFINITION = (
    "From infusion: not in remission; in remission with B cells unknown (no sample yet), in aplasia (carried forward "
    "from the last sample) or with aplasia lost under the chosen rule (samples only; with confirmation, from the "
    "confirming sample); transplanted in remission; relapsed or failed; dead. States are never left backwards: a "
    "second remission, re-infusion and salvage do not change them, nor does a transplant recorded as not in remission. "
    "On one day the later state in this order counts; a relapse on the day of death is passed through, so that it "
    "counts as relapse. Alive patients are censored at last contact. Each state has its own risk set, so that dead "
    "here may differ a little from one minus overall survival."
)
CENSORED = -1
RELAPSED = -2  # the column of relapse or failure among those of the dates; death is the last


def derive_stays(study: Study) -> pd.DataFrame:
    """One row per stay of an infused patient: USUBJID TRTSDT START STOP (days from day 0; the state holds on
    START < t <= STOP, day 0 itself is START -1) STATE, TO (0-based places in STATES; CENSORED at last contact)."""
    course = study.course[study.course["TRTSDT"].notna()].reset_index(drop=True)
    entered = _entries(course, known_recovery(study)[study.course["TRTSDT"].notna()].reset_index(drop=True))
    order = np.lexsort((-np.arange(entered.shape[1])[None, :].repeat(len(entered), 0), entered), axis=1)
    day = np.take_along_axis(entered, order, axis=1)
    so_far = np.maximum.accumulate(order, axis=1)
    new = np.ones_like(order, bool)
    new[:, 1:] = so_far[:, 1:] > so_far[:, :-1]
    row, place = np.nonzero(new & (day < NEVER))
    return _stays(course, row, day[row, place], order[row, place])


def _entries(course: pd.DataFrame, lost: pd.Series) -> np.ndarray:
    """(n, states): the day from infusion on which each state may begin, NEVER without; nobody goes back, so that the
    state on a day is the highest one begun by then."""
    day0 = ordinals(course[["TRTSDT"]])
    aplastic = course["BCAFSTDT"].where(~course["NEVERAP"].astype(bool))
    dates = pd.DataFrame(
        {
            "rem": course["RMSDT"],
            "bca": aplastic,
            "lost": lost,
            "tx": course["HSCTRMDT"],
            "bad": first_of(course["RELDT"], course["FAILDT"]),
            "dead": course["DTHDT"],
        }
    )
    days = ordinals(dates)
    days = np.where(days == NEVER, NEVER, np.maximum(days - day0, 0))
    relapsed = course["RELDT"].notna() & (course["RELDT"] == course["DTHDT"])
    days[:, RELAPSED] -= (relapsed & ~(course["FAILDT"] < course["RELDT"])).to_numpy(int)
    return np.column_stack([np.full(len(course), -1), days])


def _stays(course: pd.DataFrame, row: np.ndarray, day: np.ndarray, state: np.ndarray) -> pd.DataFrame:
    last_contact = (ordinals(course[["LSTCNTDT"]]) - ordinals(course[["TRTSDT"]]))[:, 0]
    is_last = np.append(row[1:] != row[:-1], True) if len(row) else np.zeros(0, bool)
    stop = np.where(is_last, np.maximum(last_contact[row], 0), np.append(day[1:], 0))
    to = np.where(is_last, CENSORED, np.append(state[1:], 0))
    stays = pd.DataFrame(
        {
            "USUBJID": course["USUBJID"].to_numpy()[row],
            "TRTSDT": course["TRTSDT"].to_numpy()[row],
            "START": day,
            "STOP": stop,
            "STATE": state,
            "TO": to,
        }
    )
    dead = stays["STATE"] == len(STATES) - 1
    return stays[~dead & (stays["START"] < stays["STOP"])].reset_index(drop=True)
