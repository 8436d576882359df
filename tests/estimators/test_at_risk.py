"""The number at risk on one day is that of the table under a curve."""

import numpy as np
import pytest

from estimators.risk_table import at_risk_on, risk_table


@pytest.mark.parametrize("seed", range(4))
def test_one_day_is_a_row_of_the_table(seed):
    chance = np.random.default_rng(seed)
    time, event, entry = chance.integers(1, 40, 30), chance.integers(0, 2, 30), chance.integers(0, 20, 30)
    time = np.maximum(time, entry + 1)
    for day in (0, 1, 7.5, 20, 39, 40, 400):
        assert at_risk_on(time, day) == risk_table(time, event, day)["n_risk"].iloc[0]
        assert at_risk_on(time, day, entry) == risk_table(time, event, day, entry)["n_risk"].iloc[0]


def test_nobody_is_at_risk_among_no_patients():
    assert at_risk_on([], 30) == 0
