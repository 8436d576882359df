"""MRD: fractions, sensitivities, and levels that contradict a remission."""

import numpy as np
import pandas as pd

from data_access.bundle.checks import ERROR, WARN, Cohort, Rule, whenever, within
from data_access.bundle.plausibility.conditions import (
    COURSE,
    IN_REMISSION,
    REMISSION,
    both,
    given,
    has,
    nearby,
    negated,
    number,
    rows_of,
)

MRD_CUT = 1e-4  # a negative result needs this sensitivity to count
COARSE = 1e-2  # no assay in use is so coarse: a sensitivity written in percent
FAILURE = 1e-2  # ELN 2024 (Blood 2024;143:1891): with 1 % or more there is no remission, whatever the morphology
NEAR = pd.Timedelta(days=7)  # our convention: a response assessment so close speaks for the day of an assay


def _in_remission(cohort: Cohort) -> np.ndarray:
    """Assays with a level whose nearest response assessment (within NEAR; of two equally near the earlier) is CR or
    CRi."""
    assays = cohort.tables["mrd_assessment"][["patient_id", "date", "level"]].reset_index(drop=True)
    near = nearby(assays.dropna(), rows_of(cohort, "response_assessment", "response"), "nearest", tolerance=NEAR)
    found = np.zeros(len(assays), bool)
    found[near.index.to_numpy(int)] = near["response"].isin(REMISSION)
    return found


def _high_in_remission(table: str, column: str, in_remission, needs=()) -> Rule:
    """A level over 1 is an error already (mrd-in-percent)."""
    return whenever(
        "mrd-high-in-remission",
        WARN,
        table,
        column,
        both(number(table, column, np.less_equal, 1), in_remission),
        number(table, column, np.greater_equal, FAILURE),
        f"an MRD level in remission must be below {FAILURE:g}, which is 1 % of cells (ELN 2024)",
        "MRD status and levels, response rates",
        "Write a fraction of cells: 0.0005 for 0.05 %. If the level is a fraction already, check the response; both "
        "count as recorded unless the dashboard is set to ELN 2024.",
        needs,
    )


def _mrd(*results):
    return has("mrd_assessment", "result", *results)


_LEVEL, _SENSITIVITY = given("mrd_assessment", "level"), given("mrd_assessment", "sensitivity")
# What is written in percent is told as that, once, and not compared as a fraction as well.
_COARSE = number("mrd_assessment", "sensitivity", np.greater_equal, COARSE)
_AS_FRACTION = both(_SENSITIVITY, negated(_COARSE))
_FRACTION = "Write a fraction of cells: 0.0001 for 0.01 %."
LEVELS = (
    *(
        within(
            "mrd-in-percent",
            ERROR,
            table,
            column,
            0,
            1,
            "an MRD level must be a fraction, from 0 to 1",
            "MRD status and levels",
            _FRACTION,
        )
        for table, column in (
            ("mrd_assessment", "level"),
            ("mrd_assessment", "sensitivity"),
            (COURSE, "mrd_level_before"),
        )
    ),
    _high_in_remission("mrd_assessment", "level", _in_remission, ("response_assessment",)),
    _high_in_remission(COURSE, "mrd_level_before", has(COURSE, "disease_status_before", *IN_REMISSION)),
    whenever(
        "mrd-level-below-sensitivity",
        WARN,
        "mrd_assessment",
        "level",
        both(_mrd("positive"), both(_LEVEL, _AS_FRACTION)),
        lambda c: c.numbers("mrd_assessment", "level") < c.numbers("mrd_assessment", "sensitivity"),
        "a measured level must not be below the assay's own sensitivity",
        "MRD status at the cut",
        "Below the sensitivity use positive_not_quantifiable without a level, or negative.",
    ),
    whenever(
        "mrd-negative-with-level",
        WARN,
        "mrd_assessment",
        "level",
        _mrd("negative"),
        lambda c: c.numbers("mrd_assessment", "level") > 0,
        "a negative result must have no level above 0",
        "MRD status",
        "Check both; the result counts as recorded.",
    ),
)

SENSITIVITIES = (
    whenever(
        "sensitivity-in-percent",
        WARN,
        "mrd_assessment",
        "sensitivity",
        number("mrd_assessment", "sensitivity", np.less_equal, 1),
        _COARSE,
        f"a sensitivity must be a fraction below {COARSE:g}",
        "MRD status",
        _FRACTION,
    ),
    whenever(
        "mrd-negative-without-sensitivity",
        WARN,
        "mrd_assessment",
        "sensitivity",
        _mrd("negative"),
        negated(_SENSITIVITY),
        "a negative result must say its sensitivity",
        "MRD-negative rates",
        "Give the sensitivity that this assay reached; without it the result counts as not assessable.",
    ),
    whenever(
        "mrd-negative-too-coarse",
        WARN,
        "mrd_assessment",
        "sensitivity",
        both(_mrd("negative"), _AS_FRACTION),
        number("mrd_assessment", "sensitivity", np.greater, MRD_CUT),
        f"a negative result must have a sensitivity of {MRD_CUT:g} or better",
        "MRD-negative rates",
        "Check the sensitivity; a coarser assay cannot show MRD negativity and counts as not assessable.",
    ),
)
