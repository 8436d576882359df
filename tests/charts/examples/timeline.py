"""Measured lanes of one patient: filled and open marks, a rule, results at the foot, marks along the top."""

from charts.timeline import Panel, measurements
from tests.charts.examples import Example, rows

COLUMNS = "ADY LANE AVALC KIND VALUE LIMIT DETECTED WORDS DAY_TEXT DATE_TEXT"
MEASURED = rows(
    COLUMNS,
    (0, "infusion", "infusion", "", None, None, None, "Infusion", "0", "2024-01-01"),
    (28, "mrd", "negative", "flow", None, 1e-4, False, "MRD-negative", "28", "2024-01-29"),
    (90, "mrd", "positive", "ngs", 3e-3, 1e-6, True, "MRD 0.3 %", "90", "2024-03-31"),
    (95, "mrd", "failed", "flow", None, None, None, "MRD failed", "95", "2024-04-05"),
    (28, "b_pct", "not_over", "PB", None, None, False, "no B cells", "28", "2024-01-29"),
    (120, "b_pct", "over", "PB", 14.0, None, True, "14 %", "120", "2024-04-30"),
    (60, "igg", "igg", "replacement", 640.0, None, True, "640 mg/dL", "60", "2024-03-01"),
    (62, "ivig", "ivig", "", None, None, None, "IVIG", "62", "2024-03-03"),
    (200, "relapse", "relapse", "", None, None, None, "Relapse", "200", "2024-07-19"),
)
MRD = Panel(
    "mrd",
    "MRD, fraction of cells",
    3e-7,
    1.0,
    (1.0, 1e-2, 1e-4, 1e-6),
    (("flow", "circle"), ("ngs", "diamond")),
    scale="log",
)
B_CELLS = Panel(
    "b_pct", "B cells", 0, 100, (0, 1, 3, 10, 30, 100), (("PB", "circle"),), scale="symlog", line=(3.0, "At least 3 %")
)
IGG = Panel("igg", "IgG", 0, 1000, (0, 500, 1000), (("replacement", "triangle-up"),), above="ivig")
EXAMPLES = {
    f"measurements_{panel.lane}": Example(measurements, (panel, -30, 300, panel is IGG), MEASURED)
    for panel in (MRD, B_CELLS, IGG)
}
