"""The weekly questions in Chromium: who lost aplasia early, who is overdue for MRD, in presses from the start."""

import re

import pytest


@pytest.fixture
def view(screen, server):
    return screen(server, width=1440, height=900)


def rows_of(view):
    """The CSV of the list that is shown, as (header, rows)."""
    view.act(view.page.get_by_text("Download", exact=True).first.click)
    with view.page.expect_download() as download:
        view.page.get_by_role("button", name=re.compile("^CSV")).first.click()
    lines = download.value.path().read_text("utf-8-sig").splitlines()
    header, *rows = [line.split(",") for line in lines if not line.startswith("#")]
    return header, rows


@pytest.mark.parametrize(
    ("rule", "kind", "codes"),
    [
        ("B-cell recovery in remission", "Confirmed, before 6 months", {"early_confirmed"}),
        ("Assessment overdue", "MRD", {"mrd"}),
    ],
)
def test_the_names_behind_a_weekly_question_are_two_presses_from_the_first_screen(view, rule, kind, codes):
    view.open("/")
    view.act(view.page.locator(".st-key-attention").get_by_role("button", name=rule).click)
    tile = view.page.get_by_role("button", name=re.compile(rf"^\d+ {re.escape(kind)}$"))
    n = int(tile.inner_text().split()[0])
    view.act(tile.click)
    assert f"{n} of " in view.page.locator("p.answer").first.inner_text()
    header, rows = rows_of(view)
    place = {name: header.index(name) for name in ("USUBJID", "KIND", "RULECD")}
    assert len({row[place["USUBJID"]] for row in rows}) == n
    assert {row[-1] for row in rows} <= codes or {row[place["KIND"]] for row in rows} == codes


def test_what_is_new_is_marked_and_a_story_shows_findings_and_what_is_due(view):
    view.open("/watchlist?watch_since=91&watch_which=new")
    answer = view.page.locator("p.answer").first.inner_text()
    assert re.match(r"\d+ of \d+ patients have a new finding", answer)
    table = view.page.locator("[data-testid=stDataFrame]").first
    box = table.bounding_box()
    view.act(lambda: view.page.mouse.click(box["x"] + 18, box["y"] + 35 + 13))
    view.act(view.page.get_by_role("button", name="Open the story of").click)
    text = view.text()
    assert "Timeline of patient" in text and "due" in text.lower()


def test_due_dates_go_out_as_a_calendar(view):
    view.open("/follow_up")
    view.act(view.page.get_by_role("tab", name=re.compile("due", re.I)).first.click)
    view.act(view.page.get_by_text("Download", exact=True).first.click)
    with view.page.expect_download() as download:
        view.page.get_by_role("button", name=re.compile("ICS|calendar", re.I)).first.click()
    calendar = download.value.path().read_text("utf-8")
    assert calendar.startswith("BEGIN:VCALENDAR") and "BEGIN:VEVENT" in calendar


def test_a_centre_between_control_limits_is_told_with_its_numbers_and_nobody_is_ranked(view):
    view.open("/programme")
    view.act(view.page.get_by_role("tab", name=re.compile("Funnel")).click)
    assert view.page.locator("[data-testid=stVegaLiteChart] svg").count() == 1
    assert "this is no ranking" in view.text().lower()
