"""The events of one patient: a span, labels on both sides, turning points."""

from charts.lanes import event_lanes
from tests.charts.examples import Example, rows

LANES = (
    ("infusion", "CAR-T"),
    ("response", "Response"),
    ("crs", "CRS"),
    ("therapy", "Therapy"),
    ("relapse", "Relapse"),
)
EVENTS = rows(
    "ADY END_ADY LANE AVALC SHORT WORDS DAY_TEXT DATE_TEXT",
    (-20, None, "infusion", "step", "", "Apheresis", "-20", "2023-12-12"),
    (0, None, "infusion", "infusion", "OBE", "Infusion", "0", "2024-01-01"),
    (2, 6, "crs", "grade_2", "Grade 2", "CRS grade 2", "2 to 6", "2024-01-03"),
    (28, None, "response", "CR", "CR", "Complete remission", "28", "2024-01-29"),
    (200, None, "relapse", "relapse", "CD19 positive", "Relapse", "200", "2024-07-19"),
    (210, 260, "therapy", "new_therapy", "Inotuzumab", "Inotuzumab", "210 to 260", "2024-07-29"),
)
EVENTS["AVALC"] = EVENTS["AVALC"].replace("grade_2", "episode")
CLASSES = (
    ("step", "Enrolment, apheresis, lymphodepletion"),
    ("infusion", "CAR-T infusion, CR"),
    ("episode", "Toxicity or infection"),
    ("relapse", "Relapse"),
    ("new_therapy", "New therapy"),
)
EXAMPLES = {"event_lanes": Example(event_lanes, (LANES, -30, 300, CLASSES), EVENTS)}
