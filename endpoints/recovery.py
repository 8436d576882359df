"""Relapse before and after B-cell recovery: recovery as a time-dependent exposure, and known on four landmark days.

Recovery by the locked definition: samples only, with confirmation from the confirming sample.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from endpoints.b_cell_course import LOCKED
from endpoints.catalogue import CIR, RELAPSE_WORDS
from endpoints.cohort import Group
from endpoints.exposure import split_at
from endpoints.mrd import FAILED, NEGATIVE, POSITIVE, classify
from endpoints.patient_dates import after, of_ids, of_patient
from endpoints.relapse import known_recovery
from endpoints.sources import (
    IN_FIRST_REMISSION,
    NEW_THERAPY,
    NOT_TRANSPLANTED_BEFORE,
    REMISSION_WORDS,
    SAMPLED,
    TRANSPLANT,
)
from endpoints.study import Study
from endpoints.time_to_event import Derived, derive_tte

SECTION = "Relapse after B-cell recovery, time-dependent"
METHOD = (
    "Recovery as a time-dependent exposure: a patient counts as not recovered until the sample that shows "
    "recovery and as recovered from the next day on; hazard ratio by Cox regression with Efron's method for tied "
    "days, of the cause-specific hazard of relapse."
)
REFERENCE = (
    "Andersen PK, Gill RD. Ann Stat 1982;10:1100-1120. Pulsipher MA, et al. Blood Cancer Discov 2022;3:66-81 "
    "(the published ratios)."
)
LANDMARKS = (91, 183, 274, 365)  # 3, 6, 9 and 12 months
APLASTIC, RECOVERED = Group("aplastic", "B cells not recovered", 0), Group("recovered", "B cells recovered", 1)
ARMS = (APLASTIC, RECOVERED)
SWITCH = "B-cell recovery: counts as recovered from the next day on"
MRD_UNCLEAR = "unclear"
MRD_WORDS = (
    "Adjusted for MRD: the latest assay that did not fail, at the chosen cut-off, as a second time-dependent "
    "covariate; positive against all others, so that no assay yet and an indeterminate one count as not positive (our "
    "convention). At least 10 relapses a covariate and 5 an arm."
)

RELAPSE_BY_RECOVERY = replace(
    CIR,
    paramcd="CIRREC",
    param="Relapse before and after B-cell recovery",
    definition="From infusion, under observation from the first usable B-cell sample in first remission on (recovery "
    "cannot be seen before it): relapse; death in remission, allogeneic transplant and new therapy compete, since B "
    "cells after them are no longer those of the product. An event on the day of recovery counts in the not-recovered "
    "arm. "
    f"{LOCKED} {REMISSION_WORDS} {RELAPSE_WORDS}",
    competing=(*CIR.competing, TRANSPLANT, NEW_THERAPY),
    censored_at=(),
    origin="TRTSDT",
    entry="BCAFSTDT",
    requires=(IN_FIRST_REMISSION, NOT_TRANSPLANTED_BEFORE, SAMPLED),
)


def derive_by_recovery(study: Study) -> Derived:
    """ADTTE of RELAPSE_BY_RECOVERY cut at recovery, with ARM: one or two rows per patient."""
    derived = derive_tte(study.course, RELAPSE_BY_RECOVERY, study.rules)
    change = of_ids(known_recovery(study), study.course["USUBJID"], derived.rows)
    return replace(derived, rows=split_at(derived.rows, change, ARMS, SWITCH))


def derive_by_recovery_and_mrd(study: Study) -> Derived:
    """The rows of `derive_by_recovery` cut at every MRD assay too, with MRD (negative, positive, unclear: the latest
    known result) and MRDPOS (bool). An assay counts from the next day on; risk sets are ENTRY < t <= AVAL."""
    derived = derive_by_recovery(study)
    return replace(derived, rows=cut_at_mrd(study, derived.rows))


def cut_at_mrd(study: Study, rows: pd.DataFrame) -> pd.DataFrame:
    """ADTTE rows cut at every MRD assay within them, with MRD and MRDPOS as in `derive_by_recovery_and_mrd`."""
    rows = rows.assign(ROW=np.arange(len(rows)))
    changes = _mrd_changes(study).merge(rows[["USUBJID", "ROW", "STARTDT", "ENTRY", "AVAL"]], on="USUBJID")
    changes["DAY"] = (changes["DATE"] - changes["STARTDT"]).dt.days
    begins = changes[changes["DAY"] < changes["AVAL"]].assign(DAY=lambda x: x["DAY"].clip(lower=x["ENTRY"]))
    start = rows[["ROW", "ENTRY"]].rename(columns={"ENTRY": "DAY"}).assign(MRD=MRD_UNCLEAR)
    pieces = pd.concat([start, begins[["ROW", "DAY", "MRD"]]], ignore_index=True)
    pieces = pieces.drop_duplicates(["ROW", "DAY"], keep="last").sort_values(["ROW", "DAY"], ignore_index=True)
    cut = pieces.merge(rows, on="ROW")
    stop = pieces.groupby("ROW")["DAY"].shift(-1)
    is_last = stop.isna().to_numpy()
    cut = cut.assign(ENTRY=cut["DAY"], AVAL=stop.fillna(cut["AVAL"]).astype("int64"), MRDPOS=cut["MRD"] == "positive")
    cut["ADT"] = cut["STARTDT"] + pd.to_timedelta(cut["AVAL"], unit="D")
    ended = {"CNSR": 1, "CAUSE": 0, "EVNTCD": pd.NA, "EVNTDESC": pd.NA, "DETAILCD": pd.NA}
    ended |= {"CNSCD": "mrd", "CNSDTDSC": "MRD assay: counts from the next day on"}
    for column, value in ended.items():
        cut[column] = cut[column].where(is_last, value)
    return cut.drop(columns=["ROW", "DAY"])


def _mrd_changes(study: Study) -> pd.DataFrame:
    """USUBJID DATE MRD in time order: one per day with an assay that did not fail, positive before negative."""
    rows = after(study.tables["mrd_assessment"], study.course["TRTSDT"])
    code = classify(rows, study.rules)
    known = code.where(code.isin([NEGATIVE.code, POSITIVE.code]), MRD_UNCLEAR)
    rows = rows.assign(USUBJID=of_patient(study.course["USUBJID"], rows), DATE=rows["date"], MRD=known)
    rows = rows[code.notna() & (code != FAILED.code)]
    order = rows["MRD"].map({POSITIVE.code: 0, NEGATIVE.code: 1, MRD_UNCLEAR: 2})
    rows = rows.assign(order=order).sort_values(["USUBJID", "DATE", "order"])
    return rows.drop_duplicates(["USUBJID", "DATE"])[["USUBJID", "DATE", "MRD"]].reset_index(drop=True)
