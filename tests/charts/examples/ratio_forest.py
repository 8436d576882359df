"""Hazard ratios: one with an interval beyond both ends of the axis, one that is not estimable."""

from charts.ratio_forest import ratio_forest
from tests.charts.examples import Example, rows

RATIOS = rows(
    "strata estimate conf_low conf_high text counts reason",
    ("Day 90", 0.7, 0.4, 1.2, "0.70 (0.40-1.20)", "Not yet: 30 events of 80\nTransplanted: 12 events of 40", ""),
    ("Day 180", 1.5, 0.05, 14.0, "1.50 (0.05-14.0)", "Not yet: 3 events of 20\nTransplanted: 2 events of 11", ""),
    ("Day 365", None, None, None, "", "Not yet: 0 events of 9\nTransplanted: 1 event of 7", "Fewer than 10 patients"),
)
EXAMPLES = {
    "ratio_forest": Example(
        ratio_forest,
        (tuple(RATIOS["strata"]), "Hazard ratio, transplanted to not yet"),
        RATIOS,
        {"below": "Fewer events\nafter transplant", "above": "More events\nafter transplant"},
    )
}
