"""Landmark analysis: what happened by day L decides the class, the clock restarts at L.

Post-infusion variables (MRD, B-cell recovery, transplant) are compared in this way or as time-dependent, never as fixed
groups: whoever lived long enough to be transplanted did not die before.
Reference: Anderson JR, Cain KC, Gelber RD. J Clin Oncol 1983;1:710-719.
"""

from dataclasses import replace

import pandas as pd

from endpoints.new_therapy import THERAPY_WORDS
from endpoints.patient_dates import first_of
from endpoints.reasons import Reason, first_reason, left_out
from endpoints.rules import DAYS_PER_MONTH
from endpoints.sources import NEW_THERAPY, TRANSPLANT
from endpoints.time_to_event import CENSORED, Derived, TimeToEvent

SECTION = "Landmark analysis"
METHOD = (
    "Landmark: patients in remission, event-free and still followed at the landmark are grouped by their status on "
    "that day; the clock restarts there."
)
REFERENCE = "Anderson JR, Cain KC, Gelber RD. J Clin Oncol 1983;1:710-719."
NOT_YET = Reason("not_in_remission", "not in remission by the landmark")
RELAPSED = Reason("relapsed", "relapsed by the landmark")
EVENT_BEFORE = Reason("event_before", "event by the landmark")
NOT_BEYOND = Reason("not_followed", "no longer followed at the landmark")
MOVED = "MV"  # behind the code of an endpoint that transplant and new therapy end
MOVED_ON = Reason("moved_on", "transplanted or newly treated by the landmark")
MOVED_ON_WORDS = {
    "exclude": "Patients transplanted (allogeneic) or on new therapy by the landmark are left out: their aplasia is no "
    "longer the product's.",
    "censored": "Later transplant and new therapy are censored on their day.",
    "competing": "Later transplant and new therapy compete.",
}


def restart_at(derived: Derived, course: pd.DataFrame, day: int) -> Derived:
    """ADTTE rows of the risk set at `day` (days from infusion, whatever the endpoint's origin), clock restarted.

    Risk set: first remission dated by the landmark and no relapse by it, no event or competing event by it, observed
    beyond it. STARTDT becomes the landmark date, ENTRY 0. Everybody else gets the first reason that applies.
    """
    rows = derived.rows.merge(course[["USUBJID", "RMSDT", "RELDT"]], on="USUBJID", how="left")
    date = rows["TRTSDT"] + pd.Timedelta(days=day)
    reasons = first_reason(
        rows.index,
        (NOT_YET, ~(rows["RMSDT"] <= date)),
        (RELAPSED, rows["RELDT"] <= date),
        (EVENT_BEFORE, (rows["ADT"] <= date) & (rows["CNSR"] != CENSORED)),
        (NOT_BEYOND, rows["ADT"] <= date),
    )
    kept = rows.assign(STARTDT=date, ENTRY=0, AVAL=(rows["ADT"] - date).dt.days)[reasons["REASONCD"].isna()]
    out = pd.concat([derived.left_out, left_out(rows["USUBJID"], reasons)], ignore_index=True)
    return Derived(kept[derived.rows.columns].reset_index(drop=True), out)


def without_moved_on(derived: Derived, course: pd.DataFrame, day: int) -> Derived:
    """The risk set at `day` without whom an allogeneic transplant or new therapy reached by then: what happens to them
    is no longer the product's doing. They get the reason MOVED_ON."""
    moved = derived.rows["USUBJID"].isin(course.loc[moved_on_by(course, day), "USUBJID"])
    reasons = first_reason(derived.rows.index, (MOVED_ON, moved))
    out = pd.concat([derived.left_out, left_out(derived.rows["USUBJID"], reasons)], ignore_index=True)
    return Derived(derived.rows[~moved].reset_index(drop=True), out)


def moved_on_by(course: pd.DataFrame, day: int) -> pd.Series:
    """Whether each patient of the course had an allogeneic transplant or new therapy by that day from infusion."""
    return first_of(course["HSCTDT"], course["NEWTHDT"]) <= course["TRTSDT"] + pd.Timedelta(days=day)


def ends_when_moved_on(endpoint: TimeToEvent) -> TimeToEvent:
    """The endpoint as landmarks by B cells use it by default: transplant and new therapy compete where something does
    (incidence), else they are censored on their day (Kaplan-Meier)."""
    way = "competing" if endpoint.competing else "censored"
    declared = endpoint.competing or endpoint.censored_at
    more = tuple(source for source in (TRANSPLANT, NEW_THERAPY) if source not in declared)
    if not more:
        return endpoint
    words = THERAPY_WORDS if THERAPY_WORDS not in endpoint.definition else ""
    definition = " ".join(filter(None, (endpoint.definition, MOVED_ON_WORDS[way], words)))
    moved = replace(endpoint, paramcd=f"{endpoint.paramcd}{MOVED}", definition=definition)
    if endpoint.competing:
        return replace(moved, competing=(*declared, *more))
    return replace(moved, censored_at=(*declared, *more))


def months_from(day: int) -> str:
    """The title of the restarted axis."""
    return f"Months from the landmark (day {day}, {day / DAYS_PER_MONTH:.1f} months from infusion)"
