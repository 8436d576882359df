"""Every figure of every tab without a screen: pages are run for their tabs, tabs are drawn into a list.

Pages, tabs and what they draw are found by running the pages, so that a new one is tested without a line here.
"""

import contextlib
import importlib
import pkgutil
import runpy
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from unittest.mock import MagicMock, patch

import streamlit as st

import pages.parts
from analyses.cohort import Cohort
from analyses.result import Result
from figures.figure import ROWS, Figure, figure_of
from pages.parts.session import options as options_module
from pages.parts.session.page_choices import LOCAL
from pages.parts.session.tabs import Tab
from tests.pages.twelve import PAGES

ROOT = Path(__file__).parents[1]
BY_ITSELF: set[str] = set()  # a page that lists patients in place of tabs
ROW = "P02"  # the patient chosen in a list


@dataclass
class Drawn:
    """What one tab draws: its figures, the results they are of, and the options it offered ({code: codes on offer})."""

    figures: list[Figure] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    options: dict[str, list] = field(default_factory=dict)


@lru_cache
def part_modules() -> list[ModuleType]:
    """The modules that draw figures: everything under pages/parts but the session, the data and the server."""
    found = pkgutil.walk_packages(pages.parts.__path__, "pages.parts.")
    names = [module.name for module in found if module.name.split(".")[2] not in ("session", "data", "server")]
    return [importlib.import_module(name) for name in names]


def tabs_of(page: str) -> tuple[Tab, ...]:
    """The tabs of a page, found by running it."""
    found: list[tuple[Tab, ...]] = []
    with (
        patch("pages.parts.session.cohort.choose_cohort", lambda data: data),
        patch("pages.parts.data.study.load_study", lambda: None),
        patch("pages.parts.session.tabs.tabs", lambda cohort, code, tabs: found.append(tabs)),
        patch("pages.parts.session.head.begin_page"),
        patch.object(st, "caption"),
    ):
        runpy.run_path(str(ROOT / "pages" / f"{page}.py"))
    return tuple(tab for tabs in found for tab in tabs)


@lru_cache
def every_tab() -> list[tuple[str, Tab]]:
    """(page, tab) of all pages that have tabs."""
    return [(page, tab) for page in PAGES if page not in BY_ITSELF for tab in tabs_of(page)]


def by_itself(page: str) -> Tab:
    """A page without tabs as one: what it draws by itself, with `ROW` chosen in its table."""

    def draw_page(cohort: Cohort) -> None:
        with (
            patch("pages.parts.session.cohort.choose_cohort", lambda data: cohort),
            patch("pages.parts.data.study.load_study", lambda: None),
            patch("pages.parts.session.head.begin_page"),
        ):
            runpy.run_path(str(ROOT / "pages" / f"{page}.py"))

    return Tab(page, "", draw_page)


def draw(tab: Tab, cohort: Cohort, with_specs: bool = True, **options) -> Drawn:
    """Draw a tab of a cohort into a list. options: {code: value}; every other is at its default. with_specs: charts
    have their specifications, which cost more than the numbers."""
    drawn = Drawn()
    with _without_a_screen(drawn, options), contextlib.nullcontext() if with_specs else _without_specs():
        tab.draw(cohort)
    return drawn


@lru_cache
def _builders() -> tuple[tuple[ModuleType, str], ...]:
    """(module, name) of every builder of charts/ where figures and pages call it."""
    modules = [*part_modules(), *(module for name, module in sys.modules.items() if name.startswith("figures."))]
    return tuple(
        (module, name)
        for module in modules
        for name, value in vars(module).items()
        if hasattr(value, "__wrapped__") and getattr(value, "__module__", "").startswith("charts.")
    )


def _without_specs() -> contextlib.AbstractContextManager:
    return _put([(module, name, lambda *_, **__: {}) for module, name in _builders()])


@contextlib.contextmanager
def _put(instead: list[tuple[ModuleType, str, object]]) -> Iterator[None]:
    """Other values under names of modules for as long as the block lasts; of thousands `patch` takes long."""
    before = [(module, name, getattr(module, name)) for module, name, _ in instead]
    try:
        for module, name, value in instead:
            setattr(module, name, value)
        yield
    finally:
        for module, name, value in before:
            setattr(module, name, value)


def _row_of(figure: Figure, key: str | None) -> str | None:
    """`ROW`, where the table has it."""
    return ROW if key and ROWS in figure.tables and ROW in set(figure.tables[ROWS][key]) else None


@contextlib.contextmanager
def _without_a_screen(drawn: Drawn, options: dict) -> Iterator[None]:
    def choose_option(code, offered=None, explain=""):
        codes = [one[0] if isinstance(one, tuple) else one.code for one in (offered or LOCAL[code].options)]
        drawn.options[code] = codes
        asked = (options.get(code), LOCAL[code].default, codes[0])  # as the screen: what is not on offer gives way
        return next(value for value in asked if value in codes)

    def choose_number(code, explain=""):
        drawn.options[code] = [LOCAL[code].low, LOCAL[code].default, LOCAL[code].high]
        return options.get(code, LOCAL[code].default)

    def noted(result, *arguments, **named):
        drawn.results.append(result)
        return figure_of(result, *arguments, **named)

    def choose_tile(code, tiles):
        return choose_option(code, [(tile.code, tile.label) for tile in tiles])

    replaced = {
        "choose_option": choose_option,
        "choose_tile": choose_tile,
        "choose_number": choose_number,
        "figure_of": noted,
        "open_section": lambda name: contextlib.nullcontext(True),
        "show": lambda figure, **_: drawn.figures.append(figure),
        "show_made": lambda figure, *_, **__: drawn.figures.append(figure),
        "show_names": lambda figure: None,
        "show_table": lambda figure, key=None, **_: drawn.figures.append(figure) or _row_of(figure, key),
    }
    widgets = [(st, widget, MagicMock()) for widget in ("caption", "text", "button", "dataframe")]
    modules = dict.fromkeys((*part_modules(), options_module))
    parts = [(m, name, instead) for m in modules for name, instead in replaced.items() if hasattr(m, name)]
    with _put([*widgets, *parts]):
        yield
