"""Tabs: at most seven a page, and no two of the app under one name; no two figures under one title."""

import re
from collections import Counter, defaultdict

import pytest

from tests.analyses.cohorts import cohort
from tests.every_tab import BY_ITSELF, PAGES, ROOT, by_itself, draw, every_tab

MOST = 7


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_at_most_seven_tabs(page):
    assert len([tab for of, tab in every_tab() if of == page]) <= MOST


def test_no_two_tabs_of_the_app_have_one_name():
    assert [label for label, n in Counter(tab.label for _, tab in every_tab()).items() if n > 1] == []


def test_no_tab_has_the_name_of_a_page():
    """ "Follow-up" must not be a page in the menu and a tab of another one."""
    menu = re.findall(r'st\.Page\("pages/\w+\.py", title="([^"]+)"', (ROOT / "dashboard.py").read_text("utf-8"))
    titles = re.findall(r'begin_page\("([^"]+)"', "".join(p.read_text("utf-8") for p in (ROOT / "pages").glob("*.py")))
    assert len(menu) == len(titles) >= len(PAGES)
    assert {tab.label for _, tab in every_tab()} & {*menu, *titles} == set()


@pytest.mark.parametrize("by", ["", "product"])
def test_a_title_stands_for_one_figure_and_once_in_a_tab(by):
    """A figure may stand on two pages, as one: same title, same code, same number of patients."""
    compared, figures = cohort(by) if by else cohort(), defaultdict(set)
    for tab in (*(tab for _, tab in every_tab()), *map(by_itself, sorted(BY_ITSELF))):
        drawn = draw(tab, compared, with_specs=False).figures
        assert [title for title, n in Counter(figure.title for figure in drawn).items() if n > 1] == [], tab.code
        for figure in drawn:
            figures[figure.title].add((figure.code, figure.n))
    assert {title: found for title, found in figures.items() if len(found) > 1} == {}
    assert len(figures) > 70
