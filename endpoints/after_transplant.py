"""The clock set back at the transplant: what follows a transplant in remission, by the MRD status recorded with it."""

from dataclasses import replace

import pandas as pd

from endpoints.catalogue import CIR, OS, RFS
from endpoints.codes import MISSING, pairs_of
from endpoints.cohort import Group
from endpoints.exposure import exposed_from
from endpoints.reasons import Reason, first_reason, left_out
from endpoints.rules import Rules
from endpoints.sources import IN_FIRST_REMISSION, NOT_TRANSPLANTED_BEFORE, REMISSION_WORDS
from endpoints.time_to_event import CENSORED, Derived, Requirement, TimeToEvent, derive_tte
from endpoints.transplant import WHY_DONE

SECTION = "Clock-back survival after transplant"
METHOD = (
    "Clock-back: time counts from the transplant in remission, in transplanted patients only, by a status that was "
    "known on that day."
)
REFERENCE = "Putter H, Fiocco M, Geskus RB. Stat Med 2007;26:2389-2430 (clock set back at entry into a state)."
CLOCK = (
    " Clock from the first allogeneic transplant in remission after CAR-T, before relapse and new therapy; an "
    "event on the day of transplant counts in the not-yet-transplanted arm and is left out. " + REMISSION_WORDS
)
ON_THE_DAY = Reason("on_the_day", "event on the day of transplant: counts as not yet transplanted")
NOT_EXPOSED = Reason("not_exposed", "new therapy, or a transplant recorded as not in remission, before the transplant")
NOT_TRANSPLANTED = Reason("not_transplanted", "no allogeneic transplant in remission")
STATUSES = tuple(
    Group(code, label, style)
    for style, (code, label) in enumerate(
        (
            *((code, label) for code, label in pairs_of("transplant.disease_status") if code != "not_in_remission"),
            (MISSING, "Not recorded"),
        )
    )
)
REASONS = tuple(Group(level.code, level.label, style) for style, level in enumerate(WHY_DONE))


def _after(endpoint: TimeToEvent, definition: str) -> TimeToEvent:
    return replace(
        endpoint,
        paramcd=f"{endpoint.paramcd}AT",
        definition=definition + CLOCK,
        origin="HSCTRMDT",
        requires=(IN_FIRST_REMISSION, NOT_TRANSPLANTED_BEFORE, Requirement("HSCTRMDT", NOT_TRANSPLANTED)),
        populations=("infused",),
    )


AFTER = {
    "os": _after(OS, "Death from any cause, also after relapse."),
    "rfs": _after(RFS, "Relapse or death."),
    "relapse": _after(CIR, "Relapse; death in remission competes."),
}


def derive_after(course: pd.DataFrame, endpoint: TimeToEvent, rules: Rules) -> Derived:
    """ADTTE rows of an AFTER endpoint, day 0 = transplant in remission, of those whom it exposes as everywhere else
    (`exposed_from`), without those whose event is dated on it."""
    derived = derive_tte(course, endpoint, rules)
    rows = derived.rows
    exposed = rows["USUBJID"].isin(course.loc[exposed_from(course).notna(), "USUBJID"])
    same = (rows["AVAL"] == 0) & (rows["CNSR"] != CENSORED)
    reasons = first_reason(rows.index, (NOT_EXPOSED, ~exposed), (ON_THE_DAY, same))
    out = pd.concat([derived.left_out, left_out(rows["USUBJID"], reasons)], ignore_index=True)
    return Derived(rows[reasons["REASONCD"].isna()].reset_index(drop=True), out)
