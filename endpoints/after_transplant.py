"""The clock set back at the transplant: what follows a transplant in remission, by the MRD status recorded with it."""

from dataclasses import replace

import pandas as pd

from endpoints.catalogue import CIR, IN_FIRST_REMISSION, NOT_TRANSPLANTED_BEFORE, OS, REMISSION_WORDS, RFS
from endpoints.cohort import MISSING, Group
from endpoints.exposure import exposed_from
from endpoints.rules import Rules
from endpoints.time_to_event import CENSORED, Derived, Requirement, TimeToEvent, derive_tte
from endpoints.transplant import MRD_BEFORE

SECTION = "Clock-back survival after transplant"
METHOD = (
    "Clock-back: time counts from the transplant in remission, for those who were transplanted only. The status "
    "compared was known on that day."
)
REFERENCE = "Putter H, Fiocco M, Geskus RB. Stat Med 2007;26:2389-2430 (clock set back at entry into a state)."
CLOCK = (
    " Clock from the first allogeneic transplant in remission after CAR-T, before relapse and new therapy; an "
    "event on its day belongs to the not yet transplanted and is left out. " + REMISSION_WORDS
)
ON_THE_DAY = "event on the day of transplant: counts as not yet transplanted"
NOT_EXPOSED = "new therapy, or a transplant recorded as not in remission, before the transplant"
STATUSES = tuple(
    Group(code, label, style)
    for style, (code, label) in enumerate(
        (
            *((code, label) for code, label in MRD_BEFORE.items() if code != "not_in_remission"),
            (MISSING, "Not recorded"),
        )
    )
)


def _after(endpoint: TimeToEvent, over: str) -> TimeToEvent:
    return replace(
        endpoint,
        paramcd=f"{endpoint.paramcd}AT",
        over=over + CLOCK,
        origin="HSCTRMDT",
        requires=(
            IN_FIRST_REMISSION,
            NOT_TRANSPLANTED_BEFORE,
            Requirement("HSCTRMDT", "no allogeneic transplant in remission"),
        ),
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
    found = derive_tte(course, endpoint, rules)
    exposed = set(course.loc[exposed_from(course).notna(), "USUBJID"])
    same = (found.rows["AVAL"] == 0) & (found.rows["CNSR"] != CENSORED)
    reasons = pd.Series(pd.NA, index=found.rows.index, dtype="str").mask(same, ON_THE_DAY)
    reasons = reasons.mask(~found.rows["USUBJID"].isin(exposed), NOT_EXPOSED)
    out = pd.DataFrame({"USUBJID": found.rows["USUBJID"], "REASON": reasons})[reasons.notna()]
    return Derived(
        found.rows[reasons.isna()].reset_index(drop=True), pd.concat([found.left_out, out], ignore_index=True)
    )
