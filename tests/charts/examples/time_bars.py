"""Expected months in each state; the second group was not followed long enough."""

from charts.small_parts import with_places
from charts.theme import series_of_outcomes
from charts.time_bars import time_bars
from tests.charts.examples import Example, rows

STATES = series_of_outcomes((("B-cell aplasia", "state_aplasia"), ("Relapsed", "state_relapsed"), ("Dead", "died")))
GROUPS = ("Obecabtagene autoleucel", "Tisagenlecleucel")
MONTHS = rows(
    "strata outcome order estimate text",
    (GROUPS[0], "B-cell aplasia", 0, 14.2, "14.2 (12.9-15.4)"),
    (GROUPS[0], "Relapsed", 1, 6.0, "6.0 (4.8-7.3)"),
    (GROUPS[0], "Dead", 2, 0.9, "0.9 (0.4-1.7)"),
    (GROUPS[1], "B-cell aplasia", 0, None, "Follow-up ends at 19.5 months"),
    (GROUPS[1], "Relapsed", 1, None, "Follow-up ends at 19.5 months"),
    (GROUPS[1], "Dead", 2, None, "Follow-up ends at 19.5 months"),
)
PLACED = with_places(MONTHS.astype({"estimate": float}), "estimate", "{estimate:.1f}", 24)
EXAMPLES = {"time_bars": Example(time_bars, (STATES, GROUPS, 24, "Expected months within 24 months"), PLACED)}
