"""Tabs: at most seven a page, and no two of the app under one name."""

from collections import Counter

import pytest

from tests.every_tab import PAGES, every_tab

MOST = 7


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_at_most_seven_tabs(page):
    assert len([tab for of, tab in every_tab() if of == page]) <= MOST


def test_no_two_tabs_of_the_app_have_one_name():
    assert [label for label, n in Counter(tab.label for _, tab in every_tab()).items() if n > 1] == []
