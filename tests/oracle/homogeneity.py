"""Our chi-square of homogeneity beside R's (homogeneity.json, made by homogeneity.R)."""

from estimators.homogeneity import homogeneity as tested
from tests.oracle.reading import Comparison, array_of, json_of


def homogeneity():
    """(data set, analysis id, function without arguments that yields its comparisons)."""
    for analysis in json_of("homogeneity")["analyses"]:
        yield analysis["input"]["set"], analysis["id"], lambda a=analysis: _compared(a["input"], a["values"])


def _compared(given, r):
    """R tests whatever is expected; so do we, asked to."""
    ours = tested(given["successes"], given["n"], range(len(given["n"])), min_expected=0)
    for name in ("statistic", "df", "p_value", "expected"):
        yield Comparison("homogeneity", name, array_of(getattr(ours, name)), array_of(r[name]))
