"""What several rooms' tests share: one PostgreSQL per test worker, started by the first test that asks; the twelve
literal patients under the app, and an open session of every page on them. And which tests count for coverage."""

import gc
import os
from pathlib import Path

import pytest

from tests.postgresql import Server

# As the server does it (pages/parts/server/linear_algebra.py), before numpy is there: two workers on two cores would
# wait for one another's threads in loops.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
TESTS = Path(__file__).parent
COMPARED = "values compared"
TRACED = pytest.StashKey[bool]()
MEASURED = {"charts", "data_access", "endpoints", "estimators"}  # rooms whose own tests must reach their branches
TRACED_ONCE = {"endpoints"}  # rooms of which a test is traced with its first parameters only


def pytest_collection_modifyitems(items):
    """Tracing doubles the time of a test. Tests of other rooms are not traced, since that a page passes through a line
    says little, nor is what passes again and again through the same lines: identities over generated data, what is
    marked `untraced` (a schema of thousands of rules, every picture at three widths), and the protocol's tests with
    other parameters than their first ones, since a derivation is of all patients at once."""
    met = set()
    for item in items:
        room, test = item.path.relative_to(TESTS).parts[0], item.nodeid.split("[")[0]
        again = test in met and room in TRACED_ONCE
        item.stash[TRACED] = room in MEASURED and not (
            again or hasattr(item.obj, "hypothesis") or item.get_closest_marker("untraced")
        )
        met.add(test)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session):
    """A worker of pytest-xdist has two tracers: pytest-cov 7.1 starts one as it is loaded, of which nothing is kept,
    and in its own session start that of the worker. The first would go on whenever the second is paused."""
    if hasattr(session.config, "workerinput") and (controller := tracing(session.config)):
        controller.pause()


def tracing(config):
    """What starts and stops the trace of --cov; None without."""
    return getattr(config.pluginmanager.getplugin("_cov"), "cov_controller", None)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item):
    """With --cov: trace this test and its fixtures, or neither. (A mark of pytest-cov spares the test alone.)"""
    controller = tracing(item.config)
    if controller and controller.started != item.stash[TRACED]:
        (controller.resume if item.stash[TRACED] else controller.pause)()
    return (yield)


def pytest_terminal_summary(terminalreporter):
    """How many values were held against another, and in how many cohorts, over all workers."""
    reports = terminalreporter.stats.get("passed", [])
    counts = [n for report in reports for name, n in getattr(report, "user_properties", ()) if name == COMPARED]
    if counts:
        terminalreporter.write_line(f"one value: {sum(counts):,} values compared in {len(counts)} cohorts")


def pytest_collection_finish():
    """What was imported stays until the end: later collections of garbage need not walk it. Frames come and go by the
    thousand, most of them in no circle: looking for circles after every 700 objects takes a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def own_state(tmp_path_factory):
    """What the app keeps for the user stands in a folder of the tests; servers that they start inherit it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        patch.delenv("COHORT_AUDIT", raising=False)
        yield


@pytest.fixture(scope="session")
def postgresql():
    """The server; `postgresql.fresh()` gives an empty database, `postgresql.copy_of(key, load)` a loaded one."""
    server = Server()
    yield server
    server.remove()


@pytest.fixture
def empty_database(postgresql):
    """A PostgreSQL database with the README's roles and no table: `.owner` imports, `.reader` reads."""
    made = postgresql.fresh()
    yield made
    postgresql.drop(made)


@pytest.fixture(scope="module")
def twelve(tmp_path_factory):
    """The app reads the twelve literal patients; gives the dataset version."""
    from tests.pages.twelve import database  # Streamlit and the app: the estimators' tests do without

    with database(tmp_path_factory.mktemp("twelve")) as version:
        yield version


@pytest.fixture(scope="module")
def apps(twelve):
    """{page: an open session} on the twelve."""
    from tests.pages.twelve import PAGES, open_page

    return {page: open_page(page) for page in PAGES}


@pytest.fixture
def tabs(monkeypatch):
    """{choice: codes of its tabs} of the last run of a page."""
    from tests.pages.twelve import note_tabs

    return note_tabs(monkeypatch)
