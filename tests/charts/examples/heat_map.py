"""Rates of two centres in three quarters; nobody counts in one cell."""

from charts.heat_map import heat_map
from tests.charts.examples import Example, rows

CELLS = rows(
    "row column share percent words",
    ("C01", "2024 Q1", 0.95, "95 %", "19/20"),
    ("C01", "2024 Q2", 0.5, "50 %", "5/10"),
    ("C01", "2024 Q3", None, "", "nobody due"),
    ("C02", "2024 Q1", 0.0, "0 %", "0/3"),
    ("C02", "2024 Q2", 0.8, "80 %", "8/10"),
    ("C02", "2024 Q3", 1.0, "100 %", "4/4"),
)
EXAMPLES = {"heat_map": Example(heat_map, (("C01", "C02"), ("2024 Q1", "2024 Q2", "2024 Q3"), "Done of due"), CELLS)}
