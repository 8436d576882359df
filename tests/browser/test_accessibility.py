"""Everybody can read and work every page: axe-core finds nothing that is ours, the keyboard reaches what matters."""

from importlib.resources import files
from itertools import pairwise

from tests.every_tab import every_tab
from tests.pages.twelve import PAGES

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
MOST_PRESSES = 12
HEADINGS = (
    "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].filter(h => h.offsetParent).map(h => Number(h.tagName[1]))"
)
FOCUSED = """() => { let e = document.activeElement; while (e && e.shadowRoot && e.shadowRoot.activeElement)
  e = e.shadowRoot.activeElement;
  return (e.getAttribute('aria-label') || e.innerText || e.name || e.type || e.tagName).trim() + ' | ' + e.tagName }"""
OUTLINE = """() => { let e = document.activeElement; while (e.shadowRoot && e.shadowRoot.activeElement)
  e = e.shadowRoot.activeElement; const s = getComputedStyle(e);
  return [s.outlineStyle, s.outlineWidth, s.boxShadow] }"""


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


def findings_in_both_themes(view, within):
    """Everything in the light theme; of the dark one what it changes. The page is light again afterwards."""
    found = {"pictures": view.page.evaluate(PICTURES), "light": findings(view, within)}
    paper = view.page.evaluate(PAPER)
    view.page.emulate_media(color_scheme="dark")
    view.page.wait_for_function(f"before => ({PAPER})() !== before", arg=paper)
    found["dark"] = findings(view, within, CONTRAST)
    view.page.emulate_media(color_scheme="light")
    return {theme: serious for theme, serious in found.items() if serious}


def jump_of(view):
    """The levels of the headings, where they are not in order."""
    levels = view.page.evaluate(HEADINGS)
    return levels if levels[:1] != [1] or any(b - a > 1 for a, b in pairwise(levels)) else None


def test_axe_has_nothing_serious_on_any_page_or_tab_in_either_theme_and_headings_are_in_order(screen, server):
    view, found, jumps = screen(server), {}, {}
    view.page.emulate_media(color_scheme="light")
    for page, labels in pages().items():
        open_with_axe(view, f"/{PATHS.get(page, page)}")
        for place, label in enumerate(labels or [""]):
            if place:
                view.page.keyboard.press("Escape")  # an overlay of Streamlit itself makes the rest of the page inert
                view.act(view.page.get_by_role("tab", name=label, exact=True).click, moments=2)
            if serious := findings_in_both_themes(view, SHOWN if place else EVERYTHING):
                found[page, label] = serious
            if jump := jump_of(view):
                jumps[page, label] = jump
    assert found == {} and jumps == {}


def test_axe_is_really_asked(screen, server):
    view = screen(server)
    open_with_axe(view, "/glossary")
    view.page.get_by_test_id("stMain").evaluate("e => e.insertAdjacentHTML('beforeend', '<img src=x>')")
    assert "image-alt" in {f["rule"] for f in findings(view)}


def presses(view, key, wanted):
    """How often the key is pressed until what has the focus is `wanted`; what had it on the way."""
    way = []
    for n in range(1, MOST_PRESSES + 1):
        view.page.keyboard.press(key)
        way.append(view.page.evaluate(FOCUSED))
        if wanted in way[-1]:
            return n, way
    raise AssertionError(f"{wanted} is not reached in {MOST_PRESSES} presses: {way}")


def test_the_keyboard_goes_from_the_skip_link_to_a_tab_a_figures_numbers_and_a_download(screen, server):
    view = screen(server).open("/survival")
    link = view.page.get_by_role("link", name="Skip to the filters")
    for wanted in ("Survival curve", "Numbers"):
        link.focus()
        reached, _ = presses(view, "Tab", wanted)
    assert reached + presses(view, "ArrowRight", "Download")[0] <= MOST_PRESSES  # its buttons are one stop
    link.focus()
    assert link.bounding_box()["x"] >= 0  # it is seen while it has the focus
    view.page.keyboard.press("Enter")
    assert presses(view, "Tab", "INPUT")[0] <= MOST_PRESSES


def test_the_focus_is_seen(screen, server):
    view = screen(server).open("/survival")
    view.page.get_by_role("link", name="Skip to the filters").focus()
    for _ in range(6):
        view.page.keyboard.press("Tab")
        style, width, shadow = view.page.evaluate(OUTLINE)
        assert (style != "none" and width != "0px") or shadow != "none", view.page.evaluate(FOCUSED)


def test_an_abbreviation_says_what_it_stands_for_under_the_pointer_and_with_the_focus(screen, server):
    view = screen(server).open("/mrd")
    term = view.page.locator("abbr.term[tabindex='0']").first
    words = term.get_attribute("data-words")
    said = "e => getComputedStyle(e, '::after').content"
    assert term.evaluate(said) == "none"
    term.hover()
    assert term.evaluate(said) == f'"{words}"'
    view.page.mouse.move(0, 0)
    term.focus()
    assert term.evaluate(said) == f'"{words}"'


def test_charts_follow_a_change_of_theme_without_a_click(screen, server):
    view = screen(server)
    view.page.emulate_media(color_scheme="light")
    view.open("/survival?by=product")
    letters = view.page.locator(".vega-embed svg .mark-text text").first
    ink = "e => getComputedStyle(e).fill"
    light, sent = letters.evaluate(ink), view.sent
    view.page.emulate_media(color_scheme="dark")
    view.page.wait_for_timeout(500)
    assert (light, letters.evaluate(ink), view.sent) == ("rgb(49, 51, 63)", "rgb(230, 232, 236)", sent)


def test_at_200_percent_nothing_is_wider_than_the_screen_and_motion_is_reduced_when_asked(screen, server):
    view = screen(server)
    view.page.set_viewport_size({"width": 720, "height": 450})  # 1440 x 900 at 200 %
    view.page.emulate_media(reduced_motion="reduce")
    view.open("/survival?by=product")
    assert view.page.evaluate("document.documentElement.scrollWidth") <= 720
    chart = view.page.get_by_test_id("stVegaLiteChart").first
    assert chart.evaluate("e => getComputedStyle(e).transitionDuration") == "0s"
