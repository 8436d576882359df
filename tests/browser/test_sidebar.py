"""Filters and the URL in a real browser: what AppTest cannot show."""

import re

import pytest

from tests.browser.facets import checked, option, pick
from tests.live import free_port

PAGES = ("overview", "patients", "response", "mrd", "b_cell_aplasia", "relapse", "survival", "transplant", "toxicity")
FILTERED = "?age=0-40&sex=female"


def patients(screen):
    """The numbers of `n of N infused patients` above the page."""
    return tuple(map(int, re.search(r"(\d+) of (\d+) infused patients", screen.text()).groups()))


def go_to(screen, title):
    screen.act(screen.page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True).click)


def test_a_filter_survives_the_menu_a_reload_and_back(screen, server):
    view = screen(server)
    everybody = patients(view.open("/"))
    pick(view, "Sex", "Female")
    women = patients(view)
    assert women[0] < everybody[0] and women[1] == everybody[1] and view.query == "?sex=female"
    go_to(view, "Survival")
    assert (view.path, view.query, patients(view)) == ("/survival", "?sex=female", women)
    view.act(view.page.reload)
    assert (view.path, view.query, patients(view)) == ("/survival", "?sex=female", women)
    go_to(view, "MRD")
    assert (view.path, view.query, patients(view)) == ("/mrd", "?sex=female", women)


def test_back_returns_over_filters_and_pages_in_one_press_each(screen, server):
    view = screen(server)
    everybody = patients(view.open("/"))
    pick(view, "Sex", "Female")
    women = patients(view)
    view.act(view.page.get_by_role("button", name="Sex: ").click)
    assert patients(view) == everybody and view.query == "" and not checked(view)
    view.act(view.page.go_back)
    assert (view.path, view.query, patients(view)) == ("/", "?sex=female", women)
    go_to(view, "Survival")
    go_to(view, "MRD")
    assert (view.path, view.query, patients(view)) == ("/mrd", "?sex=female", women)
    for path in ("/survival", "/"):
        view.act(view.page.go_back)
        assert (view.path, view.query, patients(view)) == (path, "?sex=female", women)
    view.act(view.page.go_back)
    assert (view.path, view.query, patients(view)) == ("/", "", everybody)
    view.act(view.page.go_forward)
    assert (view.path, view.query, patients(view)) == ("/", "?sex=female", women)
    view.act(view.page.go_forward)
    assert (view.path, view.query, patients(view)) == ("/survival", "?sex=female", women)
    assert checked(view) == {("Sex", "Female")}


def test_a_menu_click_without_choices_and_then_a_filter_are_one_entry_each(screen, server):
    view = screen(server)
    everybody = patients(view.open("/"))
    go_to(view, "Survival")
    pick(view, "Sex", "Female")
    assert (view.path, view.query) == ("/survival", "?sex=female")
    view.act(view.page.go_back)
    assert (view.path, view.query, patients(view)) == ("/survival", "", everybody)
    view.act(view.page.go_back)
    assert (view.path, view.query, patients(view)) == ("/", "", everybody)


def test_a_pasted_link_reproduces_the_view_in_a_fresh_browser_and_after_a_page_change(screen, server):
    first = screen(server)
    first.open("/relapse?molecular=yes&age=0-40&sex=female&by=product")
    seen = patients(first)
    other = screen(server, fresh=True)
    other.open(first.path + first.query)
    assert patients(other) == seen and other.query == first.query
    assert "Molecular relapse counts as relapse" in other.text()
    go_to(other, "Survival")
    assert (patients(other), other.query) == (seen, first.query)
    go_to(other, "Relapse")
    assert (patients(other), other.query) == (seen, first.query)


@pytest.fixture(scope="module")
def port():
    """Of one server after the other: the browser has Streamlit's scripts from the first."""
    return free_port()


@pytest.mark.parametrize("page", PAGES)
def test_a_cold_deep_link_is_complete_on_a_just_started_server(screen, start, port, page):
    view = screen(start(port=port))
    view.open(f"/{page}{FILTERED}")
    n, of = patients(view)
    assert 0 < n < of
    assert "Not a medical device" in view.text()
    assert "Synthetic data" in view.text() and view.page.get_by_text("error", exact=False).count() == 0
    assert view.page.get_by_role("button", name="Sex: ").count() == 1
    assert view.query == FILTERED


def test_reset_and_chips_work_from_an_empty_cohort(screen, server):
    view = screen(server)
    view.open("/survival?age=99-100&sex=female")
    assert "No infused patient matches all filters" in view.text() and patients(view)[0] == 0
    view.act(view.page.get_by_role("button", name="Age: ").click)
    assert patients(view)[0] > 0 and view.query == "?sex=female"
    view.act(view.page.get_by_role("button", name="Reset all").click)
    assert view.query == ""


def test_a_hostile_address_is_named_as_text_and_calls_nobody(screen, server):
    view = screen(server)
    view.open("/survival?sex=![x](http://127.0.0.1:9999/b)&zzz=%00%3Cscript%3E&age=nan&mrd_visit=" + "9" * 5000)
    assert "Sex has no option '![x](http://127.0.0.1:9999/b)'" in view.text() and "'zzz'" in view.text()
    assert view.query == "" and not [url for url in view.requested if "9999/b" in url and "localhost" not in url]


def test_two_filters_clicked_fast_both_count(screen, server):
    view = screen(server)
    view.open("/survival")
    option(view, "Sex", "Female").click()
    view.act(option(view, "Sex", "Male").click)
    assert view.query == "?sex=female&sex=male" and checked(view) == {("Sex", "Female"), ("Sex", "Male")}
    assert view.page.get_by_role("button", name="Sex: Female, Male").count() == 1


def test_n03_nothing_is_asked_of_another_host(screen, server):
    view = screen(server)
    view.open("/survival")
    assert {url.split("/")[2] for url in view.requested if url.startswith(("http", "ws"))} == {server.url.split("/")[2]}


def test_an_option_that_a_page_does_not_have_costs_no_entry_of_its_own(screen, server):
    view = screen(server)
    before = "?sex=female&follow_assessment=igg&follow_visit=D28"
    view.open(f"/survival{before}")
    asked, entries = view.query, view.page.evaluate("history.length")
    assert "follow_visit=D28" in asked
    go_to(view, "Follow-up")
    assert "is not available on this page" in view.text()
    assert "sex=female" in view.query and "D28" not in view.query
    assert view.page.evaluate("history.length") == entries + 1
    view.act(view.page.go_back)
    assert (view.path, view.query) == ("/survival", asked)
    view.act(view.page.go_forward)
    assert view.path == "/follow_up" and "D28" not in view.query and patients(view)[0] > 0
