"""Response by what was known before lymphodepletion: disease burden, remission, and how the product was released."""

from analyses.cohort import Cohort
from analyses.status.response import response_by
from endpoints.response import BEST
from pages.parts.response.status import draw_found

BANDS = "Blasts before lymphodepletion. No single cut-off is published (5, 25, 40, 50 % are used): all bands are shown."
BEFORE = (
    "ORR = CR + CRi. Patients in CR before lymphodepletion have no remission to reach: theirs is maintained, and "
    "the rate of interest is that of the patients not in CR before."
)
MADE = "Out of specification: infused although the product missed a release criterion."


def draw(cohort: Cohort) -> None:
    """At the chosen cut-off, and in bands."""
    _draw(cohort, "cut", "The cut-off is a rule in the sidebar.")
    _draw(cohort, "bands", BANDS)


def draw_before(cohort: Cohort) -> None:
    """Not in CR before, and remission maintained."""
    _draw(cohort, "before", BEFORE)


def draw_made(cohort: Cohort) -> None:
    """Released, and out of specification."""
    _draw(cohort, "made", MADE)


def _draw(cohort: Cohort, name: str, words: str) -> None:
    found = response_by(cohort, name)
    draw_found(BEST.param, found, BEST, f"bor3m_{name}", words)
