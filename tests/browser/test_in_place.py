"""A filter brings what stands on the page up to date in place: nothing is drawn anew, little is styled anew."""

import re

import pytest

from pages.parts.style.sheets import FOLDER
from tests.browser.conftest import ROOT
from tests.browser.facets import pick

PAGES = ("/survival", "/response", "/b_cell_aplasia", "/transplant", "/toxicity", "/")
CHARTS = "[...document.querySelectorAll('.stVegaLiteChart svg.marks')]"
SERVED = ROOT / "pages" / "parts" / "served"


@pytest.mark.parametrize("path", PAGES)
def test_a_filter_changes_the_values_of_a_chart_and_not_the_chart(screen, server, path):
    """Streamlit embeds a chart anew when its description changes: the name is constant, the words stand beside it."""
    view = screen(server).open(path)
    view.page.locator(".stVegaLiteChart svg.marks").first.wait_for()
    before = view.page.evaluate(f"{CHARTS}.map(e => {{ e.isOld = true; return e.innerHTML; }})")
    heard = view.page.locator(".unseen p").all_text_contents()
    pick(view, "Sex", "Female")
    assert view.page.evaluate(f"{CHARTS}.map(e => !!e.isOld)") == [True] * len(before)
    assert view.page.evaluate(f"{CHARTS}.map(e => e.innerHTML)") != before
    assert len(heard) == len(before) and view.page.locator(".unseen p").all_text_contents() != heard


def test_a_chart_is_named_and_its_words_are_heard_and_not_seen(screen, server):
    view = screen(server).open("/survival")
    named = view.page.locator("[role=graphics-document]").first
    assert named.get_attribute("aria-label").startswith("Overall survival: a picture. The words that follow say")
    words = view.page.locator(".unseen").first
    assert "At risk at months: " in words.text_content() and words.bounding_box()["width"] <= 1


@pytest.mark.parametrize("path", [*sorted(FOLDER.glob("*.css")), *sorted(SERVED.glob("*.css"))], ids=lambda p: p.name)
def test_no_rule_of_the_screen_makes_the_browser_ask_every_element(path):
    """A selector with :has() or a part of an attribute is asked again wherever anything is put in or changes its class:
    a click restyled 1,100 elements in 60 ms."""
    on_screen = re.sub(r"/\*.*?\*/|@media print \{.*?\n\}\n", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert not re.findall(r":has\(|\[[\w-]+[*^$~|]=|transition", on_screen.replace("transition-duration: 0s", ""))


def test_the_rows_that_the_styles_name_are_those_that_the_pages_make():
    """A class has the whole name of a row: a row that is made tomorrow must be named, too."""
    pages = "\n".join(path.read_text("utf-8") for path in (ROOT / "pages").rglob("*.py"))
    styles = (FOLDER / "page.css").read_text("utf-8")
    asked = set(re.findall(r'choose_tile\(\s*"(\w+)"', pages))
    assert asked and set(re.findall(r"\.st-key-tiles-(\w+)", styles)) == asked
    assert len(re.findall(r"\bbegin_options\(\)$", pages, re.MULTILINE)) == 1, "the styles name two rows a page"
