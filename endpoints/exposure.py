"""Transplant in remission as a time-dependent exposure: rows over (start, stop] before and after it.

Never "ever against never transplanted": whoever lived long enough to be transplanted did not die before.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from endpoints.catalogue import AT_ASSESSMENT, CIR, OS, RELAPSE_WORDS, RFS
from endpoints.cohort import Group
from endpoints.sources import DOUBT_WORDS, IN_FIRST_REMISSION, NOT_TRANSPLANTED_BEFORE, REMISSION_WORDS
from endpoints.time_to_event import CENSORED, EVENT, Derived, TimeToEvent

NOT_YET_TRANSPLANTED = Group("waiting", "Not yet transplanted", 0)
TRANSPLANTED = Group("transplanted", "Transplanted", 1)
ARMS = (NOT_YET_TRANSPLANTED, TRANSPLANTED)
SWITCH = "transplant in remission: counts as transplanted from the next day on"
SWITCHED = "switched"  # CNSCD of a row that ends because its patient changes the arm
EXPOSURE = (
    "Exposure: first allogeneic transplant in remission, before relapse and new therapy (one recorded as not in "
    "remission never is); an event on the day of transplant counts in the not-yet-transplanted arm."
)
CLOCK = f" Clock from infusion, under observation from first remission on. {EXPOSURE} {REMISSION_WORDS}"


def _exposed(endpoint: TimeToEvent, definition: str) -> TimeToEvent:
    return replace(
        endpoint,
        paramcd=f"{endpoint.paramcd}TD",
        definition=definition + CLOCK,
        origin="TRTSDT",
        entry="RMSDT",
        requires=(IN_FIRST_REMISSION, NOT_TRANSPLANTED_BEFORE),
        populations=("infused",),
    )


EXPOSED = {
    "os": _exposed(
        OS,
        "Death from any cause, censored at last contact; relapsed patients stay in their arm and salvage transplant "
        "does not switch it, so that deaths after relapse count where the patient was.",
    ),
    "rfs": _exposed(RFS, f"Relapse or death, {AT_ASSESSMENT}. {DOUBT_WORDS} {RELAPSE_WORDS}"),
    "relapse": _exposed(
        CIR,
        f"Relapse, death in remission competing, {AT_ASSESSMENT}; test and hazard ratio are of the cause-specific "
        f"hazard. {DOUBT_WORDS} {RELAPSE_WORDS}",
    ),
}


def not_transplanted_before(endpoint: TimeToEvent) -> TimeToEvent:
    """The endpoint of those who could still be transplanted in remission: in first remission, no transplant before."""
    return replace(endpoint, requires=(IN_FIRST_REMISSION, NOT_TRANSPLANTED_BEFORE))


def exposed_from(course: pd.DataFrame) -> pd.Series:
    """The day of the exposure: first allogeneic transplant in remission, unless new therapy came before it, or a
    transplant recorded as not in remission (which ends the time to transplant as well)."""
    before = (course["NEWTHDT"] < course["HSCTRMDT"]) | (course["HSCTNRDT"] < course["HSCTRMDT"])
    return course["HSCTRMDT"].where(~before)


def split_at_transplant(derived: Derived, course: pd.DataFrame) -> pd.DataFrame:
    """ADTTE rows of an EXPOSED endpoint cut at the transplant, with ARM: one or two rows per patient."""
    rows = derived.rows.merge(course[["USUBJID", "HSCTRMDT", "NEWTHDT", "HSCTNRDT"]], on="USUBJID", how="left")
    return split_at(derived.rows, exposed_from(rows), ARMS, SWITCH)


def split_at(rows: pd.DataFrame, change: pd.Series, arms: tuple[Group, Group], words: str) -> pd.DataFrame:
    """ADTTE rows cut on the day of a change (a date per row, NaT: never), with ARM: one of `arms`, before and after.

    The row before the change is censored on its day (CNSDTDSC: `words`) unless the event came by then; the row after it
    begins the next day (ENTRY = the day of the change, since the risk set is ENTRY < t <= AVAL).
    """
    day = (change - rows["STARTDT"]).dt.days
    crosses = (day < rows["AVAL"]).to_numpy()
    before, after = rows.assign(ARM=arms[0].code), rows[crosses].assign(ARM=arms[1].code)
    cut = {"AVAL": day, "ADT": change, "CNSR": CENSORED, "CAUSE": 0, "EVNTCD": pd.NA, "EVNTDESC": pd.NA}
    cut |= {"CNSCD": SWITCHED, "CNSDTDSC": words, "DETAILCD": pd.NA}
    for column, value in cut.items():
        before[column] = before[column].mask(pd.Series(crosses, index=rows.index), value)
    before["AVAL"] = before["AVAL"].astype(np.int64)
    after["ENTRY"] = day[crosses].astype(np.int64)
    return pd.concat([before, after], ignore_index=True)


def after_relapse(rows: pd.DataFrame, course: pd.DataFrame, landmark: int = 0) -> pd.DataFrame:
    """How much of each arm's observation of survival comes after relapse: ARM, DEATHS, DEATHSREL, DAYS, DAYSREL.

    rows: of `split_at_transplant` for overall survival; landmark: only what is observed beyond that day from infusion,
    as Simon-Makuch curves show it (0: everything). A death on the day of relapse comes after it.
    """
    rows = rows.merge(course[["USUBJID", "RELDT"]], on="USUBJID", how="left")
    entry = rows["ENTRY"].clip(lower=landmark)
    relapse = (rows["RELDT"] - rows["STARTDT"]).dt.days
    died = (rows["CNSR"] == EVENT) & (rows["AVAL"] > landmark)
    days = (rows["AVAL"] - entry).clip(lower=0)
    counted = pd.DataFrame(
        {
            "ARM": rows["ARM"],
            "DEATHS": died.astype("int64"),
            "DEATHSREL": (died & (relapse <= rows["AVAL"])).astype("int64"),
            "DAYS": days,
            "DAYSREL": (rows["AVAL"] - entry.where(entry >= relapse, relapse)).clip(lower=0).fillna(0).astype("int64"),
        }
    )
    return counted.groupby("ARM").sum().reindex([arm.code for arm in ARMS], fill_value=0).reset_index()
