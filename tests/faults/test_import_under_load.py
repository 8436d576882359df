"""J19, C07, M02: sessions of a live server keep clicking while the data are swapped, and while the caches are
emptied."""

import itertools
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.browser.conftest import Server
from tests.faults.sessions import Session
from tests.faults.two_versions import AFTER, BEFORE, CUTOFF, INFUSED, swapped

SESSIONS = {"postgresql": 20, "sqlite": 6}  # the pool of connections is what could run short
IMPORTS, CLEARINGS = 3, 2
RUNS_BETWEEN = 8
PAGES = ("", "patients", "mrd", "survival")  # tests/faults/test_new_version.py has them all, one session at a time
NEWS = "The data were updated"


@pytest.fixture(scope="module", params=SESSIONS)
def live(request, tmp_path_factory):
    """(database, server on it, number of sessions)"""
    with swapped(request.param, tmp_path_factory.mktemp(request.param), request) as database:
        database.import_(BEFORE)
        server = Server(DATABASE_URL=database.reader)
        yield database, server, SESSIONS[request.param]
        server.stop()


@pytest.fixture(scope="module")
def sessions(live):
    opened = [Session(live[1].url) for _ in range(live[2])]
    yield opened
    for one in opened:
        one.close()


def drawn_on(url):
    """{page: what is drawn there} for a fresh visitor."""
    visitor = Session(url)
    drawn = {page: visitor.open(page) for page in PAGES}
    visitor.close()
    return drawn


def keep_clicking(session, first, seen, stop):
    """Page after page, from the `first` on, until told to stop and once more; notes (page, what was drawn)."""
    pages = itertools.islice(itertools.cycle(PAGES), first, None)
    while not stop.is_set():
        page = next(pages)
        seen.append((page, session.open(page)))
    seen.append((session.page, session.run()))


def while_clicking(sessions, disturbances):
    """What every session saw while one disturbance came after another, some runs apart."""
    stop, seen = threading.Event(), [[] for _ in sessions]
    with ThreadPoolExecutor(len(sessions)) as pool:
        clicking = [pool.submit(keep_clicking, one, i, seen[i], stop) for i, one in enumerate(sessions)]
        try:
            for disturb in disturbances:
                before = sum(map(len, seen))
                disturb()
                while sum(map(len, seen)) < before + RUNS_BETWEEN and not any(each.done() for each in clicking):
                    time.sleep(0.02)
        finally:
            stop.set()
        for each in clicking:
            each.result()
    return seen


def test_M02_everybody_has_the_own_filter_and_nobody_the_numbers_of_another(live, sessions):
    live[0].import_(BEFORE)
    queries = ("sex=female", "sex=male", "", "age=18-99")

    def drawn(query):
        visitor = Session(live[1].url, query)
        found = {page: visitor.open(page) for page in PAGES}
        visitor.close()
        return found

    alone = {query: drawn(query) for query in queries}
    with ThreadPoolExecutor(len(sessions)) as pool:
        asked = [queries[i % len(queries)] for i in range(len(sessions))]
        for query, found in zip(asked, pool.map(drawn, asked), strict=True):
            assert found == alone[query], query


def test_J19_imports_during_many_sessions_show_each_page_old_or_new_and_never_a_mix(live, sessions):
    database, server, _ = live
    database.import_(AFTER)
    expected = {AFTER: drawn_on(server.url)}
    database.import_(BEFORE)
    expected[BEFORE] = drawn_on(server.url)
    for name, pages in expected.items():
        for page, drawn in pages.items():
            assert (
                any(
                    text.startswith(f"**{INFUSED[name]} of {INFUSED[name]} infused patients** (")
                    for text in drawn.texts
                )
                and not drawn.alerts
            ), page
            assert any(f"Data cut-off {CUTOFF[name]}" in text for text in drawn.texts) and drawn.tables, page

    versions = itertools.islice(itertools.cycle((AFTER, BEFORE)), IMPORTS)
    seen = while_clicking(sessions, [lambda name=name: database.import_(name) for name in versions])
    for records in seen:
        for page, drawn in records:
            assert drawn.without(NEWS) in (expected[BEFORE][page], expected[AFTER][page]), page
        page, last = records[-1]
        assert last.without(NEWS) == expected[AFTER][page] and any(NEWS in alert for alert in last.alerts)
    shown = {
        name
        for records in seen
        for page, drawn in records
        for name in expected
        if drawn.without(NEWS) == expected[name][page]
    }
    assert shown == {BEFORE, AFTER} and sum(map(len, seen)) >= len(sessions) + IMPORTS * RUNS_BETWEEN


def test_C07_caches_emptied_under_load_change_nothing(live, sessions):
    expected = drawn_on(live[1].url)
    developer = Session(live[1].url)
    for records in while_clicking(sessions, [developer.empty_caches] * CLEARINGS):
        for page, drawn in records:
            assert drawn.without(NEWS) == expected[page], page
    developer.close()
