"""The paragraph that describes a figure, to paste into a paper: patients, definitions, estimators, test, software."""

import platform
from functools import cache
from importlib.metadata import version

from analyses.effects import Effects
from analyses.result import Curves, Forest, Result, Shares
from analyses.version import APP_VERSION
from analyses.words import labels_of
from endpoints.rules import DAYS_PER_MONTH
from figures.figure import Figure
from figures.notes import left_out_words
from figures.r_call import r_call
from figures.r_words import reads_patients

DEFAULT_INTERVAL = "log-log"  # what the sentences of the estimators say
PACKAGES = ("numpy", "scipy", "pandas")


def paper(figure: Figure) -> tuple[str, str]:
    """For a paper: the methods of a figure in a paragraph, and the R code that computes it again; "" where there is
    none."""
    if figure.result is None or not figure.n:
        return "", ""
    paragraph = methods_paragraph(figure.result, figure.title, figure.definition, figure.methods)
    return paragraph, r_call(figure.result)


def methods_paragraph(result: Result, title: str, definition: str, methods: tuple[str, ...]) -> str:
    """One paragraph. methods: the sentences and references of the estimators, as the method note has them."""
    parts = (
        _patients(result, title),
        left_out_words(result),
        _filters(result),
        _groups(result),
        definition,
        _times(result),
        _rates(result),
        *methods,
        _intervals(result),
        _tests(result),
        *(f"{words}." for words in result.cohort.changed_rules()),
        _software(),
        _again(result),
    )
    return " ".join(part for part in parts if part)


def _again(result: Result) -> str:
    code = r_call(result)
    if not code:
        return ""
    if reads_patients(code):
        return "The numbers can be computed again in R from the file of patients."
    return "The tests can be computed again in R from their counts."


def _times(result: Result) -> str:
    """What time counts from, and how long a month is."""
    if not isinstance(result, Curves):
        return ""
    origin = result.x_title.partition(" from ")[2]
    begins = f"Time counts in days from {origin}; a" if origin else "A"
    return f"{begins} month is {DAYS_PER_MONTH:g} days."


def _intervals(result: Result) -> str:
    """Another interval than that of the method's sentence."""
    chosen = result.conf_type if isinstance(result, Curves) else DEFAULT_INTERVAL
    return f"Intervals of the curves are of type {chosen}." if chosen != DEFAULT_INTERVAL else ""


def _rates(result: Result) -> str:
    """Which classes each rate counts, where it is of several."""
    if not isinstance(result, Shares):
        return ""
    labels = labels_of(result.outcomes)
    told = [
        f"{rate.label}: {', '.join(labels[code] for code in rate.classes)}"
        for rate in result.rate_outcomes
        if len(rate.classes) > 1 and set(rate.classes) <= labels.keys()
    ]
    return f"Counted as {'; '.join(told)}." if told else ""


def _patients(result: Result, title: str) -> str:
    cohort, data = result.cohort, result.cohort.data
    synthetic = " (synthetic data)" if data.synthetic else ""
    who = f"{result.n} of {cohort.n} {cohort.rules.population} patients were analysed{synthetic}"
    return f"{title}: {who}; data cut-off {data.cutoff_date}, dataset version {data.version}."


@cache
def _software() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"Analyses were made with this dashboard, version {APP_VERSION} (Python {platform.python_version()}, "
        f"{packages}); intervals are of 95 %."
    )


def _filters(result: Result) -> str:
    words = "; ".join(f"{code} {value}" for code, value in result.cohort.filter_words.items())
    return f"Patients were selected by: {words}." if words else ""


def _groups(result: Result) -> str:
    """The compared groups with their number of patients."""
    if result.cohort.by is None or "GROUP" not in result.patients:
        return ""
    n = result.patients.groupby("GROUP", sort=False)["USUBJID"].nunique()
    told = ", ".join(f"{group.label} (n = {n[group.label]})" for group in result.strata if group.label in n.index)
    return f"Compared by {result.cohort.by.label.lower()}: {told}." if told else ""


def _tests(result: Result) -> str:
    """How p-values were corrected."""
    if isinstance(result, Effects):
        return "Ratios were adjusted in one model; p-values are those of the ratios and not corrected for one another."
    if isinstance(result, Forest):
        return "Tests under the forest were corrected by Holm's method."
    if isinstance(result, Curves) and result.pairs is not None:
        return "Pairs of groups were tested with Holm's correction."
    if result.homogeneity is not None:
        return f"{_tested_rates(result)} tested over all groups; the tests were not corrected for one another."
    return ""


def _tested_rates(result: Result) -> str:
    """Of a figure whose classes are shown beside its rates, the rates by name: classes are not tested."""
    if not isinstance(result, Shares) or not result.rate_outcomes:
        return "Each rate was"
    names = "; ".join(rate.label for rate in result.rate_outcomes)
    return f"Rates ({names}), not single classes, were"
