"""Every option that any figure offers, and every pair of them, alone and compared. Found by asking the figures."""

import json
from functools import cache
from itertools import combinations, combinations_with_replacement, product

import pandas as pd
import pytest

from figures.columns import reading_order
from figures.figure import NUMBERS, ROWS, Figure
from figures.image import image_spec
from pages.parts.session.page_choices import FIGURES, LOCAL, VIEW
from pages.parts.session.tabs import Tab
from pages.parts.tables import look_of
from tests.analyses.cohorts import cohort
from tests.every_tab import BY_ITSELF, PAGES, by_itself, draw, every_tab
from tests.pages.twelve import WITHOUT_FIGURES

BY = "by"
COHORTS = {"": cohort(), "product": cohort("product")}


@pytest.fixture(scope="module")
def offered():
    """offered(page): {tab: {code: options}} of all that its figures ask for, each drawn with every pair of options."""

    @cache
    def of(page):
        return {tab.code: every_pair_drawn(page, tab) for tab in tabs_of(page)}

    return of


def tabs_of(page: str) -> list[Tab]:
    """What the page draws."""
    return [by_itself(page)] if page in BY_ITSELF else [tab for of, tab in every_tab() if of == page]


def every_pair_drawn(page: str, tab: Tab) -> dict[str, list]:
    """Draw with every pair of options, alone and compared; which options they are. What is asked for only beside some
    option joins when it is met."""
    factors, seen = {BY: list(COHORTS)}, set()
    while rows := rows_of_all_pairs(factors, seen):
        for row in rows:
            options = draw_one(page, tab, row)
            seen |= pairs(row)
            if new := {code: values for code, values in options.items() if code not in factors}:
                factors |= new
                break
    return factors


def draw_one(page: str, tab: Tab, row: dict) -> dict[str, list]:
    """The figures of one choice of options, each checked; the options on offer beside it."""
    try:
        drawn = draw(tab, COHORTS[row[BY]], **{code: value for code, value in row.items() if code != BY})
        assert drawn.figures or page in WITHOUT_FIGURES
        for figure in drawn.figures:
            check(figure)
    except Exception as problem:
        raise AssertionError(f"{page} {tab.code} {row}") from problem
    return drawn.options


def rows_of_all_pairs(factors: dict[str, list], seen: set) -> list[dict]:
    """Few choices in which every pair of values of two factors occurs that is not among those seen."""
    choices = [(name, value) for name, values in factors.items() for value in values]
    left = {frozenset((a, b)) for a, b in combinations_with_replacement(choices, 2) if a == b or a[0] != b[0]} - seen
    rows = []
    while left:
        row = dict(sorted(min(left, key=lambda pair: sorted(map(repr, pair)))))
        for name, values in factors.items():
            if name not in row:
                row[name] = max(values, key=lambda value, row=row, name=name: len(pairs(row | {name: value}) & left))
        left -= pairs(row)
        rows.append(row)
    return rows


def pairs(row: dict) -> set:
    """Every two of its choices, and each with itself."""
    return {frozenset(pair) for pair in combinations_with_replacement(row.items(), 2)}


def test_few_rows_hold_every_pair():
    factors = {BY: ["", "x"], "a": [1, 2, 3], "b": [1, 2, 3, 4], "c": [1, 2]}
    rows = rows_of_all_pairs(factors, set())
    for one, other in combinations(factors, 2):
        assert {(row[one], row[other]) for row in rows} == set(product(factors[one], factors[other]))
    assert 12 <= len(rows) < 20 and rows_of_all_pairs({BY: ["", "x"]}, set()) == [{BY: ""}, {BY: "x"}]
    assert rows_of_all_pairs(factors, set().union(*map(pairs, rows))) == []


def check(figure: Figure) -> None:
    """It is a picture, a table or a sentence; what stands on the screen and what leaves it can be made."""
    assert figure.charts or figure.nobody or any(len(table) for table in figure.tables.values())
    assert len(figure.method_lines()) >= 2
    said = " ".join((figure.heading, figure.nobody, *figure.method_lines(), *figure.image_lines()))
    assert not {"nan", "<na>"} & set(said.lower().replace("(", " ").split())
    for table in figure.tables.values():
        assert isinstance(table, pd.DataFrame)
    shown = figure.tables[ROWS if ROWS in figure.tables else NUMBERS]
    assert set(reading_order(shown)) <= set(look_of(shown, "", 12)["column_config"])
    for chart in figure.charts:
        assert chart.alt and "nan" not in chart.alt.lower().split()
        json.dumps(image_spec([[(chart.spec, chart.frame, "")]], "T", ["L"]), allow_nan=False)


@pytest.mark.parametrize("page", PAGES)
def test_every_option_and_every_pair_of_options_of_a_figure_can_be_drawn(offered, page):
    assert offered(page)


def test_every_declared_choice_and_option_of_a_page_is_asked_for_by_a_figure(offered):
    """A choice may offer less than it declares on one figure, never on all of them."""
    asked: dict[str, set] = {}
    for factors in (factors for page in PAGES for factors in offered(page).values()):
        for code, values in factors.items():
            asked.setdefault(code, set()).update(values)
    del asked[BY]
    assert asked.keys() == LOCAL.keys() - {figure.code for figure in FIGURES} - {VIEW.code}
    for code, values in asked.items():
        assert {option.code for option in getattr(LOCAL[code], "options", ())} <= values, code
