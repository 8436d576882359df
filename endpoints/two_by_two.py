"""B-cell aplasia and MRD at month 3 together: four cells on the landmark day, and why others are in none."""

import numpy as np
import pandas as pd

from endpoints.b_cell_course import EARLY, ONGOING, derive_recovery_class
from endpoints.cohort import Group
from endpoints.mrd import FAILED, INDETERMINATE, NEGATIVE, POSITIVE
from endpoints.mrd_course import derive_landmark_class
from endpoints.study import Study
from endpoints.visits import M3

LANDMARK_DAY = M3.last  # 120: the last day on which the assay of month 3 may be taken
SECTION = "B-cell aplasia and MRD at month 3"
METHOD = (
    f"Two by two on day {LANDMARK_DAY}: B cells recovered by then or still in aplasia, and the MRD assay of "
    f"month 3 (day {M3.first}-{M3.last}) negative or positive; from that day on the cumulative incidence of "
    "CD19-positive and of CD19-negative relapse in each cell. Lineage switch, relapse of unknown CD19 status and "
    "death in remission compete; transplant is followed through."
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
        for b, b_words in ((ONGOING.code, "B-cell aplasia"), (EARLY.code, "B cells recovered"))
        for m, m_words in ((NEGATIVE.code, "MRD-negative"), (POSITIVE.code, "MRD-positive"))
    )
)
NO_B_CELLS, NO_MRD = "without a usable B-cell sample by then", "MRD not assessed at month 3"
UNCLEAR = {INDETERMINATE.code: "MRD indeterminate at month 3", FAILED.code: "MRD assay failed at month 3"}


def derive_two_by_two(study: Study) -> pd.DataFrame:
    """USUBJID; GROUP: code of a cell, missing where there is none; REASON: why, missing where there is a cell."""
    cells, mrd = derive_recovery_class(study, LANDMARK_DAY), derive_landmark_class(study, M3, 0)["GROUP"]
    known = cells["GROUP"].isin([ONGOING.code, EARLY.code])
    code = (cells["GROUP"] + "_" + mrd).where(known & mrd.isin([NEGATIVE.code, POSITIVE.code]))
    reason = np.where(~known, NO_B_CELLS, mrd.map(UNCLEAR).fillna(NO_MRD))
    return pd.DataFrame(
        {"USUBJID": cells["USUBJID"], "GROUP": code, "REASON": pd.Series(reason, dtype="str").where(code.isna())}
    )
