"""B18: every number behind every figure of every page is the same on PostgreSQL as on SQLite, to 1e-12.

The sample cohort is read from both; the figures are found by asking the pages, so that a new tab is compared, too.
"""

import numpy as np
import pandas as pd
import pytest
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from data_access.load import load_bundle
from data_access.reading.engine import connect, open_engine
from data_access.reading.queries import dataset_row, read_cohort
from tests.live import ROOT
from tests.pages.twelve import PAGES, WITHOUT_FIGURES, app_reads, figures, note_tabs, open_page, patients_line, visit

TOLERANCE = 1e-12
VIEW = {"by": "product"}


@pytest.fixture(scope="module")
def urls(postgresql, tmp_path_factory):
    """The sample cohort on both: {name: the URL that the app has}."""
    made = postgresql.fresh()
    file = f"sqlite:///{tmp_path_factory.mktemp('two') / 'cohort.db'}"
    for url in (made.owner, file):
        load_bundle(ROOT / "sample_data", url)
    yield {"SQLite": file, "PostgreSQL": made.reader}
    postgresql.drop(made)


@pytest.fixture(scope="module")
def screens(urls):
    """{database: {page: {(tab, figure, what): frame or text}}}."""
    found = {}
    for name, url in urls.items():
        with app_reads(url):
            found[name] = {page: dict(shown_on(page)) for page in PAGES}
    return found


def shown_on(page):
    """Everything of the cohort on every tab of a page: frames of pictures, tables, and the words with numbers."""
    with pytest.MonkeyPatch.context() as patched:
        tabs = note_tabs(patched)
        app = open_page(page, **VIEW)
        yield ("", "", "patients"), patients_line(app)
        yield from shown_at("", app)
        for choice, codes in list(tabs.items()):
            for code in codes[1:]:
                yield from shown_at(code, visit(app, VIEW | {choice: code}))


def shown_at(tab, app):
    assert not app.exception and not app.error, [e.value for e in app.error]
    for number, figure in enumerate(figures(app)):
        yield (tab, number, "words"), (figure.title, figure.captions, figure.infos, figure.method)
        for kind, frames in (("picture", [p.frame for p in figure.pictures]), ("table", figure.tables)):
            for i, frame in enumerate(frames):
                yield (tab, number, f"{kind} {i}"), frame


def largest_difference(ours: pd.DataFrame, theirs: pd.DataFrame) -> float:
    """Over all numbers of two frames; everything else must be equal."""
    assert list(ours.columns) == list(theirs.columns) and len(ours) == len(theirs)
    largest = 0.0
    for name in ours:
        a, b = ours[name], theirs[name]
        if is_numeric_dtype(a) and not is_bool_dtype(a):
            a, b = a.to_numpy(float, na_value=np.nan), b.to_numpy(float, na_value=np.nan)
            same = (a == b) | (np.isnan(a) & np.isnan(b))
            largest = max([largest, *np.abs(a[~same] - b[~same])])
        else:
            assert a.astype(str).tolist() == b.astype(str).tolist(), name
    return largest


@pytest.mark.parametrize("page", [page for page in PAGES if page not in WITHOUT_FIGURES])
def test_b18_every_number_of_a_page_is_equal_on_both_databases(screens, page):
    ours, theirs = screens["PostgreSQL"][page], screens["SQLite"][page]
    assert list(ours) == list(theirs) and any(isinstance(content, pd.DataFrame) for content in ours.values())
    for where, content in ours.items():
        if isinstance(content, pd.DataFrame):
            assert largest_difference(content, theirs[where]) <= TOLERANCE, where
        else:
            assert content == theirs[where], where


def test_b18_there_is_much_to_compare(screens):
    frames = [f for page in screens["SQLite"].values() for f in page.values() if isinstance(f, pd.DataFrame)]
    assert len(frames) > 80 and sum(f.select_dtypes("number").size for f in frames) > 10_000


def test_b18_every_table_is_equal_on_both_databases(urls):
    read = {}
    for name, url in urls.items():
        with connect(open_engine(url)) as connection:
            row = dataset_row(connection)
            read[name] = row.content_sha256, read_cohort(connection, row, "all")
    (ours, our_tables), (theirs, their_tables) = read["PostgreSQL"], read["SQLite"]
    assert ours == theirs
    for name in our_tables.keys() - {"dataset"}:
        pd.testing.assert_frame_equal(our_tables[name], their_tables[name], check_exact=True)
