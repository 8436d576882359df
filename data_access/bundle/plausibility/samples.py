"""Percentages, and B-cell samples that contradict themselves."""

import numpy as np

from data_access.bundle.checks import ERROR, WARN, Cohort, whenever, within
from data_access.bundle.plausibility.conditions import COURSE, both, given, negated, yes

B_CELLS = "b_cell_assessment"
# The rules of loss that the dashboard offers: over the lowest limit of each kind of value there is no aplasia.
OVER = {"percent of lymphocytes": 1.0, "per microlitre": 100.0, "percent of marrow": 1.0}

PERCENTAGES = tuple(
    within(
        "more-than-100-percent",
        ERROR,
        table,
        column,
        0,
        100,
        "a percentage must be from 0 to 100",
        protects,
        "Check the value and its unit.",
    )
    for table, column, protects in (
        (COURSE, "blasts_pct_before", "disease burden"),
        ("response_assessment", "blasts_pct", "response"),
        (B_CELLS, "cd19_pct_lymphocytes", "loss of B-cell aplasia"),
        (B_CELLS, "normal_b_pct_marrow", "loss of B-cell aplasia"),
    )
)


def _over_a_rule(cohort: Cohort) -> np.ndarray:
    """B cells over a limit, by what is written or by what count and lymphocytes make of each other."""
    percent, count, marrow, lymphocytes = (
        cohort.numbers(B_CELLS, name)
        for name in ("cd19_pct_lymphocytes", "cd19_per_ul", "normal_b_pct_marrow", "lymphocytes_per_ul")
    )
    computed = 100 * count / np.where(lymphocytes > 0, lymphocytes, np.nan)
    share = np.where(np.isnan(percent), computed, percent)
    return (
        (share > OVER["percent of lymphocytes"])
        | (count > OVER["per microlitre"])
        | (marrow >= OVER["percent of marrow"])
    )


BELOW_LIMIT = (
    whenever(
        "below-limit-over-rule",
        WARN,
        B_CELLS,
        "below_limit",
        yes(B_CELLS, "below_limit"),
        _over_a_rule,
        "below_limit yes must not stand beside more than 1 % of lymphocytes, 100 per microlitre or 1 % of marrow cells",
        "loss of B-cell aplasia",
        "Check both; the value counts.",
    ),
)

COUNT_ONLY = (
    whenever(
        "b-cell-count-only",
        WARN,
        B_CELLS,
        "cd19_per_ul",
        both(given(B_CELLS, "cd19_per_ul"), negated(yes(B_CELLS, "below_limit"))),
        both(
            negated(given(B_CELLS, "lymphocytes_per_ul")),
            both(negated(given(B_CELLS, "cd19_pct_lymphocytes")), negated(given(B_CELLS, "normal_b_pct_marrow"))),
        ),
        "a B-cell count must come with the lymphocyte count or a percentage",
        "loss of B-cell aplasia, whose default rule is a percentage",
        "Give lymphocytes_per_ul; without it only rules of absolute counts can use the sample.",
    ),
)
