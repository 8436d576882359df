"""B-cell aplasia and MRD at month 3 together: four cells on the landmark day, and why others are in none."""

import pandas as pd

from endpoints.b_cell_course import APLASTIC_AT_LANDMARK, RECOVERED_BY_LANDMARK, derive_recovery_class
from endpoints.cohort import Group
from endpoints.mrd import FAILED, INDETERMINATE, NEGATIVE, POSITIVE
from endpoints.mrd_course import derive_landmark_class
from endpoints.reasons import Reason, first_reason
from endpoints.study import Study
from endpoints.visits import M3

LANDMARK_DAY = M3.last  # 120: the last day on which the assay of month 3 may be taken
SECTION = "B-cell aplasia and MRD at month 3"
METHOD = (
    f"Two by two on day {LANDMARK_DAY}: B cells recovered by then or still in aplasia, and the MRD assay of "
    f"month 3 (day {M3.first}-{M3.last}) negative or positive; from that day on the cumulative incidence of "
    "CD19-positive and of CD19-negative relapse in each cell. Lineage switch, relapse of unknown CD19 status and "
    "death in remission compete."
)
REFERENCE = (
    "Pulsipher MA, et al. Blood Cancer Discov 2022;3:66-81 (B cells and MRD together). Dourthe ME, et al. "
    "Leukemia 2021, doi 10.1038/s41375-021-01281-7 (by CD19 status)."
)
PUBLISHED = (
    "In print: loss of B-cell aplasia warns of CD19-positive relapse (SHR 21.7), MRD at day 28 of "
    "CD19-negative relapse (SHR 7.2; Dourthe 2021)."
)
CELLS = tuple(
    Group(f"{b}_{m}", f"{b_words}, {m_words}", style)
    for style, (b, b_words, m, m_words) in enumerate(
        (b, b_words, m, m_words)
        for b, b_words in (
            (APLASTIC_AT_LANDMARK.code, "B-cell aplasia"),
            (RECOVERED_BY_LANDMARK.code, "B cells recovered"),
        )
        for m, m_words in ((NEGATIVE.code, "MRD-negative"), (POSITIVE.code, "MRD-positive"))
    )
)
NO_B_CELLS = Reason("no_sample_by_landmark", "without a usable B-cell sample by then")
NO_MRD = Reason("mrd_not_assessed", "MRD not assessed at month 3")
UNCLEAR = {
    INDETERMINATE.code: Reason("mrd_indeterminate", "MRD indeterminate at month 3"),
    FAILED.code: Reason("mrd_failed", "MRD assay failed at month 3"),
}


def derive_two_by_two(study: Study) -> pd.DataFrame:
    """USUBJID; GROUP: code of a cell, missing where there is none; REASON and REASONCD: why, missing in a cell."""
    cells, mrd = derive_recovery_class(study, LANDMARK_DAY), derive_landmark_class(study, M3, 0)["GROUP"]
    known = cells["GROUP"].isin([APLASTIC_AT_LANDMARK.code, RECOVERED_BY_LANDMARK.code])
    code = (cells["GROUP"] + "_" + mrd).where(known & mrd.isin([NEGATIVE.code, POSITIVE.code]))
    reasons = first_reason(
        cells.index,
        (NO_B_CELLS, ~known),
        *((reason, mrd == unclear) for unclear, reason in UNCLEAR.items()),
        (NO_MRD, code.isna()),
    )
    return pd.DataFrame({"USUBJID": cells["USUBJID"], "GROUP": code}).join(reasons)
