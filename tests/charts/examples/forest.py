"""A forest under the headings of its factors; the level Yes stands under two of them, one is not estimable."""

from charts.forest import forest, row_key
from tests.charts.examples import Example, rows

SUBGROUPS = rows(
    "factor strata n estimate conf_low conf_high text",
    ("", "All", 100, 0.62, 0.51, 0.71, "62 % (51-71), n = 100"),
    ("Prior transplant", "Yes", 25, 0.4, 0.21, 0.61, "40 % (21-61), n = 25"),
    ("Prior transplant", "No", 75, 0.69, 0.57, 0.79, "69 % (57-79), n = 75"),
    ("Extramedullary disease", "Yes", 4, None, None, None, "fewer than 5, n = 4"),
    ("Extramedullary disease", "Missing", 96, 0.63, 0.52, 0.72, "63 % (52-72), n = 96"),
)
ROWS = tuple(zip(SUBGROUPS["factor"], SUBGROUPS["strata"], strict=True))
FRAME = SUBGROUPS.assign(key=[row_key(*row) for row in ROWS])
EXAMPLES = {"forest": Example(forest, (ROWS, "Overall survival at 12 months"), FRAME)}
