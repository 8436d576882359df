"""The page Data: what is loaded, and a file of one's own in this session only."""

import io
import os
import zipfile
from pathlib import Path

import pytest
import streamlit as st

from data_access.load import load_source
from data_access.try_file import try_file
from pages.parts.server import uploads
from tests.data_access.bundles import ROWS, write_bundle
from tests.data_access.datasets import COHORT, TISA
from tests.data_access.test_any_tables import PATIENT as TABLES_PATIENT
from tests.pages.twelve import app_reads, open_page, patients_line

DATA = "data"


def packed(folder: Path) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for path in folder.iterdir():
            archive.write(path, path.name)
    return content.getvalue()


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    """The literal bundle as a ZIP file."""
    return packed(write_bundle(tmp_path_factory.mktemp("bundle") / "b"))


@pytest.fixture
def opened(tmp_path):
    """The page Data over a database with rows set aside; nothing wrong on it."""
    wrong = ROWS | {"patient": [*ROWS["patient"], dict(patient_id="7"), dict(patient_id="8")]}
    url = f"sqlite:///{tmp_path / 'a.db'}"
    load_source(write_bundle(tmp_path / "w", wrong), url, set_aside=tmp_path / "aside.csv")
    with app_reads(url):
        yield lambda **query: open_page(DATA, **query)


def texts(app):
    return "\n".join([t.value for t in app.text] + [m.value for m in app.markdown] + [i.value for i in app.info])


def test_what_is_loaded_is_said_with_rows_history_and_what_was_set_aside(opened):
    app = opened()
    assert not app.exception and not app.error
    said = texts(app)
    assert (
        "Literal cohort\nTests\nData cut-off 2024-06-30." in said and "2 rows were set aside because of errors" in said
    )
    rows, history = (frame.value for frame in app.dataframe)
    assert dict(zip(rows["table"], rows["rows"], strict=True))["patient"] == len(ROWS["patient"])
    assert history[["patients", "set_aside"]].to_numpy().tolist() == [[len(ROWS["patient"]), 2]]


def test_rows_set_aside_are_counted_on_every_screen(opened):
    for page in ("survival", "overview", "data"):
        app = open_page(page)
        assert any("2 rows set aside at import" in m.value for m in app.markdown), page


def hand_over(app, content, name="own.zip"):
    app.file_uploader[0].set_value((name, content, "application/zip"))
    app.run()
    return app.button(key="own:check").click().run()


def test_a_right_file_can_be_opened_and_every_screen_says_that_it_is_this_session_only(opened, bundle):
    app = hand_over(opened(data_figure="own"), bundle)
    assert not app.exception and "0 error(s), 0 warning(s)" in texts(app)
    app.button(key="own:open").click().run()
    assert not app.exception
    assert any("This session only" in m.value for m in app.markdown)
    assert any("this session only, " in t.value and "Not a medical device" in t.value for t in app.text)
    other = open_page("overview")  # another session
    assert not any("This session only" in m.value for m in other.markdown)
    app.button(key="own:close").click().run()
    assert not any("This session only" in m.value for m in app.markdown) and not app.exception


def test_every_problem_of_a_wrong_file_is_listed_and_it_cannot_be_opened(opened, tmp_path):
    wrong = ROWS | {"patient": [*ROWS["patient"], dict(patient_id="7", sex="both", birth_month="14.02.2010")]}
    app = hand_over(opened(data_figure="own"), packed(write_bundle(tmp_path / "x", wrong)))
    [table] = [frame.value for frame in app.dataframe if "code" in frame.value]
    assert table[["severity", "code", "file", "row"]].to_numpy().tolist() == [
        ["ERROR", "not-a-pseudonym", "patient.csv", 4],
        ["ERROR", "not-allowed", "patient.csv", 4],
        ["ERROR", "not-a-month", "patient.csv", 4],
    ]
    assert "14.02" not in table.to_string()
    assert not any(button.key == "own:open" for button in app.button) and "cannot be opened" in texts(app)


def test_the_books_of_tables_are_shown_whole(opened):
    app = opened(data_figure="own")
    app.selectbox(key="own:kind").set_value("tables").run()
    mapping = f'{COHORT}{TISA}[tables]\nsubject = "ID"\n{TABLES_PATIENT}'.encode()
    app.file_uploader[1].set_value(("m.toml", mapping, "application/toml"))
    app = hand_over(app, b"ID,NOTE\nP1,x\n", "pat.csv")
    assert not app.exception
    assert "pat.csv: 1 row read, 1 taken, 0 left out\n  values that nothing takes: NOTE (1)" in texts(app)


def test_where_the_server_is_configured_so_no_file_can_be_handed_over(opened, tmp_path, monkeypatch):
    (tmp_path / "c.toml").write_text("[data]\ntry_own = false\n", "utf-8")
    monkeypatch.setenv("COHORT_CONFIG", str(tmp_path / "c.toml"))
    uploads.may_try_own.cache_clear()
    try:
        app = opened(data_figure="own")
        assert not app.file_uploader and "no file can be handed over" in texts(app)
    finally:
        uploads.may_try_own.cache_clear()


def test_a_file_is_checked_and_held_in_memory_alone(bundle, monkeypatch):
    monkeypatch.setattr("tempfile.TemporaryFile", None)
    written = []
    real = os.open
    monkeypatch.setattr(
        os,
        "open",
        lambda path, flags, *a, **k: (written.append(path) if flags & os.O_CREAT else None, real(path, flags, *a, **k))[
            1
        ],
    )
    found = try_file("own.zip", bundle)
    assert found.is_right and found.rows["patient"] == len(ROWS["patient"]) and written == []
    table = b"ID,SEX\nP1,female\nP2,F\n"
    mapping = f'{COHORT}{TISA}[tables]\nsubject = "ID"\n{TABLES_PATIENT}sex = "SEX"\n'.encode()
    wrong = try_file("pat.csv", table, "tables", mapping)
    assert [(p.file, p.code, p.row) for p in wrong.problems.errors] == [("pat.csv", "not-allowed", 3)] and written == []


def test_the_version_of_a_tried_file_is_that_of_its_import(bundle, tmp_path):
    (tmp_path / "b.zip").write_bytes(bundle)
    loaded = load_source(tmp_path / "b.zip", f"sqlite:///{tmp_path / 'a.db'}")
    assert try_file("b.zip", bundle).content_sha256 == loaded.content_sha256


@pytest.mark.parametrize(
    ("name", "content"), [("own.zip", b"no zip"), ("own.zip", b""), ("../../x", b"PK\x05\x06" + b"\0" * 18)]
)
def test_what_is_no_bundle_is_said(name, content):
    found = try_file(name, content)
    assert not found.is_right and found.problems.count("ERROR")


def test_forms_and_examples_can_be_downloaded(opened, monkeypatch):
    offered = {}
    monkeypatch.setattr(st, "download_button", lambda label, data, name, *a, **k: offered.update({name: data}))
    opened(data_figure="forms")
    made = {name: data() for name, data in offered.items()}
    assert {"patient.csv", "manifest.json"} <= set(zipfile.ZipFile(io.BytesIO(made["template.zip"])).namelist())
    assert made["tables-mapping.toml"].startswith(b"#") and made["redcap-data-dictionary.csv"].startswith(b"Variable")
    assert patients_line(open_page("overview"))
