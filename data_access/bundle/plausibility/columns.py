"""What only a column as a whole can show: levels of MRD that were written in percent, all of them small.

0.04 % written as 0.04 says 4 % of cells. No cell of such a column is wrong by itself; together they are: no level is as
low as an assay measures, the levels stand on hundredths, and many lie below the sensitivity stated beside them.
Thresholds are our convention.
"""

import numpy as np

from data_access.bundle.checks import WARN, Cohort, Masks, Rule
from data_access.bundle.plausibility.conditions import COURSE
from data_access.bundle.plausibility.mrd import MRD_CUT

ENOUGH = 5  # levels, to speak of a column
HUNDREDTH = 0.01
MOST = 0.8
MANY = 0.3
ROUNDING = 1e-9


def _levels(cohort: Cohort, table: str, column: str) -> np.ndarray:
    """Levels above 0, missing elsewhere; what is over 1 is an error already."""
    values = cohort.numbers(table, column)
    return np.where((values > 0) & (values <= 1), values, np.nan)


def _on_hundredths(levels: np.ndarray) -> np.ndarray:
    return np.abs(levels / HUNDREDTH - np.round(levels / HUNDREDTH)) < ROUNDING / HUNDREDTH


def _below_sensitivity(cohort: Cohort, table: str) -> tuple[int, int]:
    """(levels below their own sensitivity, levels with one)."""
    if table != "mrd_assessment":
        return 0, 0
    stated = cohort.numbers(table, "sensitivity")[~np.isnan(cohort.numbers(table, "level"))]
    own = cohort.numbers(table, "level")[~np.isnan(cohort.numbers(table, "level"))]
    compared = ~np.isnan(stated) & (own > 0)
    return int((own < stated)[compared].sum()), int(compared.sum())


def _looks_like_percent(cohort: Cohort, table: str, column: str) -> bool:
    levels = _levels(cohort, table, column)
    given = levels[~np.isnan(levels)]
    if len(given) < ENOUGH or (given < MRD_CUT).any():
        return False
    below, compared = _below_sensitivity(cohort, table)
    return bool(_on_hundredths(given).mean() >= MOST or (compared >= ENOUGH and below >= MANY * compared))


def _judge(table: str, column: str):
    def judge(cohort: Cohort) -> Masks:
        applies = ~np.isnan(_levels(cohort, table, column))
        return applies, applies & _looks_like_percent(cohort, table, column)

    return judge


def _evidence(table: str, column: str):
    def evidence(cohort: Cohort) -> str:
        levels = _levels(cohort, table, column)
        given = levels[~np.isnan(levels)]
        below, compared = _below_sensitivity(cohort, table)
        own = f", {below} of {compared} below their own sensitivity" if compared else ""
        return (
            f"{len(given):,} levels from {given.min():g} to {given.max():g}, none under {MRD_CUT:g}, "
            f"{int(_on_hundredths(given).sum()):,} on multiples of {HUNDREDTH:g}{own}"
        )

    return evidence


PERCENT = tuple(
    Rule(
        "mrd-column-in-percent",
        WARN,
        table,
        column,
        "the levels of a column must look like fractions of cells, not like percentages",
        "MRD status and levels of every patient",
        "If the column is in percent, divide it by 100 (times = 0.01 in a mapping file). If it is not, all is well.",
        _judge(table, column),
        evidence=_evidence(table, column),
    )
    for table, column in (("mrd_assessment", "level"), (COURSE, "mrd_level_before"))
)
