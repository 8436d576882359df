"""A table of patient rows as a figure."""

from dataclasses import replace

import pandas as pd

from analyses.cohort import Cohort
from analyses.result import REFUSED, Note
from analyses.small_cells import OF_SINGLE_PATIENTS
from figures.figure import ROWS, Figure
from figures.sentences import sentence


def rows_figure(
    cohort: Cohort,
    title: str,
    rows: pd.DataFrame,
    *,
    code: str,
    others: str = "",
    definition: str = "",
    none: str = "",
    order: str = "",
) -> Figure:
    """A table of patient rows (UPPERCASE columns) as a figure: it compares nothing. others: why the rest of the cohort
    is not in it, "" for a table of one patient; none: what it says without rows; order: in which they stand, in
    words."""
    if smallest := cohort.data.smallest:
        return _of_nobody(cohort, title, rows.iloc[:0], code, OF_SINGLE_PATIENTS.format(k=smallest))
    n = rows["USUBJID"].nunique() if others else 1
    without = cohort.n - n
    return Figure(
        cohort=replace(cohort, by=None, not_by=""),
        code=code,
        title=title,
        n=n,
        tables={ROWS: rows},
        excluded=f"Excluded: {f'{without} {others}' if without else 'nobody'}." if others else "",
        answer=sentence("rows", n=n, of=cohort.n, order=f", {order}" if order and n > 1 else "") if others else "",
        notes=(Note("none", none),) if none and rows.empty else (),
        definition=definition,
    )


def _of_nobody(cohort: Cohort, title: str, no_rows: pd.DataFrame, code: str, why: str) -> Figure:
    """In place of single patients, for those who may see no exact counts: how many there are is one."""
    note, alone = Note(REFUSED, why), replace(cohort, by=None, not_by="")
    return Figure(cohort=alone, code=code, title=title, n=0, tables={ROWS: no_rows}, notes=(note,), is_refused=True)
