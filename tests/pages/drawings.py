"""The figures of the pages without a screen: what each tab draws and which options it asks for, found by running it.

Widgets give way to answers and `show` to a list of figures; everything between them is the app's own.
"""

import importlib
import pkgutil
import runpy
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import streamlit as st

import pages.parts
from analyses.cohort import Cohort
from figures.figure import Figure
from pages.parts.session.choices import LOCAL, NumberChoice
from tests.pages.twelve import PAGES, ROOT

Draw = Callable[[Cohort], None]


@dataclass
class Desk:
    """Where a page is drawn without a screen. chosen: the answers by code; offered: what the last drawing asked for,
    with every value it offered; shown: the figures that came of it; row: the row chosen of every table."""

    chosen: dict[str, Any] = field(default_factory=dict)
    offered: dict[str, list] = field(default_factory=dict)
    shown: list[Figure] = field(default_factory=list)
    tabs: list[tuple[str, Draw]] = field(default_factory=list)
    cohort: Cohort | None = None
    row: str = ""

    def choose_option(self, code: str, options=None, explain: str = "") -> str:
        choice = LOCAL[code]
        values = [o if isinstance(o, str) else o[0] if isinstance(o, tuple) else o.code for o in options or ()]
        self.offered[code] = values or [option.code for option in choice.options]
        chosen = self.chosen.get(code, choice.default)
        return chosen if chosen in self.offered[code] else self.offered[code][0]

    def choose_number(self, code: str, explain: str = "") -> int:
        choice = LOCAL[code]
        assert isinstance(choice, NumberChoice)
        self.offered[code] = sorted({choice.low, choice.default, choice.high})
        return self.chosen.get(code, choice.default)

    def show(self, figure: Figure, table_rows: int = 0) -> None:
        self.shown.append(figure)

    def show_table(self, figure: Figure, key: str | None = None) -> str | None:
        self.shown.append(figure)
        return self.row if key else None

    def note_tabs(self, cohort: Cohort, code: str, figures) -> None:
        self.tabs += [(f"{code}={tab.code}", tab.draw) for tab in figures]

    def draw(self, drawing: Draw, cohort: Cohort, **chosen: Any) -> list[Figure]:
        """The figures that this drawing shows of a cohort, with these answers."""
        self.chosen, self.offered, self.shown, self.cohort = chosen, {}, [], cohort
        drawing(cohort)
        return self.shown


def import_parts() -> None:
    """Every module under pages/parts: one that is imported while names are replaced would keep what replaced them."""
    for found in pkgutil.walk_packages(pages.parts.__path__, "pages.parts."):
        importlib.import_module(found.name)


def desk(patched: pytest.MonkeyPatch) -> Desk:
    """A desk; from here on the pages draw on it."""
    import_parts()
    made = Desk()
    answers = {
        "choose_option": made.choose_option,
        "choose_number": made.choose_number,
        "show": made.show,
        "show_table": made.show_table,
        "tabs": made.note_tabs,
        "load_study": lambda: None,
        "choose_cohort": lambda data: made.cohort,
    }
    for name, module in list(sys.modules.items()):
        for answer in answers if name.startswith("pages.parts.") else ():
            if callable(getattr(module, answer, None)):
                patched.setattr(module, answer, answers[answer])
    for widget in ("title", "caption", "text", "button", "dataframe"):
        patched.setattr(st, widget, lambda *_, **__: None)
    return made


def drawings(made: Desk, cohort: Cohort) -> Iterator[tuple[str, str, Draw]]:
    """(page, tab, what draws it) of every tab of every page; a page without tabs is one drawing."""
    for page in PAGES:
        made.tabs = []
        run = _page(made, page)
        made.draw(run, cohort)
        yield from ((page, tab, draw) for tab, draw in made.tabs or [("", run)])


def _page(made: Desk, page: str) -> Draw:
    return lambda cohort: runpy.run_path(str(ROOT / "pages" / f"{page}.py")) and None
