"""How mature a figure is: median follow-up, completeness, share under observation, from the figure's own origin."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analyses.result import Estimates
from analyses.time_to_event.estimate import month_title, tte
from endpoints.catalogue import ENDPOINT, OS
from endpoints.exposure import EXPOSED
from endpoints.rules import DAYS_PER_MONTH
from endpoints.time_to_event import EVENT, TimeToEvent, origin_of
from estimators.follow_up import clark_c, median, under_observation
from estimators.risk_table import FEW_AT_RISK
from pages.parts.session.sidebar import Cohort

MONTHS = (12, 24)
KNOWN = ENDPOINT | {endpoint.paramcd: endpoint for endpoint in EXPOSED.values()}
PALER = f"Paler: fewer than {FEW_AT_RISK} at risk."


@dataclass(frozen=True)
class Maturity:
    """In words: strip, the lines under the figure; parts, a line per compared group for its method note."""

    strip: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


def maturity(study: Cohort, found: Estimates, is_drawn: bool = True) -> Maturity:
    """Of the patients behind a time-to-event figure (STARTDT: the figure's origin), on OS data. Nothing for others.
    is_drawn: there is a picture, in which few at risk are paler."""
    if found.n == 0 or not {"STARTDT", "AVAL"} <= set(found.patients.columns):
        return Maturity()
    rows, also = _followed(study, found.patients), fading(found) if is_drawn else ()
    if rows.empty:
        return Maturity(also)
    if "LANDMARK" in rows:
        return _per_landmark(rows, also)
    codes, groups = list(dict.fromkeys(rows["PARAMCD"])), list(dict.fromkeys(rows["GROUP"]))
    by_code = [(code, rows[rows["PARAMCD"] == code]) for code in codes]
    strip = [
        f"Follow-up{_origin(study, found, KNOWN.get(code) if len(codes) > 1 else None, of_code)}: "
        f"{follow_up_words(of_code)}"
        for code, of_code in by_code
    ]
    is_split = len(groups) > 1 and "ARM" not in rows  # who changes arms is followed in both
    parts = [f"Follow-up, {group}: {follow_up_words(rows[rows['GROUP'] == group])}" for group in groups * is_split]
    return Maturity((*strip, *also), tuple(parts))


def _per_landmark(rows: pd.DataFrame, also: tuple[str, ...]) -> Maturity:
    """Several landmark days in one figure are several origins: each has a line of its own, and one per group."""
    by_day = [(day, rows[rows["LANDMARK"] == day]) for day in dict.fromkeys(rows["LANDMARK"])]
    strip = (f"Follow-up from day {day}: {follow_up_words(of_day)}" for day, of_day in by_day)
    parts = (
        f"Follow-up from day {day}, {group}: {follow_up_words(of_day[of_day['GROUP'] == group])}"
        for day, of_day in by_day
        for group in dict.fromkeys(of_day["GROUP"])
    )
    return Maturity((*strip, *also), tuple(parts))


def _origin(study: Cohort, found: Estimates, endpoint: TimeToEvent | None, rows: pd.DataFrame) -> str:
    """Where the figure's axis begins; where several endpoints are shown, each one's own. Rows restarted at a landmark
    do not begin where their endpoint does: the title of the axis says where."""
    words = month_title(study, endpoint) if endpoint and _begins_there(study, endpoint, rows) else found.x_title
    return words.removeprefix("Months").removeprefix("Days")


def _begins_there(study: Cohort, endpoint: TimeToEvent, rows: pd.DataFrame) -> bool:
    course = study.study.course
    place = pd.Index(course["USUBJID"]).get_indexer(rows["USUBJID"])
    own = course[origin_of(endpoint, study.rules)].to_numpy()[place]
    return bool((own == rows["STARTDT"].to_numpy()).all())


def fading(found: Estimates) -> tuple[str, ...]:
    """What paler means, where anything is paler."""
    curve = found.curve
    return (PALER,) if curve is not None and "faded" in curve and curve["faded"].any() else ()


def _followed(study: Cohort, patients: pd.DataFrame) -> pd.DataFrame:
    """One row per patient, origin and group (of the first endpoint with that origin) with DAYS of OS from STARTDT,
    DEAD, POTENTIAL (days to the cut-off)."""
    rows = patients.drop_duplicates(["USUBJID", "STARTDT", "GROUP"])
    alive = tte(study, OS).rows
    place = pd.Index(alive["USUBJID"]).get_indexer(rows["USUBJID"])
    until, dead = alive["ADT"].to_numpy()[place], (alive["CNSR"] == EVENT).to_numpy()[place]
    start = rows["STARTDT"].to_numpy()
    day = np.timedelta64(1, "D")
    rows = rows.assign(
        DAYS=(until - start) // day, DEAD=dead, POTENTIAL=(np.datetime64(study.loaded.data_cutoff) - start) // day
    )
    return rows[(place >= 0) & (rows["DAYS"] >= 0)]


def follow_up_words(rows: pd.DataFrame) -> str:
    """'median 24.1 months (22.0-26.3); ...' of rows with DAYS, DEAD, POTENTIAL; a patient counts once."""
    rows = rows.drop_duplicates("USUBJID")
    days, dead, potential = (rows[name].to_numpy() for name in ("DAYS", "DEAD", "POTENTIAL"))
    middle, low, high = (x / DAYS_PER_MONTH for x in median(days, dead))
    limits = (
        f"{low:.1f}-{high:.1f}"
        if low == low and high == high
        else " to ".join(f"{x:.1f}" if x == x else "not reached" for x in (low, high))
    )
    limits = "no interval" if low != low and high != high else limits
    words = f"median {middle:.1f} months ({limits})" if middle == middle else "median not reached"
    complete = clark_c(days, dead, potential)
    observed = under_observation(days, dead, potential, np.array(MONTHS) * DAYS_PER_MONTH)
    shares = [
        f"{month} months {100 * row.estimate:.0f} % ({row.n_event} of {row.n})"
        if row.n
        else f"{month} months nobody due"
        for month, row in zip(MONTHS, observed.itertuples(), strict=True)
    ]
    share = f"{100 * complete:.0f} %" if complete == complete else "not estimable"
    return (
        f"{words}; completeness {share} (Clark's C: observed of potential time); not lost before {', '.join(shares)}."
    )
