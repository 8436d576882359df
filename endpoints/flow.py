"""Flow from enrolment to infusion, with the reasons for which patients were never infused."""

import pandas as pd

from endpoints.status import is_pending

REASONS = {
    "manufacturing": "manufacturing failure", "death": "death", "progression": "progression",
    "adverse_event": "adverse event", "remission": "remission", "withdrawal": "withdrawal", "other": "other reason",
}
ENROLLED, APHERESED, INFUSED, PENDING = "Enrolled", "Apheresis recorded", "Infused", "Not infused yet (pending)"
NO_REASON = "Never infused: reason not recorded"
STAGES = ((ENROLLED, "stage"), (APHERESED, "stage"),
          *((f"Never infused: {words}", "reason") for words in REASONS.values()), (NO_REASON, "reason"),
          (PENDING, "reason"), (INFUSED, "stage"))


def derive_flow(adsl: pd.DataFrame) -> pd.DataFrame:
    """Columns stage, kind, n in reading order; infused + never infused + pending = enrolled.

    A death before infusion without a recorded decision counts as never infused for death.
    """
    waiting = adsl["TRTSDT"].isna()
    pending = is_pending(adsl)
    lost = waiting & ~pending
    reason = adsl["NOTINFRS"].map(REASONS).mask(adsl["NOTINFDT"].isna() & adsl["DTHDT"].notna(), "death")
    stage = ("Never infused: " + reason).fillna(NO_REASON)
    n = stage[lost].value_counts().to_dict() | {
        ENROLLED: len(adsl), APHERESED: int(adsl["APHERDT"].notna().sum()), PENDING: int(pending.sum()),
        INFUSED: int((~waiting).sum())}
    return pd.DataFrame([{"stage": name, "kind": kind, "n": int(n.get(name, 0))} for name, kind in STAGES])
