"""Transplant in remission as a time-dependent exposure: rows over (start, stop] before and after it.

Never "ever against never transplanted": whoever lived long enough to be transplanted did not die before.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from endpoints.catalogue import CIR, IN_FIRST_REMISSION, NOT_TRANSPLANTED_BEFORE, OS, REMISSION_WORDS, RFS
from endpoints.cohort import Group
from endpoints.time_to_event import CENSORED, Derived, TimeToEvent

WAITING, TRANSPLANTED = Group("waiting", "Not yet transplanted", 0), Group("transplanted", "Transplanted", 1)
ARMS = (WAITING, TRANSPLANTED)
SWITCH = "transplant in remission: counts as transplanted from the next day on"
EXPOSURE = (
    "Exposure: first allogeneic transplant in remission, before relapse and new therapy; an event on its day "
    "belongs to the not yet transplanted."
)
CLOCK = f" Clock from infusion, under observation from first remission on. {EXPOSURE} {REMISSION_WORDS}"


def _exposed(endpoint: TimeToEvent, over: str) -> TimeToEvent:
    return replace(
        endpoint,
        paramcd=f"{endpoint.paramcd}TD",
        over=over + CLOCK,
        origin="TRTSDT",
        entry="RMSDT",
        requires=(IN_FIRST_REMISSION, NOT_TRANSPLANTED_BEFORE),
        populations=("infused",),
    )


EXPOSED = {
    "os": _exposed(
        OS, "Death from any cause; relapsed patients stay in their arm and salvage transplant does not switch it."
    ),
    "rfs": _exposed(RFS, "Relapse or death."),
    "relapse": _exposed(
        CIR, "Relapse, death in remission competing; test and hazard ratio are of the cause-specific hazard."
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


def split_at_transplant(found: Derived, course: pd.DataFrame) -> pd.DataFrame:
    """ADTTE rows of an EXPOSED endpoint cut at the transplant, with ARM: one or two rows per patient."""
    rows = found.rows.merge(course[["USUBJID", "HSCTRMDT", "NEWTHDT", "HSCTNRDT"]], on="USUBJID", how="left")
    return split_at(found.rows, exposed_from(rows), ARMS, SWITCH)


def split_at(rows: pd.DataFrame, change: pd.Series, arms: tuple[Group, Group], words: str) -> pd.DataFrame:
    """ADTTE rows cut on the day of a change (a date per row, NaT: never), with ARM: one of `arms`, before and after.

    The row before the change is censored on its day (CNSDTDSC: `words`) unless the event came by then; the row after it
    begins the next day (ENTRY = the day of the change, since the risk set is ENTRY < t <= AVAL).
    """
    day = (change - rows["STARTDT"]).dt.days
    crosses = (day < rows["AVAL"]).to_numpy()
    before, after = rows.assign(ARM=arms[0].code), rows[crosses].assign(ARM=arms[1].code)
    cut = {"AVAL": day, "ADT": change, "CNSR": CENSORED, "CAUSE": 0, "EVNTDESC": pd.NA, "CNSDTDSC": words}
    for column, value in cut.items():
        before[column] = before[column].mask(pd.Series(crosses, index=rows.index), value)
    before["AVAL"] = before["AVAL"].astype(np.int64)
    after["ENTRY"] = day[crosses].astype(np.int64)
    return pd.concat([before, after], ignore_index=True)
