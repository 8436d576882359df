"""A11, A15, B03, B04 and N04 on a live server: an open page goes through an outage and comes back by itself."""

import re
import shutil
import time

import pytest

from data_access.load import load_bundle
from tests.live import Server
from tests.pages.twelve import PATIENTS, write_bundle

ERROR = re.compile(r"(?P<said>.+) Error [0-9a-f]{8}\.")
LEAKS = re.compile(r"Traceback|SELECT |/tmp|\.db\b|://|psycopg|host=|change-me")


@pytest.fixture(scope="module")
def bundles(tmp_path_factory):
    """Ten infused patients, and five of them."""
    folder = tmp_path_factory.mktemp("outage")
    return write_bundle(folder / "ten", *PATIENTS), write_bundle(folder / "five", *PATIENTS[:5])


def wait_for(view, text, seconds=10):
    """Without a click or a key: until the text stands on the open page, and a figure below it."""
    for awaited in (text, "(n = "):
        view.page.get_by_text(awaited).first.wait_for(timeout=seconds * 1000)
    return view.text()


def rerun(view):
    """As a click on a widget would: ask the server for the page again."""
    return view.act(view.page.reload).text()


def said(view):
    """The sentence of a page that could not be drawn; no half page, nothing leaked."""
    text = view.text()
    assert not LEAKS.search(text) and "(n = " not in text and "patients" not in text, text
    return ERROR.search(text)["said"]


def whole(text):
    return "(n = " in text and not ERROR.search(text)


def test_a15_a11_n04_a_file_that_goes_comes_back_and_is_replaced_under_an_open_page(screen, bundles, tmp_path):
    path = tmp_path / "cohort.db"
    load_bundle(bundles[0], f"sqlite:///{path}")
    server = Server(DATABASE_URL=f"sqlite:///{path}")
    try:
        view = screen(server)
        assert whole(view.open("/survival").text()) and server.ready()[0] == 200
        away = shutil.move(path, tmp_path / "away")
        rerun(view)
        assert "must be a file, got: none" in said(view) and server.ready()[0] == 503
        assert "tries again by itself" in view.text()
        shutil.move(away, path)
        assert whole(wait_for(view, "10 of 10 infused patients")) and server.ready()[0] == 200
        asked = view.sent
        view.page.wait_for_timeout(6000)
        assert view.sent == asked, "a page that is whole must not go on trying"
        load_bundle(bundles[1], f"sqlite:///{path}")
        assert whole(rerun(view)) and "5 of 5 infused patients" in view.text()
    finally:
        server.stop()


def test_b03_b04_n04_a_server_that_stops_and_comes_back_under_an_open_page(screen, bundles, postgresql):
    made = postgresql.fresh()
    load_bundle(bundles[0], made.owner)
    server = Server(DATABASE_URL=made.reader)
    try:
        view = screen(server)
        assert whole(view.open("/overview").text()) and server.ready()[0] == 200
        postgresql.stop()
        started = time.monotonic()
        status, content = server.ready()
        assert status == 503 and "does not answer" in content["reason"] and not LEAKS.search(content["reason"])
        rerun(view)
        assert "does not answer" in said(view) and time.monotonic() - started < 10
        postgresql.start()
        assert whole(wait_for(view, "10 of 10 infused patients")) and server.ready()[0] == 200
    finally:
        server.stop()
        if postgresql.process.poll() is not None:
            postgresql.start()
        postgresql.drop(made)
