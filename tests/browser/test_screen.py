"""Answer first, in Chromium: where the first figure begins, that nothing is wider than the screen, how many presses the
common tasks take."""

import csv
import io

import pytest

from tests.browser.conftest import Screen
from tests.browser.facets import pick
from tests.every_tab import every_tab
from tests.pages.twelve import WITHOUT_FIGURES

FIRST_FIGURE = 200  # px from the top of the window
WIDTHS = ((1440, 900), (1024, 768), (820, 1180), (390, 844))
PATHS = {"overview": ""}


def pages():
    """(page, words on its tabs), in the order of the files."""
    found = {}
    for page, tab in every_tab():
        found.setdefault(page, []).append(tab.label)
    return {page: labels for page, labels in found.items() if page not in WITHOUT_FIGURES}


@pytest.fixture
def sized(browser, server):
    """sized(width, height, scheme) -> Screen of that size."""
    contexts = []

    def make(width, height, scheme="light"):
        contexts.append(
            browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, accept_downloads=True)
        )
        return Screen(contexts[-1].new_page(), server.url)

    yield make
    for context in contexts:
        context.close()


def first_figure(screen):
    """Where the heading of the first figure stands, px from the top."""
    heading = screen.page.locator("[data-testid=stMain] h2").first
    heading.wait_for(timeout=60_000)
    return heading.bounding_box()["y"]


def heading_and_answer(screen):
    """(where the first heading stands, where the first answer ends), px from the top."""
    answer = screen.page.locator("[data-testid=stMain] p.answer").first
    box = answer.bounding_box() if answer.count() else {"y": 0, "height": 0}
    return first_figure(screen), box["y"] + box["height"]


def test_at_1440_the_first_figure_of_every_page_begins_within_200_px(sized):
    screen = sized(1440, 900)
    found = {}
    for page in pages():
        screen.open(f"/{PATHS.get(page, page)}")
        found[page] = first_figure(screen)
    assert {page: y for page, y in found.items() if y > FIRST_FIGURE} == {}


def test_at_1024_the_first_figure_of_every_tab_begins_within_200_px_and_its_answer_is_in_sight(sized):
    screen = sized(1024, 768)
    found = {}
    for page, labels in pages().items():
        screen.open(f"/{PATHS.get(page, page)}")
        for label in labels:
            if len(labels) > 1:
                screen.act(screen.page.get_by_role("tab", name=label, exact=True).click)
            y, end = heading_and_answer(screen)
            found[page, label] = y
            assert end <= 768, (page, label)
    assert {tab: y for tab, y in found.items() if y > FIRST_FIGURE} == {}


@pytest.mark.parametrize("size", WIDTHS, ids=lambda size: f"{size[0]}x{size[1]}")
def test_nothing_is_wider_than_the_screen(sized, size):
    screen = sized(*size)
    wide = {}
    for page in pages():
        screen.open(f"/{PATHS.get(page, page)}?by=product")
        first_figure(screen)
        extent = screen.page.evaluate("document.documentElement.scrollWidth")
        if extent > size[0] + 1:
            wide[page] = extent
    assert wide == {}


# Tasks, with the presses they take ---------------------------------------------------------------------------------


class Presses:
    """Counts what a person presses."""

    def __init__(self, screen):
        self.screen, self.n = screen, 0

    def on(self, locator):
        self.n += 1
        self.screen.act(locator.click)


def menu(screen, title):
    return screen.page.locator("[data-testid=stSidebarNavLink]", has_text=title)


def test_the_response_of_one_product_under_18_as_csv_takes_five_presses(sized):
    screen = sized(1440, 900)
    screen.open("/")
    for facet, option in (("Product", "tisagenlecleucel"), ("Age", "< 18 years")):
        pick(screen, facet, option)
    presses = Presses(screen)
    presses.on(menu(screen, "Response"))
    presses.on(screen.page.get_by_text("Download", exact=True).first)
    with screen.page.expect_download() as download:
        screen.page.get_by_role("button", name="CSV: numbers").first.click()
    lines = download.value.path().read_text("utf-8-sig").splitlines()
    assert presses.n + 3 <= 5
    assert any("Product" in line or "product = tisagenlecleucel" in line for line in lines)
    rows = list(csv.reader(io.StringIO("\n".join(line for line in lines if not line.startswith("#")))))
    assert len(rows) > 1


def test_the_relapse_of_two_products_with_difference_and_p_takes_four_presses(sized):
    screen = sized(1440, 900)
    screen.open("/relapse?by=product")
    for option in ("tisagenlecleucel", "brexucabtagene autoleucel"):
        pick(screen, "Product", option)
    words = screen.page.locator("p.answer").first.inner_text()
    assert "difference" in words and "percentage points" in words and "hazard ratio" in words


def test_a_story_from_a_list_takes_two_presses_and_is_in_sight(sized):
    screen = sized(1440, 900)
    screen.open("/watchlist")
    table = screen.page.locator("[data-testid=stDataFrame]").first
    box = table.bounding_box()
    presses = Presses(screen)
    presses.n += 1
    screen.act(lambda: screen.page.mouse.click(box["x"] + 18, box["y"] + 35 + 13))
    presses.on(screen.page.get_by_role("button", name="Open the story of"))
    heading = screen.page.locator("[data-testid=stMain] h2").first
    assert presses.n <= 2 and heading.inner_text().startswith("Timeline of patient")
    assert heading.bounding_box()["y"] <= FIRST_FIGURE


def test_share_copies_the_address_in_one_press(sized):
    screen = sized(1440, 900)
    screen.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    screen.open("/survival?by=sex")
    screen.page.get_by_role("button", name="Share").click()
    screen.page.get_by_text("Address copied").wait_for()
    assert screen.page.evaluate("navigator.clipboard.readText()").endswith("/survival?by=sex")


def test_a_segment_of_a_bar_opens_the_names_behind_it(sized):
    screen = sized(1440, 900)
    screen.open("/response")
    picture = screen.page.locator("[data-testid=stVegaLiteChart]").first
    box = picture.bounding_box()
    screen.act(lambda: screen.page.mouse.click(box["x"] + box["width"] * 0.3, box["y"] + 60))
    screen.page.get_by_text("All patients, CR: ").wait_for()


def test_a_tile_opens_the_names_behind_it(sized):
    screen = sized(1440, 900)
    screen.open("/")
    screen.act(screen.page.locator("button.tile").nth(1).click)
    assert any(
        text.startswith("MRD-negative remission at month 3") for text in screen.page.locator("h2").all_inner_texts()
    )
