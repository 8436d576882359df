"""Files as a browser gets them."""

import hashlib

from figures.columns import column_words
from tests.csv_files import facts_and_rows, taken_apart


def open_part(view, name, is_open):
    """Numbers and files of a figure stand behind one click each. is_open: what can be seen once they do."""
    if not is_open.count():
        view.act(view.page.get_by_test_id("stMain").get_by_role("button", name=name, exact=True).first.click)


def open_downloads(view):
    """The files of the first figure."""
    open_part(view, "Download", view.page.get_by_text("CSV: "))


def download(view, label):
    open_downloads(view)
    with view.page.expect_download() as waiting:
        view.page.get_by_role("button", name=label).first.click()
    path = waiting.value.path()
    return waiting.value.suggested_filename, path.read_bytes()


def parts(content):
    facts, rows = facts_and_rows(content)
    return facts, taken_apart(content.decode("utf-8-sig"))[1].encode(), rows


def shown_table(view):
    """Column names and rows of cells of the first table, from the accessible grid inside its canvas."""
    open_part(view, "Numbers", view.page.get_by_test_id("stMain").get_by_test_id("stDataFrame"))
    grid = view.page.get_by_test_id("stMain").get_by_test_id("stDataFrame").first.locator("table[role=grid]")
    names = grid.evaluate("g => [...g.querySelectorAll('thead th')].map(c => c.textContent)")
    return names, grid.evaluate(
        "g => [...g.querySelectorAll('tbody tr')].map(r => [...r.querySelectorAll('td')].map(c => c.textContent))"
    )


def heading_of(view):
    """The first figure's title; its n does not break across lines."""
    return view.page.get_by_role("heading", level=2).first.inner_text().replace("\xa0", " ")


def test_a_downloaded_file_parses_carries_its_hash_and_equals_the_table_shown(screen, server):
    view = screen(server)
    view.page.set_viewport_size({"width": 2600, "height": 1400})  # the grid holds the cells in sight only
    view.open("/survival?sex=female&by=product")
    name, content = download(view, "CSV: numbers")
    comments, body, (header, *rows) = parts(content)
    assert name.startswith("os_numbers_") and name.endswith(".csv")
    assert any(c.endswith(hashlib.sha256(body).hexdigest()) for c in comments)
    assert f"Rows: {len(rows)}" in comments and "Filters: sex = Female" in comments
    names, shown = shown_table(view)
    places = [[column_words(code) for code in header].index(name) for name in names]
    assert len(shown) >= 5
    assert [words(row) for row in shown] == [words(row[i] for i in places) for row in rows[: len(shown)]]
    unseen = set(range(len(header))) - set(places)
    assert all(len({row[i] for row in rows}) == 1 for i in unseen)  # a column that says one thing is not shown


def words(row):
    """Cells as compared: the screen rounds numbers to three decimals and writes None for missing."""
    return [f"{float(c):.3f}" if is_number(c) else "" if c == "None" else c for c in row]


def is_number(cell):
    try:
        float(cell)
    except ValueError:
        return False
    return True


def test_the_patients_behind_a_figure_are_its_n(screen, server):
    view = screen(server)
    view.open("/survival?sex=female")
    n = int(heading_of(view).split("n = ")[1].split(")")[0])
    _, _, (header, *rows) = parts(download(view, "CSV: patients")[1])
    assert len({row[header.index("USUBJID")] for row in rows}) == n


def test_another_cohort_is_another_file(screen, server):
    names = set()
    for query in ("", "?sex=female", "?molecular=yes"):
        view = screen(server)
        view.open("/survival" + query)
        names.add(download(view, "CSV: numbers")[0])
    assert len(names) == 3


def test_a_figure_is_downloaded_as_an_image_with_title_n_and_label(screen, server):
    view = screen(server)
    view.open("/survival?sex=female&by=product")
    heading = heading_of(view)
    open_downloads(view)
    with view.page.expect_download(timeout=60_000) as waiting:
        view.page.get_by_role("button", name="SVG", exact=True).first.click()
    svg = waiting.value.path().read_text("utf-8").replace("\xa0", " ")
    assert waiting.value.suggested_filename.startswith("os_image_") and "<svg" in svg
    assert heading.replace("≥", "").split(" by ")[0] in svg and heading.split("(")[1].split(")")[0] in svg
    assert "Not a medical device" in svg and "Filtered by Sex: Female" in svg
