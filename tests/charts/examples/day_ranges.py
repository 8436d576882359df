"""Onset and duration in days by group; one group has none."""

from charts.day_ranges import day_ranges
from charts.theme import series_of_groups
from tests.charts.examples import Example, rows

SERIES = series_of_groups((("Obecabtagene autoleucel", 0), ("Tisagenlecleucel", 1)))
DAYS = rows(
    "strata outcome median quartile_low quartile_high lowest highest text",
    ("Obecabtagene autoleucel", "Onset", 5.0, 3.0, 8.0, 0.0, 14.0, "5 (3-8), n = 40"),
    ("Tisagenlecleucel", "Onset", 3.0, 2.0, 5.0, 1.0, 9.0, "3 (2-5), n = 12"),
    ("Obecabtagene autoleucel", "Duration until resolved", 6.0, 4.0, 9.0, 1.0, 31.0, "6 (4-9), n = 38"),
    ("Tisagenlecleucel", "Duration until resolved", None, None, None, None, None, "none, n = 0"),
)
EXAMPLES = {"day_ranges": Example(day_ranges, (SERIES, ("Onset", "Duration until resolved")), DAYS)}
