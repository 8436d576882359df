"""MRD level over time, patient by patient."""

from charts.courses import courses
from endpoints.mrd_course import AT_LIMIT, DETECTED, KIND_WORDS, NO_LEVEL, NO_PLACE
from pages.parts import estimate
from pages.parts.figure import Chart, show
from pages.parts.sidebar import Cohort, choose_option

LOWEST = 1e-7
NAMES = {"flow": "flow cytometry", "pcr": "PCR", "ngs": "NGS", "BM": "bone marrow", "PB": "peripheral blood"}
KINDS = tuple((code, KIND_WORDS[code], mark) for code, mark in (
    (DETECTED, "filled"), (AT_LIMIT, "open"), (NO_LEVEL, "open_square"), (NO_PLACE, "foot")))
DEFINITION = ("Every assay after infusion as a fraction of cells. Open circles: not detected, drawn at the "
              "sensitivity of "
              "that assay; short lines: the sensitivity; triangles at the foot: failed, or neither level nor "
              "sensitivity "
              "stated. Later therapy or transplant does not end a line. BM: bone marrow, PB: peripheral blood.")


def draw(study: Cohort) -> None:
    """One line per patient on a log scale."""
    method, specimen = choose_option("mrd_method"), choose_option("mrd_specimen")
    last = int(choose_option("course_days"))
    found = estimate.mrd_levels(study, method, specimen, last)
    columns = ["USUBJID", "ADY", "VALUE", "KIND", "SENSITIVITY", "WORDS"]
    charts = (Chart(courses(KINDS, "MRD level (fraction of cells)", LOWEST, 1.0, last, limits=True),
                    found.curve[columns], "MRD level of each patient over days from infusion."),) if found.n else ()
    show(estimate.ungrouped(study), f"MRD level over time{_words(method, specimen)}", found, *charts,
         definition=DEFINITION, code="mrd_levels")


def _words(method: str, specimen: str) -> str:
    words = [name for name in (NAMES.get(method), NAMES.get(specimen)) if name]
    return f", {', '.join(words)} only" if words else ""
