"""Numbers under two curves; the second group is under observation from day 60 on. Events and censored differ."""

from charts.risk_table import risk_table
from charts.theme import series_of_groups
from tests.charts.examples import Example, rows

SERIES = series_of_groups((("Obecabtagene autoleucel", 0), ("Tisagenlecleucel", 1)))
COUNTS = rows(
    "strata time n_risk n_event n_censor opens",
    ("Obecabtagene autoleucel", 0, 1234, 0, 0, None),
    ("Obecabtagene autoleucel", 6, 1100, 101, 33, None),
    ("Obecabtagene autoleucel", 12, 900, 201, 133, None),
    ("Obecabtagene autoleucel", 18, 540, 304, 390, None),
    ("Obecabtagene autoleucel", 24, 310, 333, 591, None),
    ("Obecabtagene autoleucel", 30, 100, 360, 774, None),
    ("Obecabtagene autoleucel", 36, 8, 361, 865, None),
    ("Tisagenlecleucel", 0, 0, 0, 0, 60),
    ("Tisagenlecleucel", 6, 40, 2, 1, None),
    ("Tisagenlecleucel", 12, 30, 7, 3, None),
    ("Tisagenlecleucel", 18, 21, 9, 7, None),
    ("Tisagenlecleucel", 24, 11, 12, 14, None),
    ("Tisagenlecleucel", 30, 5, 12, 20, None),
    ("Tisagenlecleucel", 36, 0, 13, 24, None),
)
EXAMPLES = {
    "risk_table": Example(risk_table, (SERIES, 36), COUNTS),
    "risk_table_of_outcomes": Example(
        risk_table, (SERIES[:1], 36, (0, 12, 36)), COUNTS[COUNTS["strata"] == SERIES[0].label], {"keys": False}
    ),
}
