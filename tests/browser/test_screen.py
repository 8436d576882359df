"""Answer first, in Chromium: where the first figure begins, that nothing is wider than the screen, how many presses the
common tasks take. Every tab at 1024 px: test_every_tab.py."""

import csv
import io

from playwright.sync_api import TimeoutError as TookTooLong

from tests.browser.facets import pick
from tests.browser.test_every_tab import FIRST_FIGURE, PATHS, first_figure
from tests.pages.twelve import PAGES, WITHOUT_FIGURES

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
NARROWER = ((1024, 768), (820, 1180), (390, 844))
WITH_FIGURES = [page for page in PAGES if page not in WITHOUT_FIGURES]
FITS = "width => document.documentElement.scrollWidth <= width + 1"
EXTENT = "document.documentElement.scrollWidth"


def too_wide(view, width):
    """How wide the page is, px, where that is more than the window after what moves has come to rest."""
    try:
        view.page.wait_for_function(FITS, arg=width, timeout=5000)
    except TookTooLong:
        return view.page.evaluate(EXTENT)
    return None


def extents(view):
    """{width of the window: width of the page} where the page is wider, from a desk to a telephone."""
    found = {DESK["width"]: too_wide(view, DESK["width"])}
    for width, height in NARROWER:
        view.page.set_viewport_size({"width": width, "height": height})
        view.rest()
        found[width] = too_wide(view, width)
    view.page.set_viewport_size(DESK)
    return {width: extent for width, extent in found.items() if extent}


def test_at_1440_the_first_figure_of_every_page_begins_within_200_px(screen, server):
    view, found = screen(server, **DESK), {}
    for page in WITH_FIGURES:
        view.open(f"/{PATHS.get(page, page)}")
        found[page] = first_figure(view)
    assert {page: y for page, y in found.items() if y > FIRST_FIGURE} == {}


def test_nothing_is_wider_than_the_screen_from_a_desk_to_a_telephone(screen, server):
    view, wide = screen(server, **DESK), {}
    for page in WITH_FIGURES:
        view.open(f"/{PATHS.get(page, page)}?by=product")
        first_figure(view)
        wide[page] = extents(view)
    assert {page: found for page, found in wide.items() if found} == {}


def test_nothing_is_wider_than_a_telephone_on_which_a_page_is_opened(screen, server):
    view, wide = screen(server, **PHONE), {}
    for page in WITH_FIGURES:
        view.open(f"/{PATHS.get(page, page)}?by=product")
        first_figure(view)
        wide[page] = too_wide(view, PHONE["width"])
    assert {page: extent for page, extent in wide.items() if extent} == {}


# Tasks, with the presses they take ---------------------------------------------------------------------------------


class Presses:
    """Counts what a person presses."""

    def __init__(self, screen):
        self.screen, self.n = screen, 0

    def on(self, locator):
        self.n += 1
        self.screen.act(locator.click)


def menu(view, title):
    return view.page.locator("[data-testid=stSidebarNavLink]", has_text=title)


def test_the_response_of_one_product_under_18_as_csv_takes_five_presses(screen, server):
    view = screen(server, **DESK)
    view.open("/")
    for facet, option in (("Product", "tisagenlecleucel"), ("Age", "< 18 years")):
        pick(view, facet, option)
    presses = Presses(view)
    presses.on(menu(view, "Response"))
    presses.on(view.page.get_by_text("Download", exact=True).first)
    with view.page.expect_download() as download:
        view.page.get_by_role("button", name="CSV: numbers").first.click()
    lines = download.value.path().read_text("utf-8-sig").splitlines()
    assert presses.n + 3 <= 5
    assert any("Product" in line or "product = tisagenlecleucel" in line for line in lines)
    rows = list(csv.reader(io.StringIO("\n".join(line for line in lines if not line.startswith("#")))))
    assert len(rows) > 1


def test_the_relapse_of_two_products_with_difference_and_p_takes_four_presses(screen, server):
    view = screen(server, **DESK)
    view.open("/relapse?by=product")
    for option in ("tisagenlecleucel", "brexucabtagene autoleucel"):
        pick(view, "Product", option)
    words = view.page.locator("p.answer").first.inner_text()
    assert "difference" in words and "percentage points" in words and "hazard ratio" in words


def test_a_story_from_a_list_takes_two_presses_and_is_in_sight(screen, server):
    view = screen(server, **DESK)
    view.open("/watchlist")
    table = view.page.locator("[data-testid=stDataFrame]").first
    box = table.bounding_box()
    presses = Presses(view)
    presses.n += 1
    view.act(lambda: view.page.mouse.click(box["x"] + 18, box["y"] + 35 + 13))
    presses.on(view.page.get_by_role("button", name="Open the story of"))
    heading = view.page.locator("[data-testid=stMain] h2").first
    assert presses.n <= 2 and heading.inner_text().startswith("Timeline of patient")
    assert heading.bounding_box()["y"] <= FIRST_FIGURE


def test_share_copies_the_address_in_one_press(screen, server):
    view = screen(server, **DESK)
    view.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    view.open("/survival?by=sex")
    view.page.get_by_role("button", name="Share").click()
    view.page.get_by_text("Address copied").wait_for()
    assert view.page.evaluate("navigator.clipboard.readText()").endswith("/survival?by=sex")


def test_a_segment_of_a_bar_opens_the_names_behind_it(screen, server):
    view = screen(server, **DESK)
    view.open("/response")
    bar = view.page.locator("[data-testid=stVegaLiteChart]").first.locator(".mark-rect path").first
    box = bar.bounding_box()
    view.act(lambda: view.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2))
    view.page.get_by_text("Cohort, CR: ").wait_for()


def test_a_tile_opens_the_names_behind_it(screen, server):
    view = screen(server, **DESK)
    view.open("/")
    view.act(view.page.locator("button.tile").nth(1).click)
    assert any(
        text.startswith("MRD-negative remission at month 3") for text in view.page.locator("h2").all_inner_texts()
    )


def test_no_page_asks_for_something_that_is_not_there(screen, server):
    """Streamlit's script would try the server under the name of the page: two errors in the console."""
    view, errors = screen(server, **DESK), []
    view.page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    for path in ("/survival", "/patients?by=product"):
        view.open(path)
        first_figure(view)
    asked = [url for url in view.requested if "_stcore" in url]
    assert errors == [] and asked and not [url for url in asked if "/survival/" in url or "/patients/" in url]


def test_on_a_telephone_the_head_has_three_rows_tiles_stand_abreast_and_plots_keep_their_room(screen, server):
    view = screen(server, **PHONE)
    view.open("/watchlist?sex=female&by=product&burden=high")
    box = view.page.locator(".st-key-head").bounding_box()
    assert box["y"] + box["height"] <= 110
    chips = view.page.locator(".st-key-chips button:visible")
    assert chips.count() >= 3 and len({round(chip.bounding_box()["y"]) for chip in chips.all()}) == 1
    tiles = [tile.bounding_box() for tile in view.page.locator("[class*='st-key-tiles-'] button:visible").all()]
    assert len({round(tile["x"]) for tile in tiles}) == 2 and max(t["x"] + t["width"] for t in tiles) <= 390
    view.open("/programme")
    chart = view.page.get_by_test_id("stVegaLiteChart").first
    chart.locator(".role-axis-domain line").first.wait_for(state="attached")
    axes = (
        "e => Math.max(...[...e.querySelectorAll('.role-axis-domain line')].map(x => x.getBoundingClientRect().width))"
    )
    assert chart.evaluate(axes) >= 200  # 110 with the numbers beside the plot
