"""Rates with their intervals, alone and by outcome; one rate is not estimable."""

from charts.intervals import intervals
from charts.theme import series_of_groups
from tests.charts.examples import Example, rows

SERIES = series_of_groups((("Obecabtagene autoleucel", 0), ("Tisagenlecleucel", 1)))
RATES = rows(
    "strata outcome estimate conf_low conf_high text",
    ("Obecabtagene autoleucel", "Overall remission", 0.81, 0.71, 0.89, "61/75  81 % (71-89)"),
    ("Tisagenlecleucel", "Overall remission", 0.6, 0.36, 0.81, "12/20  60 % (36-81)"),
    ("Obecabtagene autoleucel", "MRD-negative, of those in remission", 0.9, 0.8, 0.96, "55/61  90 % (80-96)"),
    ("Tisagenlecleucel", "MRD-negative, of those in remission", None, None, None, "0/0  not estimable"),
)
PER_TIME = rows(
    "strata outcome estimate conf_low conf_high text",
    ("Obecabtagene autoleucel", "Any, day 0-100", 0.41, 0.33, 0.5, "88 in 21,400 days  0.41 (0.33-0.50)"),
    ("Tisagenlecleucel", "Any, day 0-100", 0.2, 0.02, 0.9, "2 in 1,000 days  0.20 (0.02-0.72)"),
)
EXAMPLES = {
    "intervals_per_time": Example(
        intervals, (SERIES, ("Any, day 0-100",)), PER_TIME, {"x_title": "Per 100 person-days", "x_max": 0.8}
    ),
    "intervals": Example(
        intervals, (SERIES,), RATES[:2].drop(columns="outcome"), {"x_title": "Overall remission at month 3"}
    ),
    "intervals_by_outcome": Example(intervals, (SERIES, tuple(RATES["outcome"].unique())), RATES),
}
