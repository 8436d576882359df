"""The follow-up board: of whom is an assessment due, done, missed, per centre and quarter of infusion."""

from collections import Counter

import numpy as np
import pandas as pd

from analyses.cohort import Cohort, left_out_frame, ungrouped
from analyses.counted import ASKED as ASKED_ONLY
from analyses.counted import on_board
from analyses.identifiers import among
from analyses.members import memoised
from analyses.monitoring.results import Cells, Listed
from analyses.refusal import infused_only
from analyses.result import Outcome
from analyses.status.board import DONE_OF_DUE
from endpoints.board import IN_WINDOW, MISSED, NOT_YET_DUE, OUTSIDE, at_visit, classes_of, derive_boards
from endpoints.schedule import ASSESSMENT, SCHEDULE, Assessment
from endpoints.visits import Visit
from estimators.proportion import proportion

DONE_OF_ASKED = Outcome("done_of_asked", "Done in the window, of those not ended or treated before", "other")
ASKED = (IN_WINDOW, OUTSIDE, MISSED)
EVERYWHERE, ALL_TIME = "all_centres", "all_quarters"
TOTAL = (Outcome(EVERYWHERE, "All centres", "other"), Outcome(ALL_TIME, "All quarters", "other"))
SUBJECT = "The follow-up board"


def board_rows(cohort: Cohort, assessment: Assessment, visit: Visit) -> pd.DataFrame:
    """The class of every infused patient of the cohort at the visit, remembered of the whole dataset."""
    return at_visit(_boards(cohort, assessment), visit.code)


def _boards(cohort: Cohort, assessment: Assessment) -> pd.DataFrame:
    rows = cohort.derived(f"BOARDS {assessment.code}", lambda whole: derive_boards(whole, assessment))
    return rows[among(rows["USUBJID"], cohort.patients["USUBJID"])].reset_index(drop=True)


@memoised
@infused_only(SUBJECT, is_estimate=False)
def follow_up_board(cohort: Cohort, assessment: str, visit: str) -> Cells:
    """Classes and the rate done of due per centre and quarter, with the totals of both."""
    asked = ASSESSMENT[assessment]
    rows, alone = board_rows(cohort, asked, asked.visit[visit]), ungrouped(cohort)
    levels = cohort.data.levels(cohort.rules)["centre"]
    present = set(rows["SITEID"])
    centres = tuple(Outcome(level.code, level.label, "other") for level in levels if level.code in present)
    quarters = tuple(Outcome(quarter, quarter, "other") for quarter in sorted(set(rows["QUARTER"])))
    return Cells(
        cohort=alone,
        n=len(rows),
        patients=rows,
        left_out=left_out_frame({"not_infused": ("not infused", alone.n - len(rows))}),
        numbers=(table := _with_totals(rows, asked, asked.visit[visit])),
        cells=table,
        rows=(*centres, TOTAL[0]),
        columns=(*quarters, TOTAL[1]),
        rate=DONE_OF_DUE,
        notes=(on_board(asked.visit[visit]),) if len(rows) else (),
    )


def _with_totals(rows: pd.DataFrame, assessment: Assessment, visit: Visit) -> pd.DataFrame:
    classes = [one.code for one in classes_of(assessment, visit)]
    over_time, everywhere = rows.assign(QUARTER=ALL_TIME), rows.assign(SITEID=EVERYWHERE)
    parts = [_counted(part, classes) for part in (rows, over_time, everywhere, everywhere.assign(QUARTER=ALL_TIME))]
    return pd.concat(parts, ignore_index=True)


def _counted(rows: pd.DataFrame, classes: list[str]) -> pd.DataFrame:
    """row column, a count per class, due, asked (neither ended nor treated before without it), and the rate done in the
    window of the due with its exact interval."""
    counts = rows.groupby(["SITEID", "QUARTER", "AVALC"]).size().unstack(fill_value=0).reindex(columns=classes)
    table = counts.fillna(0).astype("int64").rename_axis(index=["row", "column"], columns=None).reset_index()
    due = table[[code for code in classes if code != NOT_YET_DUE.code]].sum(axis=1)
    asked = table[[one.code for one in ASKED]].sum(axis=1)
    rate = proportion(table[IN_WINDOW.code].to_numpy(np.int64), due.to_numpy(np.int64))
    return pd.concat([table.assign(due=due, asked=asked), rate], axis=1)


@memoised
@infused_only(SUBJECT, is_estimate=False)
def names_in_cell(cohort: Cohort, assessment: str, visit: str, row: str, column: str) -> Listed:
    """The patients behind a cell, with their class."""
    asked = ASSESSMENT[assessment]
    rows, alone = board_rows(cohort, asked, asked.visit[visit]), ungrouped(cohort)
    inside = (rows["SITEID"] == row) | (row == EVERYWHERE)
    inside &= (rows["QUARTER"] == column) | (column == ALL_TIME)
    labels = {one.code: one.label for one in classes_of(asked, asked.visit[visit])}
    shown = rows[inside].assign(AVALCAT=rows["AVALC"].map(labels)).sort_values(["AVALC", "USUBJID"], ignore_index=True)
    outside = left_out_frame({"elsewhere": ("in another cell or not infused", alone.n - len(shown))})
    return Listed(
        cohort=alone,
        n=len(shown),
        patients=shown,
        rows=shown,
        what="are in this cell",
        order="by class",
        left_out=outside,
    )


@memoised
@infused_only("Completeness of the assessments due", is_estimate=False)
def completeness(cohort: Cohort) -> Cells:
    """Done of those asked at every visit of the schedule, a row per assessment."""
    alone = ungrouped(cohort)
    table = _per_visit(cohort)
    visits = {visit.code: visit for one in reversed(SCHEDULE) for visit in one.visits}
    known = [code for code in sorted(visits, key=lambda code: visits[code].nominal) if code in set(table["column"])]
    infused = alone.patients[alone.patients["TRTSDT"].notna()]
    return Cells(
        cohort=alone,
        n=len(infused),
        patients=infused[["USUBJID", "SITEID", "TRTSDT"]],
        left_out=left_out_frame({"not_infused": ("not infused", alone.n - len(infused))}),
        numbers=table,
        cells=table,
        rows=tuple(Outcome(one.code, one.label, "other") for one in SCHEDULE),
        columns=tuple(Outcome(code, visits[code].label, "other") for code in known),
        rate=DONE_OF_ASKED,
        notes=(ASKED_ONLY,) if len(infused) else (),
        behind=lambda assessment, visit: _asked_at(cohort, ASSESSMENT[assessment], visit),
    )


def _asked_at(cohort: Cohort, assessment: Assessment, visit: str) -> pd.Series:
    """Who was asked for an assessment at a visit: those that its cell counts."""
    boards = _boards(cohort, assessment)
    return boards.loc[boards[visit].isin([one.code for one in ASKED]), "USUBJID"]


def _per_visit(cohort: Cohort) -> pd.DataFrame:
    """row (assessment) column (visit) and the rate, of the visits that anybody was asked for."""
    counts = [
        (one.code, visit.code, found[IN_WINDOW.code], sum(found[code.code] for code in ASKED))
        for one in SCHEDULE
        for boards in [_boards(cohort, one)]
        for visit in one.visits
        for found in [Counter(boards[visit.code])]
    ]
    table = pd.DataFrame(counts, columns=["row", "column", "n_event", "n"])
    table = table[table["n"] > 0].reset_index(drop=True)
    rate = proportion(table["n_event"].to_numpy(np.int64), table["n"].to_numpy(np.int64))
    return pd.concat([table[["row", "column"]], rate], axis=1)
