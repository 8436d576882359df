"""C09, L06: fast clicks end where the widgets stand; the browser's time zone moves no date."""

import re

import pytest

from tests.browser.conftest import Screen
from tests.browser.facets import checked, option
from tests.browser.test_download import download, parts
from tests.browser.test_sidebar import patients

ZONES = ("America/Los_Angeles", "Pacific/Auckland")  # either side of midnight
DATE = re.compile(r"\d{4}-\d\d-\d\d")


def test_C09_a_filter_set_taken_back_and_set_again_in_one_go_is_what_the_widget_shows(screen, server):
    view = screen(server)
    view.open("/survival")
    everybody = patients(view)
    for _ in range(4):  # set, taken back, set again, taken back: none of the runs is waited for
        option(view, "Sex", "Female").click()
    view.act(option(view, "Sex", "Male").click)
    assert checked(view) == {("Sex", "Male")}
    assert view.query == "?sex=male" and view.page.get_by_role("button", name="Sex: Male", exact=False).count() == 1
    n = patients(view)
    fresh = screen(server, fresh=True)
    fresh.open("/survival?sex=male")
    assert n == patients(fresh) != everybody
    heading = view.page.get_by_role("heading", level=2).first.inner_text()
    assert heading == fresh.page.get_by_role("heading", level=2).first.inner_text()


@pytest.mark.parametrize("zone", ZONES)
def test_L06_the_dates_on_the_screen_are_those_of_the_file_whatever_the_browsers_time_zone(browser, server, zone):
    context = browser.new_context(viewport={"width": 2600, "height": 1400}, accept_downloads=True, timezone_id=zone)
    try:
        view = Screen(context.new_page(), server.url)
        view.open("/patients?sex=female")
        assert view.page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone") == zone
        _, _, (_, *rows) = parts(download(view, "CSV: rows")[1])
        grid = view.page.get_by_test_id("stMain").get_by_test_id("stDataFrame").first.locator("table[role=grid]")
        shown = grid.evaluate("g => [...g.querySelectorAll('tbody tr')].map(r => r.innerText)")
        assert len(shown) >= 5
        for line, row in zip(shown, rows, strict=False):
            found = DATE.findall(line)
            assert found and set(found) <= {cell for cell in row if DATE.fullmatch(cell)}, (line, row)
    finally:
        context.close()
