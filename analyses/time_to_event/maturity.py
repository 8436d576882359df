"""How mature a figure is: median follow-up, completeness, share under observation, from the figure's own origin."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analyses.result import Curves, Ratios, Result, States
from analyses.time_to_event.estimate import adtte, month_title
from endpoints.catalogue import ENDPOINT, OS
from endpoints.exposure import EXPOSED
from endpoints.rules import DAYS_PER_MONTH
from endpoints.time_to_event import EVENT, TimeToEvent, origin_of
from estimators.follow_up import clark_c, median, under_observation

MONTHS = (12, 24)
KNOWN = ENDPOINT | {endpoint.paramcd: endpoint for endpoint in EXPOSED.values()}
OverTime = Curves | Ratios | States


@dataclass(frozen=True)
class FollowUp:
    """Follow-up of patients from one origin. since: what it counts from; group: whose it is, "" for everybody.

    median, low, high: months (NaN: see reason...); completeness: Clark's C, 0..1; under_observation: month, followed,
    due (patients whose potential time reaches the month) per month of MONTHS.
    """

    since: str
    group: str
    median: float
    low: float
    high: float
    reason_low: str
    reason_high: str
    completeness: float
    under_observation: tuple[tuple[int, int, int], ...]


def maturity(result: Result) -> tuple[FollowUp, ...]:
    """Of the patients behind a time-to-event figure (STARTDT: the figure's origin), on OS data; nothing for others.

    One per origin, then one per origin and compared group where several are compared.
    """
    if not isinstance(result, OverTime) or not result.n or not {"STARTDT", "AVAL"} <= set(result.patients):
        return ()
    rows = _followed(result)
    if rows.empty:
        return ()
    by_origin = _by_landmark(rows) if "LANDMARK" in rows else _by_endpoint(result, rows)
    whole = [follow_up_of(part, since) for since, part in by_origin]
    is_split = rows["GROUP"].nunique() > 1 and "ARM" not in rows  # whoever changes arms is followed in both
    parts = [
        follow_up_of(of_group, since if len(by_origin) > 1 else "", group)
        for since, part in by_origin
        for group, of_group in part.groupby("GROUP", sort=False)
        if is_split
    ]
    return (*whole, *parts)


def _by_landmark(rows: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Several landmark days in one figure are several origins."""
    return [(f" from day {day}", rows[rows["LANDMARK"] == day]) for day in rows["LANDMARK"].unique()]


def _by_endpoint(result: OverTime, rows: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    codes = list(rows["PARAMCD"].unique())
    parts = [(code, rows[rows["PARAMCD"] == code]) for code in codes]
    return [(_origin(result, KNOWN.get(code) if len(codes) > 1 else None, part), part) for code, part in parts]


def _origin(result: OverTime, endpoint: TimeToEvent | None, rows: pd.DataFrame) -> str:
    """Where the figure's axis begins; where several endpoints are shown, each one's own. Rows restarted at a landmark
    do not begin where their endpoint does: the title of the axis says where."""
    words = (
        month_title(result.cohort, endpoint) if endpoint and _begins_there(result, endpoint, rows) else result.x_title
    )
    return words.removeprefix("Months").removeprefix("Days")


def _begins_there(result: Result, endpoint: TimeToEvent, rows: pd.DataFrame) -> bool:
    course = result.cohort.whole.course
    place = pd.Index(course["USUBJID"]).get_indexer(rows["USUBJID"])
    own = course[origin_of(endpoint, result.cohort.rules)].to_numpy()[place]
    return bool((own == rows["STARTDT"].to_numpy()).all())


def _followed(result: Result) -> pd.DataFrame:
    """One row per patient, origin and group (of the first endpoint with that origin) with DAYS of OS from STARTDT,
    DEAD, POTENTIAL (days to the cut-off)."""
    rows = result.patients.drop_duplicates(["USUBJID", "STARTDT", "GROUP"])
    alive = adtte(result.cohort, OS).rows
    place = pd.Index(alive["USUBJID"]).get_indexer(rows["USUBJID"])
    until, dead = alive["ADT"].to_numpy()[place], (alive["CNSR"] == EVENT).to_numpy()[place]
    start, day = rows["STARTDT"].to_numpy(), np.timedelta64(1, "D")
    potential = (np.datetime64(result.cohort.data.data_cutoff) - start) // day
    rows = rows.assign(DAYS=(until - start) // day, DEAD=dead, POTENTIAL=potential)
    return rows[(place >= 0) & (rows["DAYS"] >= 0)]


def follow_up_of(rows: pd.DataFrame, since: str = "", group: str = "") -> FollowUp:
    """Of rows with DAYS, DEAD, POTENTIAL; a patient counts once."""
    rows = rows.drop_duplicates("USUBJID")
    days, dead, potential = (rows[name].to_numpy() for name in ("DAYS", "DEAD", "POTENTIAL"))
    middle = median(days, dead)
    observed = under_observation(days, dead, potential, np.array(MONTHS) * DAYS_PER_MONTH)
    shares = zip(MONTHS, observed["n_event"].tolist(), observed["n"].tolist(), strict=True)
    return FollowUp(
        since,
        group,
        middle.value / DAYS_PER_MONTH,
        middle.low / DAYS_PER_MONTH,
        middle.high / DAYS_PER_MONTH,
        middle.reason_low,
        middle.reason_high,
        clark_c(days, dead, potential),
        tuple(shares),
    )
