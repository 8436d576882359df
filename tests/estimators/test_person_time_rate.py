"""Rates per person-time: the exact limits of a Poisson count, and what cannot be."""

import numpy as np
import pytest

from estimators.person_time_rate import person_time_rate
from estimators.reasons import NO_PERSON_TIME


def test_the_limits_of_a_count_are_those_of_the_published_table():
    """Garwood 1936: 95 % limits of 0, 1 and 10 events; here in 100 days."""
    table = person_time_rate([0, 1, 10], [100, 100, 100])
    assert table["estimate"].tolist() == [0, 1, 10]
    assert table["conf_low"].round(3).tolist() == [0.0, 0.025, 4.795]
    assert table["conf_high"].round(2).tolist() == [3.69, 5.57, 18.39]


def test_no_time_is_no_rate_and_says_why():
    row = person_time_rate([0], [0]).iloc[0]
    assert np.isnan(row["estimate"]) and np.isnan(row["conf_high"]) and row["reason"] == NO_PERSON_TIME


def test_the_unit_of_time_scales_estimate_and_limits():
    hundred, thousand = person_time_rate([7], [4321]).iloc[0], person_time_rate([7], [4321], per=1000).iloc[0]
    for name in ("estimate", "conf_low", "conf_high"):
        assert thousand[name] == pytest.approx(10 * hundred[name])


@pytest.mark.parametrize(
    ("events", "time", "message"),
    [
        ([1], [0], "events need person-time, got: 1 events in none"),
        ([0.5], [10], "events must be whole numbers, got: a fraction"),
        ([-1], [10], "events must not be negative"),
        ([1, 2], [10], "same length"),
    ],
)
def test_impossible_rates_are_refused(events, time, message):
    with pytest.raises(ValueError, match=message):
        person_time_rate(events, time)
