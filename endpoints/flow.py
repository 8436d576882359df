"""Flow from enrolment to evaluation at month 3, with the reasons for every loss on the way."""

import pandas as pd

from endpoints.codes import MISSING, sentence_words, words_of
from endpoints.status import LOST, NOT_ASSESSED, NOT_DUE, is_pending

REASONS = sentence_words("treatment_course.not_infused_reason")
MADE = words_of("treatment_course.manufacturing_outcome") | {
    "released": "Product released",
    "out_of_specification": "Product out of specification",
    MISSING: "Outcome of manufacturing not recorded",
}
ENROLLED, APHERESED, INFUSED, PENDING = "Enrolled", "Apheresis recorded", "Infused", "Not infused yet (pending)"
NO_APHERESIS = "No apheresis recorded (allogeneic: not needed)"
NO_REASON = "reason not recorded"
ENROLLED_AGAIN = "Of these, enrolled again after a course that was not infused"
MADE_NOT_GIVEN, NOT_MADE = "Never infused, product released: ", "Never infused, no product released: "
EVALUABLE, NOT_DUE_YET, NOT_EVALUABLE = ("Evaluable at month 3", "Month 3 not yet due", "Due, not evaluable at month 3")
STEPS = (ENROLLED, APHERESED, MADE["released"], INFUSED, EVALUABLE)
NOT_EVALUATED = (LOST.code, NOT_ASSESSED.code, "NE")
STAGES = (
    (ENROLLED, "stage"),
    (ENROLLED_AGAIN, "reason"),
    (NO_APHERESIS, "reason"),
    (APHERESED, "stage"),
    *((words, "reason") for words in MADE.values()),
    *(
        (f"{start}{words}", "reason")
        for start in (MADE_NOT_GIVEN, NOT_MADE)
        for words in (*REASONS.values(), NO_REASON)
    ),
    (PENDING, "reason"),
    (INFUSED, "stage"),
    (NOT_DUE_YET, "reason"),
    (NOT_EVALUABLE, "reason"),
    (EVALUABLE, "stage"),
)


def derive_flow(adsl: pd.DataFrame, month3: pd.DataFrame) -> pd.DataFrame:
    """Columns stage, kind, n in reading order. month3: TRTSDT and AVALC, the status at month 3 of those of `adsl`.

    Sums: no apheresis + apheresed = enrolled; manufacturing outcomes = apheresed; never infused (released
    or not) + pending + infused = enrolled; not yet due + not evaluable + evaluable = infused. A death before
    infusion without a recorded decision counts as never infused for death. A second enrolment after a course that was
    not infused is pending again or infused; the first failure is kept as a row of its own, outside these sums.
    """
    waiting = adsl["TRTSDT"].isna()
    pending = is_pending(adsl)
    lost = waiting & ~pending
    apheresed = adsl["APHERDT"].notna()
    made = adsl.loc[apheresed, "MANUFOUT"].value_counts()
    n = (
        _never_infused(adsl.loc[lost, ["NOTINFRS", "NOTINFDT", "DTHDT", "MANUFOUT"]]).value_counts().to_dict()
        | {MADE[code]: count for code, count in made.items()}
        | _evaluation(month3.loc[month3["TRTSDT"].notna(), "AVALC"])
        | {
            ENROLLED: len(adsl),
            ENROLLED_AGAIN: int(adsl["FAILBEF"].sum()),
            NO_APHERESIS: int((~apheresed).sum()),
            APHERESED: int(apheresed.sum()),
            PENDING: int(pending.sum()),
            INFUSED: int((~waiting).sum()),
        }
    )
    return pd.DataFrame([{"stage": name, "kind": kind, "n": int(n.get(name, 0))} for name, kind in STAGES])


def reaches(adsl: pd.DataFrame, month3: pd.DataFrame, step: str) -> pd.Series:
    """Who of ADSL is counted at one of STEPS, along its rows. month3: USUBJID, AVALC. ValueError: no such step."""
    if step not in STEPS:
        raise ValueError(f"A step must be one of {', '.join(STEPS)}, got: {step}")
    apheresed, infused = adsl["APHERDT"].notna(), adsl["TRTSDT"].notna()
    evaluated = month3.loc[~month3["AVALC"].isin([NOT_DUE.code, *NOT_EVALUATED]), "USUBJID"]
    return {
        ENROLLED: pd.Series(True, index=adsl.index),
        APHERESED: apheresed,
        MADE["released"]: apheresed & (adsl["MANUFOUT"] == "released"),
        INFUSED: infused,
        EVALUABLE: infused & adsl["USUBJID"].isin(evaluated),
    }[step]


def _never_infused(lost: pd.DataFrame) -> pd.Series:
    """The stage of each patient who will not be infused."""
    reason = lost["NOTINFRS"].map(REASONS).mask(lost["NOTINFDT"].isna() & lost["DTHDT"].notna(), "death")
    return (lost["MANUFOUT"] == "released").map({True: MADE_NOT_GIVEN, False: NOT_MADE}) + reason.fillna(NO_REASON)


def _evaluation(status: pd.Series) -> dict[str, int]:
    counts = status.value_counts()
    not_due, not_evaluated = (int(counts.reindex(codes).sum()) for codes in ([NOT_DUE.code], list(NOT_EVALUATED)))
    return {NOT_DUE_YET: not_due, NOT_EVALUABLE: not_evaluated, EVALUABLE: len(status) - not_due - not_evaluated}
