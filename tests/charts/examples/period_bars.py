"""Infusions per quarter by product; a quarter without any."""

from charts.period_bars import period_bars
from charts.theme import series_of_groups
from tests.charts.examples import Example, rows

SERIES = series_of_groups((("Obecabtagene autoleucel", 0), ("Tisagenlecleucel", 1)))
COUNTS = (("2022 Q4", 4, 0), ("2023 Q1", 11, 3), ("2023 Q2", 0, 0), ("2023 Q3", 12, 9), ("2023 Q4", 15, 2))
PERIODS = rows(
    "period strata n",
    *((period, s.label, n) for period, *counts in COUNTS for s, n in zip(SERIES, counts, strict=True)),
)
YEARS = rows("period strata n", *((f"{2017 + i // 4} Q{i % 4 + 1}", "Tisagenlecleucel", 5 + i) for i in range(30)))
EXAMPLES = {
    "period_bars": Example(period_bars, (SERIES,), PERIODS, {"x_title": "Quarter of infusion"}),
    "period_bars_of_years": Example(period_bars, (SERIES[1:],), YEARS),
}
