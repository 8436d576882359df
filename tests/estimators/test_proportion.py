"""The exact interval reproduces the published ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimators.proportion import clopper_pearson, proportion
from estimators.reasons import NO_PATIENTS


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [(61, 75, 70.7, 89.4), (65, 79, 72.1, 90.0), (39, 55, 57.1, 82.4), (27, 65, 29.4, 54.4)],
)
def test_published_intervals_are_reproduced_to_the_printed_digit(successes, n, low, high):
    row = proportion(successes, n).iloc[0]
    assert (round(100 * row["conf_low"], 1), round(100 * row["conf_high"], 1)) == (low, high)


def test_none_of_none_is_not_a_proportion():
    table = proportion([0, 3], [0, 3])
    assert table["estimate"].tolist() == pytest.approx([np.nan, 1], nan_ok=True)
    assert table["conf_low"].isna().tolist() == [True, False]
    assert table["reason"].tolist() == [NO_PATIENTS, ""]


def test_none_and_all_have_one_sided_ends():
    low, high = clopper_pearson([0, 10], [10, 10])
    assert low[0] == 0
    assert high[1] == 1
    assert high[0] == pytest.approx(1 - 0.025 ** (1 / 10))


@pytest.mark.parametrize(
    ("successes", "n", "message"),
    [
        (4, 3, "successes must not exceed n, got: 4 of 3"),
        (-1, 3, "successes must not be negative, got: -1"),
        (0.5, 3, "must be whole numbers"),
        ([1, 2], [3], "same length"),
    ],
)
def test_impossible_counts_are_refused(successes, n, message):
    with pytest.raises(ValueError, match=message):
        proportion(successes, n)


@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_estimate_and_mirrors_for_the_other_outcome(pair):
    successes, n = pair
    low, high = clopper_pearson(successes, n)
    other_low, other_high = clopper_pearson(n - successes, n)
    assert low[0] <= successes / n <= high[0]
    assert (low[0], high[0]) == pytest.approx((1 - other_high[0], 1 - other_low[0]), abs=1e-12)


def test_counts_of_hundreds_of_thousands_are_counts():
    """`numbers` gives what is above 200,000 as floats: rows of a large database are counted all the same."""
    row = proportion([100_000, 250_000], [400_000, 250_000])
    assert row["estimate"].tolist() == [0.25, 1.0] and row["n"].tolist() == [400_000, 250_000]
    assert row["conf_low"][0] == pytest.approx(0.25, abs=0.002)
    with pytest.raises(ValueError, match="whole numbers, got: a fraction"):
        proportion([250_000.5], [400_000])
