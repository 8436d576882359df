"""From enrolled to infused, with a reason between."""

from charts.flow_bars import flow_bars
from tests.charts.examples import Example, rows

FLOW = rows(
    "stage n share text",
    ("Enrolled", 304, 1.0, "304"),
    ("Manufacturing failed or the product was out of specification", 22, 22 / 304, "22 (7 %)"),
    ("Infused", 250, 250 / 304, "250 (82 %)"),
)
STAGES = tuple(zip(FLOW["stage"], ("stage", "reason", "stage"), strict=True))
EXAMPLES = {"flow_bars": Example(flow_bars, (STAGES,), FLOW)}
