"""Everybody can work a page: the keyboard reaches what matters, the focus is seen, abbreviations and themes follow.

What axe-core says of every tab: test_every_tab.py.
"""

MOST_PRESSES = 12
FOCUSED = """() => { let e = document.activeElement; while (e && e.shadowRoot && e.shadowRoot.activeElement)
  e = e.shadowRoot.activeElement;
  return (e.getAttribute('aria-label') || e.innerText || e.name || e.type || e.tagName).trim() + ' | ' + e.tagName }"""
OUTLINE = """() => { let e = document.activeElement; while (e.shadowRoot && e.shadowRoot.activeElement)
  e = e.shadowRoot.activeElement; const s = getComputedStyle(e);
  return [s.outlineStyle, s.outlineWidth, s.boxShadow] }"""


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
    view = screen(server, scheme="light")
    view.open("/survival?by=product")
    letters = view.page.locator(".vega-embed svg .mark-text text").first
    ink = "e => getComputedStyle(e).fill"
    light, sent = letters.evaluate(ink), view.sent
    view.page.emulate_media(color_scheme="dark")
    view.rest()
    assert (light, letters.evaluate(ink), view.sent) == ("rgb(49, 51, 63)", "rgb(230, 232, 236)", sent)


def test_at_200_percent_nothing_is_wider_than_the_screen_and_motion_is_reduced_when_asked(screen, server):
    view = screen(server)
    view.page.set_viewport_size({"width": 720, "height": 450})  # 1440 x 900 at 200 %
    view.page.emulate_media(reduced_motion="reduce")
    view.open("/survival?by=product")
    assert view.page.evaluate("document.documentElement.scrollWidth") <= 720
    chart = view.page.get_by_test_id("stVegaLiteChart").first
    assert chart.evaluate("e => getComputedStyle(e).transitionDuration") == "0s"
