"""Table 1: who the compared groups are."""

import numpy as np
import pandas as pd

from analyses.cohort import Cohort
from analyses.members import in_groups, left_out_of, memoised, split
from analyses.result import Baseline, Note
from endpoints.baseline import BASELINE, Variable
from endpoints.codes import MISSING, UNKNOWN
from estimators.balance import standardised_difference, standardised_difference_of_levels
from estimators.quartiles import quartiles

MEASURED, LEVEL, APART = "measured", "level", "apart"
NO_PERCENTAGE = {MISSING, UNKNOWN}  # counted apart, never part of a percentage
CELLS = Note(
    "cells", "Median (quartiles) or n (% of known); missing, and what is recorded as unknown, are counted apart.", True
)
NO_TESTS = Note(
    "no_tests",
    "SMD: standardised mean difference, with more than two groups the largest between any two. No p-values: "
    "groups were not randomised, and a difference matters by its size.",
)
COLUMNS = [
    "variable",
    "level",
    "variable_label",
    "level_label",
    "kind",
    "strata",
    "n",
    "total",
    "median",
    "quartile_low",
    "quartile_high",
]


@memoised
def baseline(cohort: Cohort) -> Baseline:
    """Every variable of BASELINE by the compared groups: cells, and the standardised difference of each."""
    rows = in_groups(cohort, cohort.patients)
    parts = zip(cohort.groups, split(rows, cohort.groups), strict=True)
    arms = {group.code: arm for group, arm in parts if len(arm)}
    found = [_variable(cohort, variable, arms) for variable in BASELINE]
    columns = ["USUBJID", "GROUP", *dict.fromkeys(variable.column for variable in BASELINE)]
    n = rows["USUBJID"].nunique()
    cells = pd.DataFrame([cell for cells, _ in found for cell in cells], columns=COLUMNS)
    return Baseline(
        cohort=cohort,
        n=n,
        patients=rows[columns],
        left_out=left_out_of(cohort, {}),
        numbers=cells,
        cells=cells,
        differences=pd.DataFrame([difference for _, difference in found]),
        strata=tuple(group for group in cohort.groups if group.code in arms),
        notes=(CELLS, *([NO_TESTS] if len(arms) > 1 else [])) if n else (),
    )


def _variable(cohort: Cohort, variable: Variable, arms: dict[str, pd.DataFrame]) -> tuple[list[dict], dict]:
    values = {code: arm[variable.column] for code, arm in arms.items()}
    cells, (difference, reason) = (_measured if variable.is_measured else _levels)(cohort, variable, values)
    shared = {"variable": variable.column, "variable_label": variable.label}
    return [shared | cell for cell in cells], shared | {"difference": difference, "reason": reason}


def _measured(_cohort: Cohort, _variable: Variable, values: dict[str, pd.Series]) -> tuple[list[dict], tuple]:
    known = {code: column.dropna().to_numpy(float) for code, column in values.items()}
    cells = []
    for code, column in values.items():
        found = quartiles(known[code]).iloc[0]
        measure = {name: found[name] for name in ("median", "quartile_low", "quartile_high")}
        cells.append(_cell(MEASURED, "Median (quartiles)", MEASURED, code, len(known[code])) | measure)
        cells.append(_cell(MISSING, "Missing", APART, code, int(column.isna().sum())))
    return cells, standardised_difference(list(known.values()))


def _levels(cohort: Cohort, variable: Variable, values: dict[str, pd.Series]) -> tuple[list[dict], tuple]:
    """Levels that anybody of the cohort has, declared order; percentages are of the known."""
    declared = variable.levels or (cohort.data.levels(cohort.rules)[variable.filter_.code] if variable.filter_ else ())
    texts = {code: column.astype(str) for code, column in values.items()}
    seen = set().union(*(set(text) for text in texts.values()))
    levels = [level for level in declared if level.code in seen and level.code not in NO_PERCENTAGE]
    apart = [level for level in declared if level.code == MISSING or level.code in seen & NO_PERCENTAGE]
    counts = {code: np.array([int((text == x.code).sum()) for x in levels], int) for code, text in texts.items()}
    cells = [
        _cell(level.code, level.label, LEVEL, code, int(counts[code][i]), int(counts[code].sum()))
        for i, level in enumerate(levels)
        for code in texts
    ]
    cells += [
        _cell(level.code, level.label, APART, code, int((text == level.code).sum()))
        for level in apart
        for code, text in texts.items()
    ]
    return cells, standardised_difference_of_levels(list(counts.values()))


def _cell(level: str, label: str, kind: str, strata: str, n: int, total: int = 0) -> dict:
    return {"level": level, "level_label": label, "kind": kind, "strata": strata, "n": n, "total": total}
