"""Why a patient is not in a figure: a code that is counted by, and the words that are printed."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Reason:
    """One reason to leave a patient out."""

    code: str
    words: str


NEVER_INFUSED = Reason("never_infused", "never infused")
NO_ENROLMENT_DATE = Reason("no_enrolment_date", "no date of enrolment or apheresis")
NO_START = Reason("no_start", "no start date")
BACKWARDS = Reason("backwards", "event or end of observation dated before its start")
NO_REMISSION = Reason("no_remission", "no first remission")
TRANSPLANTED_BEFORE = Reason("transplanted_before", "first remission only after an allogeneic transplant")
NO_SAMPLE = Reason("no_sample", "no usable B-cell sample after first remission")


def first_reason(index: pd.Index, *cases: tuple[Reason, pd.Series]) -> pd.DataFrame:
    """REASONCD and REASON of the first case that is true per row; both missing where none is."""
    reasons = pd.DataFrame({"REASONCD": pd.NA, "REASON": pd.NA}, index=index, dtype="str")
    for reason, applies in reversed(cases):
        where = applies.fillna(False).astype(bool)
        reasons = reasons.assign(
            REASONCD=reasons["REASONCD"].mask(where, reason.code), REASON=reasons["REASON"].mask(where, reason.words)
        )
    return reasons


def left_out(patients: pd.Series, reasons: pd.DataFrame) -> pd.DataFrame:
    """USUBJID, REASON, REASONCD of the patients with a reason. reasons: as `first_reason` gives them, same index."""
    frame = reasons.assign(USUBJID=patients)[["USUBJID", "REASON", "REASONCD"]]
    return frame[frame["REASONCD"].notna()].reset_index(drop=True)
