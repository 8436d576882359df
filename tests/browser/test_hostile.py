"""Hostile text in the database and a database that goes away, as a browser sees them."""

import re
import shutil

import pytest

from data_access.load import load_bundle
from data_access.manifest import refresh_manifest
from tests.browser.conftest import ROOT
from tests.browser.facets import facets, option
from tests.browser.test_sidebar import PAGES, patients

TRAP = "http://127.0.0.1:9/trap"
NAME = f"![x]({TRAP}) <img src={TRAP}> :material/home: $x$ [y]({TRAP}) <b>x</b>"


def hostile_bundle(folder):
    """The sample cohort with a product and a centre whose names are Markdown and HTML."""
    shutil.copytree(ROOT / "sample_data", folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    for file, old in (("product.csv", "tisagenlecleucel"), ("patient.csv", "C01")):
        path = folder / file
        path.write_bytes(path.read_bytes().replace(old.encode(), NAME.encode()))
    refresh_manifest(folder)
    return folder


@pytest.fixture(scope="module")
def hostile_url(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    url = f"sqlite:///{folder}/cohort.db"
    load_bundle(hostile_bundle(folder / "bundle"), url)
    return url


def test_names_from_the_database_are_text_on_every_page(screen, start, hostile_url):
    server = start(DATABASE_URL=hostile_url)
    for page in PAGES:
        view = screen(server)
        view.open(f"/{page}?product=TISA&by=centre")
        assert patients(view)[0] > 0
        assert view.page.get_by_role("button", name="Product: ![x]").count() == 1, page
        assert option(view, "Product", NAME).count() == option(view, "Centre", NAME).count() == 1, page
        assert facets(view).locator("img, a, b").count() == 0, page
        assert not [url for url in view.requested if "trap" in url], page
        assert view.page.locator(f'a[href="{TRAP}"], img[src="{TRAP}"]').count() == 0, page


def test_an_outage_is_a_sentence_and_ends_when_the_database_is_there(screen, start, hostile_url, tmp_path):
    view = screen(start(DATABASE_URL=f"sqlite:///{tmp_path}/cohort.db"))
    view.open("/survival")
    assert re.search(r"Error [0-9a-f]{8}\.", view.text())
    assert not re.search("Traceback|SELECT|cohort\\.db", view.text()) and not list(tmp_path.iterdir())
    shutil.copy(hostile_url.removeprefix("sqlite:///"), tmp_path / "cohort.db")
    view.act(view.page.reload)
    assert patients(view)[0] > 0
