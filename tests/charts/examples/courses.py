"""Levels over time on a log axis with a cut, values beyond the axis, results at the foot; and a linear axis."""

from charts.courses import courses
from tests.charts.examples import Example, rows

LEVELS = rows(
    "USUBJID ADY VALUE KIND WORDS SENSITIVITY",
    ("P01", 28, 1e-2, "Flow cytometry", "1 % by flow", 1e-4),
    ("P01", 90, 2e-4, "NGS", "0.02 % by NGS", 1e-6),
    ("P02", 30, 4e-5, "NGS", "0.004 % by NGS", 1e-6),
    ("P02", 95, None, "Negative", "not detected", None),
    ("P03", 60, 2.0, "Flow cytometry", "200 %, drawn at the edge", 1e-4),
)
KINDS = (("flow", "Flow cytometry", "filled"), ("ngs", "NGS", "open_square"), ("none", "Negative", "foot"))
COUNTS = LEVELS.drop(columns="SENSITIVITY").assign(VALUE=[0.0, 12.0, 250.0, None, 40.0])
EXAMPLES = {
    "courses": Example(
        courses,
        (KINDS, "MRD, fraction of cells", 1e-6, 1.0, 120.0),
        LEVELS,
        {"line": (1e-4, "The cut"), "limits": True},
    ),
    "courses_of_few": Example(
        courses, (KINDS[:2], "B cells per µL", 0, 300, 120.0), COUNTS, {"scale": "symlog", "few": True}
    ),
}
