"""Every tab of every page, seen once in Chromium, light and dark, at 1024 x 768: axe-core finds nothing that is ours,
headings are in order, the first figure is near the top with its answer in sight, nothing is wider than the screen."""

from dataclasses import dataclass
from importlib.resources import files
from itertools import cycle, pairwise

import pytest

from tests.browser.conftest import Screen
from tests.every_tab import every_tab
from tests.pages.twelve import PAGES, WITHOUT_FIGURES

SIZE = {"width": 1024, "height": 768}
FIRST_FIGURE = 200  # px from the top of the window
PATHS = {"overview": ""}
AXE = files("axe_playwright_python").joinpath("axe.min.js")
RUN = """async ([within, only]) => (await axe.run(within, {resultTypes: ['violations'], ...only})).violations
  .filter(v => ['serious', 'critical'].includes(v.impact))
  .flatMap(v => v.nodes.map(n => ({rule: v.id, html: n.html.slice(0, 160), why: (n.failureSummary || '').slice(0, 200),
    inMenu: !!document.querySelector(n.target[0])?.closest('[data-testid=stSidebarNav]')})))"""
EVERYTHING, SHOWN = "html", "[role=tabpanel]:not([hidden])"
PAPER = "() => getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
# A picture is thousands of nodes, which axe would go through again and again: what it asks of them (svg-img-alt) is
# asked here, and then they are taken away.
PICTURES = """() => [...document.querySelectorAll('[data-testid=stMain] .vega-embed svg')].flatMap(svg => {
  const asked = '[role=img], [role=graphics-symbol], [role=graphics-document]';
  const bare = [svg, ...svg.querySelectorAll(asked)].filter(e => e.matches(asked))
    .filter(e => !e.closest('[aria-hidden=true]') && !e.closest('[aria-label]') && !e.querySelector(':scope > title'));
  svg.replaceChildren();
  return bare.map(e => ({rule: 'svg-img-alt', html: e.outerHTML.slice(0, 160)}));
})"""
CONTRAST = {"runOnly": ["color-contrast"]}  # all that a theme changes
# Streamlit's own: the sections of the menu are <div> inside <ul> (1.67; no issue of theirs names it).
STREAMLITS = {"list", "listitem"}
HEADINGS = (
    "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].filter(h => h.offsetParent).map(h => Number(h.tagName[1]))"
)
THEMES = ("light", "dark")


@dataclass(frozen=True)
class Seen:
    """What is seen of one tab. headings: their levels; figure: where the first one begins, end: where its answer ends,
    px from the top; extent: how wide the page is, px; serious: what axe finds, by theme."""

    headings: list[int]
    figure: float
    end: float
    extent: int
    serious: dict[str, list]


def pages():
    """{page: words on its tabs}, found by running the pages."""
    found = {}
    for page, tab in every_tab():
        found.setdefault(page, []).append(tab.label)
    return found | {page: [] for page in PAGES if page not in found}


def open_with_axe(view, path):
    view.open(path)
    view.page.evaluate(AXE.read_text("utf-8"))


def findings(view, within=EVERYTHING, only=None):
    """What axe finds serious; within: a selector; only: some of its rules."""
    return [f for f in view.page.evaluate(RUN, [within, only or {}]) if not (f["rule"] in STREAMLITS and f["inMenu"])]


def put_on(view, theme):
    paper = view.page.evaluate(PAPER)
    view.page.emulate_media(color_scheme=theme)
    view.page.wait_for_function(f"before => ({PAPER})() !== before", arg=paper)


def findings_in_both_themes(view, within, other):
    """Everything in the theme that the page wears; of the other one, which it wears afterwards, what that changes."""
    found = {"pictures": view.page.evaluate(PICTURES), "worn": findings(view, within)}
    put_on(view, other)
    return found | {other: findings(view, within, CONTRAST)}


def first_figure(view):
    """Where the heading of the first figure stands, px from the top."""
    heading = view.page.locator("[data-testid=stMain] h2").first
    heading.wait_for(timeout=60_000)
    return heading.bounding_box()["y"]


def end_of_answer(view):
    """Where the first answer ends, px from the top."""
    answer = view.page.locator("[data-testid=stMain] p.answer").first
    box = answer.bounding_box() if answer.count() else {"y": 0, "height": 0}
    return box["y"] + box["height"]


def look(view, within, other, has_figures):
    """`Seen` of the tab in sight; its pictures are gone afterwards."""
    return Seen(
        view.page.evaluate(HEADINGS),
        first_figure(view) if has_figures else 0,
        end_of_answer(view),
        view.page.evaluate("document.documentElement.scrollWidth"),
        findings_in_both_themes(view, within, other),
    )


def walk(view):
    """{(page, words on the tab): Seen} of every tab; each begins in the theme in which the one before has ended."""
    themes = cycle(THEMES)
    view.page.emulate_media(color_scheme=next(themes))
    seen = {}
    for page, labels in pages().items():
        open_with_axe(view, f"/{PATHS.get(page, page)}")
        for place, label in enumerate(labels or [""]):
            if place:
                view.page.keyboard.press("Escape")  # an overlay of Streamlit itself makes the rest of the page inert
                view.act(view.page.get_by_role("tab", name=label, exact=True).click)
            within = SHOWN if place else EVERYTHING
            seen[page, label] = look(view, within, next(themes), page not in WITHOUT_FIGURES)
    return seen


@pytest.fixture(scope="module")
def seen(profile, server):
    view = Screen(profile.new_page(), server.url)
    view.page.set_viewport_size(SIZE)
    yield walk(view)
    view.page.close()


def test_axe_has_nothing_serious_on_any_page_or_tab_in_either_theme(seen):
    found = {(tab, theme): serious for tab, one in seen.items() for theme, serious in one.serious.items() if serious}
    assert found == {} and len(seen) > len(PAGES)


def test_headings_are_in_order(seen):
    levels = {tab: one.headings for tab, one in seen.items()}
    assert {tab: n for tab, n in levels.items() if n[:1] != [1] or any(b - a > 1 for a, b in pairwise(n))} == {}


def test_the_first_figure_of_every_tab_begins_within_200_px_and_its_answer_is_in_sight(seen):
    assert {tab: one.figure for tab, one in seen.items() if one.figure > FIRST_FIGURE} == {}
    assert {tab: one.end for tab, one in seen.items() if one.end > SIZE["height"]} == {}


def test_nothing_is_wider_than_the_screen(seen):
    assert {tab: one.extent for tab, one in seen.items() if one.extent > SIZE["width"] + 1} == {}


def test_axe_is_really_asked(screen, server):
    view = screen(server)
    open_with_axe(view, "/glossary")
    view.page.get_by_test_id("stMain").evaluate("e => e.insertAdjacentHTML('beforeend', '<img src=x>')")
    assert "image-alt" in {f["rule"] for f in findings(view)}
