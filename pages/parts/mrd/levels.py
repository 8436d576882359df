"""MRD level over time, patient by patient."""

from analyses.cohort import Cohort
from analyses.status.mrd import mrd_levels
from endpoints.mrd import CUT
from endpoints.mrd_course import AT_LIMIT, DETECTED, KIND_WORDS, NO_LEVEL, NO_PLACE
from endpoints.rules import Rules
from figures.courses import courses
from figures.figure import figure_of
from pages.parts.mrd.assays import choose_assays
from pages.parts.session.choices import RULE
from pages.parts.session.options import choose_option
from pages.parts.show import show

AXIS = (1e-7, 1.0)
FEW = 12  # patients whose lines can be told apart
KINDS = tuple(
    (code, KIND_WORDS[code], mark)
    for code, mark in ((DETECTED, "filled"), (AT_LIMIT, "open"), (NO_LEVEL, "open_square"), (NO_PLACE, "foot"))
)
DEFINITION = (
    "Every assay after infusion as a fraction of cells. Open circles: not detected, drawn at the "
    "sensitivity of that assay; short lines: the sensitivity; triangles at the foot: failed, or neither "
    "level nor sensitivity stated. Dashed: the cut in force. Later therapy or transplant does not end a "
    "line; BM: bone marrow, PB: peripheral blood."
)


def draw(cohort: Cohort) -> None:
    """One line per patient on a log scale."""
    assays = choose_assays()
    last = int(choose_option("course_days"))
    found = mrd_levels(cohort, assays, last)
    line, few = cut_line(cohort.rules), found.n <= FEW
    charts = courses(found, KINDS, "MRD level (fraction of cells)", AXIS, last, line=line, limits=True, few=few)
    show(figure_of(found, f"MRD level over time{assays.words}", *charts, definition=DEFINITION, code="mrd_levels"))


def cut_line(rules: Rules) -> tuple[float, str]:
    """The level that divides positive from negative, or, where any level counts, the sensitivity asked for."""
    if rules.mrd_cut == "1e-4":
        return CUT, "MRD cut 10⁻⁴"
    words = RULE["mrd_sensitivity"].words(rules.mrd_sensitivity)
    return float(rules.mrd_sensitivity), f"sensitivity asked for: {words}"
