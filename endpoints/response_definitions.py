"""Response by everybody's definition: the same patients, who differs from the reference and why."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from endpoints.counted_response import MLFS, MRD_WORDS, REMISSION, beside_high_mrd
from endpoints.milestones import FIRST_REMISSION_DAY
from endpoints.patient_dates import after, days_since, earliest, first_of, of_patient, on_or_before
from endpoints.reasons import Reason
from endpoints.response import BEST_DAYS, CONFIRM_AFTER_DAYS, CONFIRMED_DUE_DAY, REMISSIONS, last_in_remission
from endpoints.status import NO_START_DATE, NOT_DUE, NOT_INFUSED, Class, first_match, has_no_start, not_yet_due
from endpoints.study import Study

MET, NOT_MET = Class("met", "Responder"), Class("not_met", "No responder")
CLASSES = (MET, NOT_MET, NOT_INFUSED, NOT_DUE, NO_START_DATE)
SAME = "same"


@dataclass(frozen=True)
class Definition:
    """One published way to count responders. codes: the responses that count on day 14-100, before new therapy or
    transplant. confirmed: by a remission of `codes` 28 days or more later. without_high_mrd: not beside MRD of 1 % or
    more."""

    code: str
    label: str
    definition: str
    source: str
    codes: tuple[str, ...] = REMISSION
    confirmed: bool = False
    without_high_mrd: bool = False


ELIANA = Definition(
    "eliana", "ELIANA, best", "Best response CR or CRi within 3 months.", "Maude SL et al. N Engl J Med 2018;378:439"
)
DEFINITIONS = (
    ELIANA,
    Definition(
        "eliana_confirmed",
        "ELIANA, confirmed",
        "CR or CRi within 3 months, still documented 28 days or more after its onset.",
        "Maude SL et al. N Engl J Med 2018;378:439",
        confirmed=True,
    ),
    Definition(
        "fda", "FDA", "CR only, within 3 months (63 % of 63, beside 81 % CR or CRi of 75).", "FDA label", ("CR",)
    ),
    Definition(
        "eln2024",
        "ELN 2024",
        "CR or CRi within 3 months with MRD below 1 % within 7 days of it, where MRD is known.",
        "Blood 2024;143:1891",
        without_high_mrd=True,
    ),
    Definition(
        "cibmtr",
        "CIBMTR",
        "CR (neutrophils ≥ 1,000/µL, platelets ≥ 100,000/µL) still documented 28 days or more after its onset. Not in "
        "our columns and so not asked: the counts themselves and freedom from transfusion.",
        "CIBMTR",
        ("CR",),
        confirmed=True,
    ),
    Definition(
        "mlfs",
        "With MLFS counted",
        "Best response CR, CRi or MLFS within 3 months (as trial NCT06343090).",
        "NCT06343090",
        (*REMISSION, MLFS),
    ),
)
DEFINITION = {definition.code: definition for definition in DEFINITIONS}
NOTE = (
    f"{REMISSIONS}The same patients under every definition: due once day {CONFIRMED_DUE_DAY} is reached by the "
    f"cut-off, all of them the denominator. A response counts on day {FIRST_REMISSION_DAY}-{BEST_DAYS[1]}, before new "
    f"therapy or transplant; the rules on MLFS and MRD do not change this table. {MRD_WORDS}"
)
REASONS = (
    Reason("mlfs", "MLFS is counted"),
    Reason("cri", "CRi is not counted"),
    Reason("high_mrd", "MRD of 1 % or more within 7 days of every remission"),
    Reason("unconfirmed", "not confirmed 28 days or more after onset"),
)
REASON_WORDS = {reason.code: reason.words for reason in REASONS} | {SAME: "as ELIANA, best"}


def derive_by_definition(study: Study) -> pd.DataFrame:
    """One row per enrolled patient and definition: USUBJID TRTSDT DEFINITION AVALC (code of CLASSES) DIFFERS (bool:
    from ELIANA's best response) REASONCD REASON (why it differs; `same` where it does not)."""
    reference = _responded(study, ELIANA)
    parts = [_rows(study, definition, reference) for definition in DEFINITIONS]
    return pd.concat(parts, ignore_index=True)


def _rows(study: Study, definition: Definition, reference: pd.Series) -> pd.DataFrame:
    course, met = study.course, _responded(study, definition)
    status = first_match(
        course.index,
        (NO_START_DATE.code, has_no_start(course, study.rules.population)),
        (NOT_DUE.code, not_yet_due(course, study.cutoff, CONFIRMED_DUE_DAY)),
        (NOT_INFUSED.code, course["TRTSDT"].isna()),
        (MET.code, met),
        otherwise=NOT_MET.code,
    )
    differs = (met != reference) & status.isin([MET.code, NOT_MET.code])
    reason = pd.Series(_why(study, definition, met), index=course.index, dtype="str").where(differs, SAME)
    return pd.DataFrame(
        {
            "USUBJID": course["USUBJID"],
            "TRTSDT": course["TRTSDT"],
            "DEFINITION": definition.code,
            "AVALC": status,
            "DIFFERS": differs,
            "REASONCD": reason,
            "REASON": reason.map(REASON_WORDS),
        }
    )


def _why(study: Study, definition: Definition, met: pd.Series) -> np.ndarray:
    """The reason for a patient who differs from the reference: of several, the first of REASONS."""
    any_code = _has(study, definition.codes, without_high_mrd=False)
    clear = _has(study, definition.codes, definition.without_high_mrd)
    return np.select([met, ~any_code, ~clear], ["mlfs", "cri", "high_mrd"], "unconfirmed")


def _responded(study: Study, definition: Definition) -> pd.Series:
    met = _has(study, definition.codes, definition.without_high_mrd)
    if not definition.confirmed:
        return met
    onset = earliest(_window(study, definition.codes), len(study.course))
    rows = after(study.tables["response_assessment"], study.course["TRTSDT"])
    again = last_in_remission(study.course, rows[rows["response"].isin(definition.codes)])
    return met & (days_since(again, onset) >= CONFIRM_AFTER_DAYS)


def _has(study: Study, codes: tuple[str, ...], without_high_mrd: bool) -> pd.Series:
    """Whether the patient has a response of these codes in the window of best response."""
    rows = _window(study, codes)
    if without_high_mrd:
        rows = rows[~beside_high_mrd(rows, study.tables["mrd_assessment"])]
    return pd.Series(study.course.index.isin(rows["PT"]), index=study.course.index)


def _window(study: Study, codes: tuple[str, ...]) -> pd.DataFrame:
    """Assessments as recorded, of these codes, on day 14-100, on or before new therapy and transplant."""
    rows = after(study.tables["response_assessment"], study.course["TRTSDT"])
    ends = of_patient(first_of(study.course["NEWTHDT"], study.course["HSCTDT"]), rows)
    in_time = rows["ADY"].between(FIRST_REMISSION_DAY, BEST_DAYS[1]) & on_or_before(rows["date"], ends)
    return rows[in_time & rows["response"].isin(codes)]
