"""How numbers are written: percentages, limits, medians."""

import pytest

from analyses.result import MEDIAN
from analyses.words import percent
from estimators.reasons import NO_LIMIT, NOT_REACHED
from figures.numbers import _median_words

NAN = float("nan")


@pytest.mark.parametrize(
    ("estimate", "words"),
    [
        (0.0, "0 % (0-1)"),
        (0.001, "< 1 % (0-1)"),
        (0.0049, "< 1 % (0-1)"),
        (0.005, "< 1 % (0-1)"),
        (0.006, "1 % (0-1)"),
        (0.994, "99 % (0-1)"),
        (0.995, "> 99 % (0-1)"),
        (1.0, "100 % (0-1)"),
    ],
)
def test_a_percentage_is_0_or_100_only_where_it_is(estimate, words):
    assert percent(estimate, 0.0, 0.012) == words


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ((0.9, 0.8, 0.95), "90 % (80-95)"),
        ((1.0, 1.0, 1.0), "100 % (no interval)"),
        ((0.0, 0.0, 0.0), "0 % (no interval)"),
        ((1.0, 0.2, 1.0), "100 % (20-100)"),
    ],
)
def test_limits_that_are_the_estimate_itself_are_no_interval(limits, words):
    assert percent(*limits) == words


@pytest.mark.parametrize(
    ("values", "reasons", "words"),
    [
        ((14.9, 4.7, NAN), ("", "", NOT_REACHED), "14.9 (4.7 to not reached)"),
        ((NAN, 4.7, NAN), (NOT_REACHED, "", NOT_REACHED), "not reached (4.7 to not reached)"),
        ((NAN, NAN, NAN), (NOT_REACHED,) * 3, "not reached"),
        ((6.6, NAN, NAN), ("", NO_LIMIT, NO_LIMIT), "6.6 (limits not estimable)"),
        ((NAN, NAN, NAN), (NOT_REACHED, NO_LIMIT, NO_LIMIT), "not reached (limits not estimable)"),
    ],
)
def test_a_median_says_of_each_limit_why_there_is_none_and_once_where_all_say_the_same(values, reasons, words):
    row = dict(zip(("estimate", "conf_low", "conf_high"), values, strict=True), measure=MEDIAN)
    row |= dict(zip(("reason", "reason_low", "reason_high"), reasons, strict=True))
    assert _median_words(row) == words
