"""A file of one's own, handed over by a browser: checked in words, looked at in this session, gone with it."""

import csv
import io
import zipfile

from data_access.manifest import write_manifest
from tests.browser.conftest import ROOT
from tests.browser.test_download import download

PADDING = 2_000_000  # a form of more than a megabyte would go through a file on the disk


def sample_of(tmp_path, title):
    """A tenth of the sample cohort as a ZIP file that does not shrink, under another title."""
    folder = tmp_path / "own"
    folder.mkdir()
    keep = {row[0] for row in _rows("patient")[1:61]}
    for path in (ROOT / "sample_data").glob("*.csv"):
        header, *rows = _rows(path.stem)
        at = header.index("patient_id") if "patient_id" in header else None
        _write(folder / path.name, [header, *(row for row in rows if at is None or row[at] in keep)])
    write_manifest(folder, title, "2026-09-30", "Invented", synthetic=True)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for path in folder.iterdir():
            archive.write(path, path.name)
        archive.writestr("notes.txt", "x" * PADDING)
    target = tmp_path / "own.zip"
    target.write_bytes(packed.getvalue())
    return target


def _rows(name):
    with (ROOT / "sample_data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def _write(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def test_a_file_is_handed_over_checked_opened_marked_and_gone(screen, server, tmp_path):
    view = screen(server).open("/data?data_figure=own")
    view.act(lambda: view.page.locator("input[type=file]").set_input_files(sample_of(tmp_path, "My own cohort")))
    view.act(lambda: view.page.get_by_role("button", name="Check", exact=True).click())
    assert "0 error(s)" in view.text()
    _, problems = download(view, "CSV: problems")
    assert problems.decode("utf-8-sig").startswith("file,row,column,value,code,severity,message,hint")
    view.act(lambda: view.page.get_by_role("button", name="Open for this session only").click())
    assert "This session only" in view.text() and "(60 enrolled)" in view.text()
    view.act(lambda: view.page.get_by_role("link", name="Survival").click())
    assert "This session only" in view.text()
    view.act(view.page.get_by_role("button", name="Download", exact=True).first.click)
    _, content = download(view, "CSV: numbers")
    assert b"this session only" in content and b"My own cohort" in content
    other = screen(server, fresh=True).open("/survival")
    assert "This session only" not in other.text() and "(600 enrolled)" in other.text()
