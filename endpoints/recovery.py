"""Relapse before and after B-cell recovery: recovery as a time-dependent exposure, and known on two landmark days.

Recovery by the locked definition: samples only, with confirmation from the confirming sample.
"""

from dataclasses import replace

import pandas as pd

from endpoints.b_cell_course import LOCKED
from endpoints.catalogue import (
    CIR,
    IN_FIRST_REMISSION,
    NEW_THERAPY,
    NOT_TRANSPLANTED_BEFORE,
    REMISSION_WORDS,
    TRANSPLANT,
)
from endpoints.cohort import Group
from endpoints.exposure import split_at
from endpoints.relapse import known_recovery
from endpoints.study import Study
from endpoints.time_to_event import Derived, Requirement, derive_tte

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
LANDMARKS = (91, 183)  # 3 and 6 months
APLASTIC, RECOVERED = Group("aplastic", "B cells not recovered", 0), Group("recovered", "B cells recovered", 1)
ARMS = (APLASTIC, RECOVERED)
SWITCH = "B-cell recovery: counts as recovered from the next day on"

RELAPSE_BY_RECOVERY = replace(
    CIR,
    paramcd="CIRREC",
    param="Relapse before and after B-cell recovery",
    over="From infusion, under observation from the first usable B-cell sample in first remission on (before it nobody "
    "knows): relapse; death in remission, allogeneic transplant and new therapy compete, since B cells after them "
    f"are no longer those of the product. An event on the day of recovery belongs to the not recovered. {LOCKED} "
    f"{REMISSION_WORDS}",
    competing=(*CIR.competing, TRANSPLANT, NEW_THERAPY),
    origin="TRTSDT",
    entry="BCAFSTDT",
    requires=(
        IN_FIRST_REMISSION,
        NOT_TRANSPLANTED_BEFORE,
        Requirement("BCAFSTDT", "no usable B-cell sample after first remission"),
    ),
)


def derive_by_recovery(study: Study) -> Derived:
    """ADTTE of RELAPSE_BY_RECOVERY cut at recovery, with ARM: one or two rows per patient."""
    found = derive_tte(study.course, RELAPSE_BY_RECOVERY, study.rules)
    day = pd.Series(known_recovery(study).to_numpy(), index=study.course["USUBJID"])
    change = found.rows["USUBJID"].map(day).astype("datetime64[s]")
    return replace(found, rows=split_at(found.rows, change, ARMS, SWITCH))
