"""From picture to patients in Chromium: a mark that is pressed shows the names behind it, as many as its count."""

import re

import pytest


@pytest.fixture
def view(screen, server):
    return screen(server, width=1440, height=1000)


def tab(view, words):
    view.act(view.page.get_by_role("tab", name=words, exact=True).click)


def marks(view, place, chart=0):
    """The marks of a layer of a chart that hold something, by what they say of themselves."""
    return view.page.get_by_test_id("stVegaLiteChart").nth(chart).locator(place)


def data(mark):
    """The row of the frame that a mark is drawn from."""
    return mark.evaluate("e => ({...e.__data__.datum})")


def press(view, mark):
    mark.scroll_into_view_if_needed()
    view.act(lambda: mark.click(force=True))


def said(view):
    """(what was pressed, patients behind it), as the list of names says over itself."""
    found = re.findall(r"^(.+): (\d+) patients$", view.text(), re.M)
    assert len(found) == 1, found
    return found[0][0], int(found[0][1])


def test_a_step_of_the_overview_opens_its_names_and_closes_them_again(view):
    view.open("/")
    steps = view.page.locator("li.step button")
    assert steps.count() == 5
    for i in (1, 4):
        words, n = steps.nth(i).locator(".label").inner_text(), steps.nth(i).locator(".value").inner_text()
        view.act(steps.nth(i).click)
        assert f"{words} (n = {n})" in view.text()
    view.act(steps.nth(4).click)
    assert f"{words} (n = {n})" not in view.text()


def test_a_bar_of_infusions_opens_the_names_of_its_quarter(view):
    view.open("/")
    bar = marks(view, ".mark-rect.role-mark path").nth(3)
    press(view, bar)
    assert said(view) == (f"{data(bar)['period']}, Cohort", data(bar)["n"])


def test_a_cell_of_the_follow_up_board_opens_the_names_in_it_and_a_total_those_of_its_row(view):
    view.open("/follow_up")
    cells = marks(view, ".mark-rect.role-mark path")
    rows = [data(cells.nth(i)) for i in range(cells.count())]
    one = next(i for i, row in enumerate(rows) if "All" not in row["row"] + row["column"])
    total = next(i for i, row in enumerate(rows) if row["column"] == "All quarters" and row["row"] != "All centres")
    for i in (one, total):
        press(view, cells.nth(i))
        who, n = said(view)
        assert who == ", ".join(part for part in (rows[i]["row"], rows[i]["column"]) if part != "All quarters")
        assert n >= int(re.search(r"(\d+)/(\d+)", rows[i]["words"])[2])  # of them some are not yet due


def test_a_row_of_the_outcome_board_opens_the_names_of_its_level(view):
    view.open("/programme")
    dots = marks(view, ".mark-symbol.role-mark path")
    for i in (0, dots.count() - 1):
        group, n = data(dots.nth(i))["strata"], int(re.search(r"n = (\d+)", data(dots.nth(i))["text"])[1])
        press(view, dots.nth(i))
        assert said(view) == ("Everybody" if group == "Cohort" else group, n)


def test_a_bar_of_the_flow_opens_the_names_it_counts(view):
    view.open("/")
    tab(view, "Headline numbers and flow")
    bars = marks(view, ".mark-rect.role-mark path", chart=1)
    for i in (0, bars.count() - 1):
        press(view, bars.nth(i))
        assert said(view) == (data(bars.nth(i))["stage"], data(bars.nth(i))["n"])


@pytest.mark.parametrize("path, chart", [("/response?by=product", 1), ("/toxicity?by=product", 1)])
def test_a_dot_of_a_rate_opens_the_names_of_its_denominator(view, path, chart):
    view.open(path)
    dots = marks(view, ".mark-symbol.role-mark path", chart)
    mark = data(dots.nth(1))
    press(view, dots.nth(1))
    n = int(re.match(r"\d+/(\d+)", mark["text"])[1])
    assert said(view) == (f"{mark['strata']}, {mark['outcome']}", n)


def test_a_cell_of_completeness_opens_the_names_of_those_asked(view):
    view.open("/follow_up")
    tab(view, "Completeness per visit")
    cell = marks(view, ".mark-rect.role-mark path").nth(5)
    press(view, cell)
    mark = data(cell)
    assert said(view) == (f"{mark['row']}, {mark['column']}", int(re.search(r"(\d+)/(\d+)", mark["words"])[2]))


def test_a_centre_of_the_funnel_opens_its_names(view):
    view.open("/programme")
    tab(view, "Funnel plot")
    dot = marks(view, ".mark-symbol.role-mark path").nth(0)
    press(view, dot)
    assert said(view) == (data(dot)["strata"], data(dot)["n"])


def test_a_row_of_a_forest_opens_its_names(view):
    view.open("/survival")
    tab(view, "Survival by subgroup")
    dot = marks(view, ".mark-symbol.role-mark path").nth(2)
    press(view, dot)
    mark = data(dot)
    assert said(view) == (f"{mark['factor']}, {mark['strata']}", mark["n"])


def numbers_at_risk(view):
    """The numbers at risk under a curve, by what they say of themselves."""
    last = view.page.get_by_test_id("stVegaLiteChart").count() - 1
    rows = marks(view, ".mark-text.role-mark text", chart=last)
    found = [(rows.nth(i), data(rows.nth(i))) for i in range(rows.count())]
    return [(mark, row) for mark, row in found if mark.text_content() == str(row.get("n_risk"))]


@pytest.mark.parametrize("path", ["/survival", "/relapse?by=product"])
def test_a_number_at_risk_opens_the_names_of_those_still_at_risk(view, path):
    view.open(path)
    mark, row = numbers_at_risk(view)[2]
    assert row["time"] > 0
    press(view, mark)
    assert said(view) == (f"{row['strata']}, at risk at month {row['time']:g}", row["n_risk"])


def test_without_a_pointer_every_mark_is_chosen_from_a_list(view):
    view.open("/survival")
    row = numbers_at_risk(view)[3][1]
    view.act(view.page.get_by_role("button", name="Patients", exact=True).click)
    assert "at risk at month" not in view.text()
    view.page.get_by_role("combobox", name="Names of").focus()
    view.page.keyboard.type(f"month {row['time']:g}")
    view.act(lambda: view.page.keyboard.press("Enter"))
    assert said(view) == (f"{row['strata']}, at risk at month {row['time']:g}", row["n_risk"])


def test_a_lane_of_the_swimmer_plot_opens_the_story_of_its_patient(view):
    view.open("/patients")
    tab(view, "Swimmer plot")
    lane = marks(view, ".mark-rect.role-mark path").nth(2)
    patient = data(lane)["USUBJID"]
    press(view, lane)
    heading = view.page.get_by_role("heading", name=re.compile(f"patient {re.escape(patient)}")).first
    assert heading.is_visible() and heading.bounding_box()["y"] < 1000
