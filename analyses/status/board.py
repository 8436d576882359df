"""The month-3 board: of whom is the assessment due, done, missed?"""

from dataclasses import replace

import pandas as pd

from analyses.cohort import Cohort, left_out_frame
from analyses.counted import on_board
from analyses.members import memoised
from analyses.result import Outcome, Shares
from analyses.status.shares import behind_rates, rates_by_group, shares_by_group, with_rates
from analyses.time_to_event.landmark import compared_by_landmark_class
from endpoints.board import CLASSES, IN_WINDOW, NOT_YET_DUE, derive_board
from endpoints.cohort import Group
from endpoints.visits import M3

DUE = Outcome("due", "Due", "other")
DONE_OF_DUE = Outcome("done_of_due", "Done in the window, of all due (ended or treated before included)", "other")


@memoised
def board(cohort: Cohort, by: str) -> Shares:
    """Classes of the month-3 assessment per centre or quarter of infusion."""
    rows = cohort.derived("BOARD", derive_board)
    inside = rows[rows["USUBJID"].isin(cohort.patients["USUBJID"])]
    label, groups, members = _by_centre(cohort) if by == "centre" else _by_quarter(inside)
    members = members[members["USUBJID"].isin(inside["USUBJID"])]
    compared = compared_by_landmark_class(cohort, label, groups, members)
    due = inside["AVALC"] != NOT_YET_DUE.code
    everybody = pd.Series(True, index=inside.index)
    rates = ((DUE, due, everybody), (DONE_OF_DUE, inside["AVALC"] == IN_WINDOW.code, due))
    left_out = left_out_frame({"not_infused": ("not infused", cohort.n - len(inside))})
    result = shares_by_group(compared, inside, CLASSES, left_out)
    table = rates_by_group(compared, inside, rates)
    behind = behind_rates(compared, inside, rates)
    result = with_rates(result, table, [DUE, DONE_OF_DUE], behind)
    notes = (on_board(M3), *result.notes) if result.n else ()
    return replace(result, told=(DONE_OF_DUE.code,), notes=notes)


def _by_centre(cohort: Cohort) -> tuple[str, tuple[Group, ...], pd.DataFrame]:
    members = cohort.patients[["USUBJID", "SITEID"]].rename(columns={"SITEID": "GROUP"})
    levels = cohort.data.levels(cohort.rules)["centre"]
    return "Centre", tuple(Group(level.code, level.label, 0) for level in levels), members


def _by_quarter(rows: pd.DataFrame) -> tuple[str, tuple[Group, ...], pd.DataFrame]:
    members = rows[["USUBJID", "QUARTER"]].rename(columns={"QUARTER": "GROUP"})
    groups = tuple(Group(code, code, 0) for code in sorted(set(rows["QUARTER"])))
    return "Quarter of infusion", groups, members
