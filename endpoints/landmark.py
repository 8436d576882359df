"""Landmark analysis: what happened by day L decides the class, the clock restarts at L.

Post-infusion variables (MRD, B-cell recovery, transplant) are compared in this way or as time-dependent, never as fixed
groups: whoever lived long enough to be transplanted did not die before.
Reference: Anderson JR, Cain KC, Gelber RD. J Clin Oncol 1983;1:710-719.
"""

import pandas as pd

from endpoints.patient_dates import first_of
from endpoints.rules import DAYS_PER_MONTH
from endpoints.time_to_event import CENSORED, Derived

SECTION = "Landmark analysis"
METHOD = (
    "Landmark: patients in remission, without event and under observation beyond the landmark day are classed by "
    "what was known on that day; the clock restarts there."
)
REFERENCE = "Anderson JR, Cain KC, Gelber RD. J Clin Oncol 1983;1:710-719."
NOT_YET, RELAPSED = "not in remission by the landmark", "relapsed by the landmark"
EVENT_BEFORE, NOT_BEYOND = "event by the landmark", "no longer observed at the landmark"
MOVED_ON = "transplanted or newly treated by the landmark"


def restart_at(found: Derived, course: pd.DataFrame, day: int) -> Derived:
    """ADTTE rows of the risk set at `day` (days from infusion, whatever the endpoint's origin), clock restarted.

    Risk set: first remission dated by the landmark and no relapse by it, no event or competing event by it, observed
    beyond it. STARTDT becomes the landmark date, ENTRY 0. Everybody else gets the first reason that applies.
    """
    rows = found.rows.merge(course[["USUBJID", "RMSDT", "RELDT"]], on="USUBJID", how="left")
    date = rows["TRTSDT"] + pd.Timedelta(days=day)
    reasons = pd.Series(pd.NA, index=rows.index, dtype="str")
    for words, out in (
        (NOT_YET, ~(rows["RMSDT"] <= date)),
        (RELAPSED, rows["RELDT"] <= date),
        (EVENT_BEFORE, (rows["ADT"] <= date) & (rows["CNSR"] != CENSORED)),
        (NOT_BEYOND, rows["ADT"] <= date),
    ):
        reasons = reasons.mask(reasons.isna() & out, words)
    kept = rows.assign(STARTDT=date, ENTRY=0, AVAL=(rows["ADT"] - date).dt.days)[reasons.isna()]
    left_out = pd.DataFrame({"USUBJID": rows["USUBJID"], "REASON": reasons})[reasons.notna()]
    return Derived(
        kept[found.rows.columns].reset_index(drop=True), pd.concat([found.left_out, left_out], ignore_index=True)
    )


def without_moved_on(found: Derived, course: pd.DataFrame, day: int) -> Derived:
    """The risk set at `day` without whom an allogeneic transplant or new therapy reached by then: what happens to them
    is no longer the product's doing. They get the reason MOVED_ON."""
    moved = moved_on_by(course, day)
    out = found.rows["USUBJID"].isin(course.loc[moved, "USUBJID"])
    left_out = pd.DataFrame({"USUBJID": found.rows.loc[out, "USUBJID"], "REASON": MOVED_ON})
    return Derived(found.rows[~out].reset_index(drop=True), pd.concat([found.left_out, left_out], ignore_index=True))


def moved_on_by(course: pd.DataFrame, day: int) -> pd.Series:
    """Whether each patient of the course had an allogeneic transplant or new therapy by that day from infusion."""
    return first_of(course["HSCTDT"], course["NEWTHDT"]) <= course["TRTSDT"] + pd.Timedelta(days=day)


def months_from(day: int) -> str:
    """The title of the restarted axis."""
    return f"Months from the landmark (day {day}, {day / DAYS_PER_MONTH:.1f} months from infusion)"
