"""A list of patients as a table to choose from; of a long one the browser is given a page, the file has all."""

from dataclasses import replace

from analyses.monitoring.results import Listed
from analyses.result import Result
from figures.figure import ROWS, Figure
from pages.parts.session.open_patient import story_button
from pages.parts.show import show, show_table


def show_patients(figure: Figure) -> None:
    """A table of patient rows; one row opens its story."""
    story_button(show_table(figure, key="USUBJID"), figure.code)


def show_list(figure: Figure, found: Result, key: str = "USUBJID") -> str | None:
    """The rows of the result, one to be chosen; returns the chosen patient. A refusal is its sentence."""
    if not isinstance(found, Listed):
        show(figure)
        return None
    return show_table(replace(figure, tables={ROWS: found.rows}), key=key)
