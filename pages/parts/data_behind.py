"""Data behind this page: how much is missing of exactly the variables that its figures use. Closed until it is asked
for."""

from analyses.cohort import Cohort
from analyses.monitoring.quality import behind_page
from endpoints.variables import DEFINITION, PAGES
from figures.figure import figure_of
from pages.parts.session.options import open_section
from pages.parts.show import show

TITLE = "Data behind this page"


def draw(cohort: Cohort, page: str) -> None:
    """A closed section; page: the code of the page's choice of figure. Pages without variables of their own have
    none."""
    if page not in PAGES:
        return
    with open_section(TITLE) as is_open:
        if is_open:
            show(figure_of(behind_page(cohort, page), TITLE, code=f"behind_{page}", definition=DEFINITION))
