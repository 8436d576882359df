"""Infusions over calendar time."""

import numpy as np
import pandas as pd

from analyses.cohort import Cohort
from analyses.identifiers import n_distinct
from analyses.members import in_groups, left_out_of, memoised, split
from analyses.result import Periods


@memoised
def infusions(cohort: Cohort) -> Periods:
    """Infusions per calendar quarter and group; every quarter between the first and the last is there."""
    infused = cohort.patients["TRTSDT"].notna()
    rows = in_groups(cohort, cohort.patients.loc[infused, ["USUBJID", "PRODLABEL", "SITEID", "TRTSDT"]])
    quarter = 4 * rows["TRTSDT"].dt.year.to_numpy() + rows["TRTSDT"].dt.quarter.to_numpy() - 1
    first, periods = (quarter.min(), np.arange(quarter.min(), quarter.max() + 1)) if len(rows) else (0, np.arange(0))
    arms = split(pd.DataFrame({"CODE": rows["CODE"], "QUARTER": quarter - first}), cohort.groups)
    counts = [np.bincount(arm["QUARTER"], minlength=len(periods)) for arm in arms]
    labels, codes = _quarters(periods), np.array([group.code for group in cohort.groups], dtype=object)
    strata = np.tile(codes, len(periods))
    table = pd.DataFrame(
        {"period": np.repeat(labels, len(codes)), "strata": strata, "n": np.stack(counts, axis=1).ravel()}
    )
    compared, n = cohort.n_compared, n_distinct(rows["USUBJID"])
    return Periods(
        cohort=cohort,
        n=n,
        numbers=table,
        counts=table,
        patients=rows.assign(PERIOD=labels[quarter - first])[
            ["USUBJID", "GROUP", "PERIOD", "PRODLABEL", "SITEID", "TRTSDT"]
        ],
        left_out=left_out_of(cohort, {"not_infused": ("not infused", compared - n)}),
        strata=cohort.groups,
    )


def _quarters(periods: np.ndarray) -> np.ndarray:
    """'2024 Q1' of quarters that are counted from the year 0 on."""
    return np.array([f"{one // 4} Q{one % 4 + 1}" for one in periods.tolist()], dtype=object)
