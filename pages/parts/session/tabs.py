"""tabs(): many figures on one page, one of them shown. Which one stands in the URL; the others are not computed."""

from collections.abc import Callable
from dataclasses import dataclass

from analyses.cohort import Cohort
from pages.parts import data_behind
from pages.parts.session.options import begin_options, choose_option


@dataclass(frozen=True)
class Tab:
    """One figure of a page: its code in the URL, its words on the tab, and what draws it."""

    code: str
    label: str
    draw: Callable[[Cohort], None]


def tabs(cohort: Cohort, code: str, figures: tuple[Tab, ...]) -> None:
    """Draw the chosen figure. `code`: the page's declared choice, one of `FIGURES` in choices.py."""
    chosen = choose_option(code, [(figure.code, figure.label) for figure in figures])
    begin_options()
    next(figure for figure in figures if figure.code == chosen).draw(cohort)
    data_behind.draw(cohort, code.removesuffix("_figure"))
