"""Flow from enrolment to a known status at month 3, with the reasons for every loss on the way."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
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
NOT_GIVEN = "Released, not infused: "
MADE_NOT_GIVEN, NOT_MADE = "Never infused, product released: ", "Never infused, no product released: "
STATUS_KNOWN, NOT_DUE_YET, STATUS_NOT_KNOWN = (
    "Status known at month 3",
    "Month 3 not yet due",
    "Due, status not known at month 3",
)
STEPS = (ENROLLED, APHERESED, MADE["released"], INFUSED, STATUS_KNOWN)
NOT_KNOWN = {NOT_DUE_YET: (NOT_DUE.code,), STATUS_NOT_KNOWN: (LOST.code, NOT_ASSESSED.code, "NE")}
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
    (STATUS_NOT_KNOWN, "reason"),
    (STATUS_KNOWN, "stage"),
)
PLACE = {stage: place for place, (stage, _) in enumerate(STAGES)}
NOWHERE = -1


def derive_flow(adsl: pd.DataFrame, month3: pd.DataFrame) -> pd.DataFrame:
    """Columns stage, kind, n in reading order. month3: USUBJID, AVALC, the status at month 3 of every patient.

    Sums: no apheresis + apheresed = enrolled; manufacturing outcomes = apheresed; never infused (released
    or not) + pending + infused = enrolled; not yet due + status not known + status known = infused. A death before
    infusion without a recorded decision counts as never infused for death. A second enrolment after a course that was
    not infused is pending again or infused; the first failure is kept as a row of its own, outside these sums.
    """
    return count_stations(stations(adsl, month3))


def count_stations(at: Mapping[str, np.ndarray] | pd.DataFrame) -> pd.DataFrame:
    """The same of who is counted in each row: columns stage, kind, n."""
    n = {stage: int(np.count_nonzero(at[stage])) for stage, _ in STAGES}
    return pd.DataFrame([{"stage": name, "kind": kind, "n": n[name]} for name, kind in STAGES])


def stations(adsl: pd.DataFrame, month3: pd.DataFrame) -> dict[str, np.ndarray]:
    """Who is counted in each row of the flow: {stage: boolean along the rows of ADSL}. month3 as of `derive_flow`."""
    infused, apheresed = adsl["TRTSDT"].notna().to_numpy(), adsl["APHERDT"].notna().to_numpy()
    pending = is_pending(adsl).to_numpy(bool)
    why, made = np.full((2, len(adsl)), NOWHERE)
    why[~infused & ~pending] = _places(_why_not(adsl[~infused & ~pending]))
    made[apheresed] = _places(adsl.loc[apheresed, "MANUFOUT"], MADE)
    return {
        **{stage: (why == place) | (made == place) for stage, place in PLACE.items()},
        ENROLLED: np.ones(len(adsl), bool),
        ENROLLED_AGAIN: adsl["FAILBEF"].to_numpy(bool),
        NO_APHERESIS: ~apheresed,
        APHERESED: apheresed,
        PENDING: pending,
        INFUSED: infused,
        **_month_3(adsl["USUBJID"], infused, month3),
    }


def _places(texts: pd.Series, words: Mapping[str, str] | None = None) -> np.ndarray:
    """The place among STAGES of each text, or of the words for it: each distinct text is looked up once."""
    codes, found = pd.factorize(texts.to_numpy(object))
    stages = found if words is None else [words.get(text, "") for text in found]
    return np.array([*(PLACE.get(stage, NOWHERE) for stage in stages), NOWHERE])[codes]


def _why_not(adsl: pd.DataFrame) -> pd.Series:
    """The row of the flow of everybody who is not infused."""
    start = (adsl["MANUFOUT"] == "released").map({True: MADE_NOT_GIVEN, False: NOT_MADE})
    return start + _reason(adsl)


def _reason(adsl: pd.DataFrame) -> pd.Series:
    """Why each was not infused; a death without a recorded decision is one for death."""
    reason = adsl["NOTINFRS"].map(REASONS).mask(adsl["NOTINFDT"].isna() & adsl["DTHDT"].notna(), "death")
    return reason.fillna(NO_REASON)


def is_released(adsl: pd.DataFrame) -> pd.Series:
    """Whom the step of the released product counts."""
    return adsl["APHERDT"].notna() & (adsl["MANUFOUT"] == "released")


def why_not_given(adsl: pd.DataFrame) -> pd.Series:
    """In words, why each patient with a released product who is not infused is not: a reason, or that day 0 may still
    come. Index: rows of ADSL."""
    left = adsl[is_released(adsl) & adsl["TRTSDT"].isna()]
    return (NOT_GIVEN + _reason(left)).mask(is_pending(left), PENDING)


def _month_3(usubjid: pd.Series, infused: np.ndarray, month3: pd.DataFrame) -> dict[str, np.ndarray]:
    """Of the infused: whose month 3 is not yet due, whose status then is not known, whose is."""
    codes, found = pd.factorize(month3["AVALC"].to_numpy(object))
    place = pd.Index(month3["USUBJID"], dtype=object).get_indexer(usubjid.to_numpy(object))
    status = np.where(infused & (place >= 0), np.append(codes, -1)[place], -1)
    is_one_of = {stage: _are(status, found, asked) for stage, asked in NOT_KNOWN.items()}
    return is_one_of | {STATUS_KNOWN: (status >= 0) & ~np.logical_or.reduce(list(is_one_of.values()))}


def _are(codes: np.ndarray, found: Sequence[str], asked: Collection[str]) -> np.ndarray:
    """Which codes stand for a text that is asked for."""
    return np.array([*(text in asked for text in found), False])[codes]
