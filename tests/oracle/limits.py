"""Our control limits of a funnel plot beside R's (control_limits.json, made by control_limits.R)."""

from estimators.control_limits import control_limits
from tests.oracle.reading import Comparison, array_of, json_of


def limits():
    """(data set, analysis id, function without arguments that yields its comparisons)."""
    for analysis in json_of("control_limits")["analyses"]:
        yield "funnel", analysis["id"], lambda a=analysis: _compared(a["input"], a["values"])


def _compared(given, r):
    ours = control_limits(given["n"], given["expected"], (given["level"],))
    for name in ("low", "high"):
        yield Comparison("control_limits", name, array_of(ours[name]), array_of(r[name]))
