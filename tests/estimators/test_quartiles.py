"""Median and quartiles as R's quantile() gives them (type 7)."""

import numpy as np
import pytest

from estimators.quartiles import quartiles
from estimators.reasons import NO_VALUES


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2, 3, 4], (1, 1.75, 2.5, 3.25, 4)),
        ([7, 1, 3], (1, 2, 3, 5, 7)),
        ([5], (5, 5, 5, 5, 5)),
        ([0.5, 2, 2, 9, 10, 40], (0.5, 2, 5.5, 9.75, 40)),
    ],
)
def test_quartiles_as_r_gives_them(values, expected):
    row = quartiles(values).iloc[0]
    assert row["n"] == len(values) and row["reason"] == ""
    assert tuple(row[["lowest", "quartile_low", "median", "quartile_high", "highest"]]) == pytest.approx(expected)


def test_without_values_there_is_a_reason():
    row = quartiles(np.array([])).iloc[0]
    assert row["n"] == 0 and row["reason"] == NO_VALUES
    assert row[["median", "quartile_low", "quartile_high", "lowest", "highest"]].isna().all()


def test_a_missing_value_is_refused():
    with pytest.raises(ValueError, match="values must be finite numbers"):
        quartiles([1, np.nan])
