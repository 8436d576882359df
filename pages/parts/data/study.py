"""The guarded, remembered way to data. Every page goes through load_study(), because a page can be run by itself."""

import contextlib
import functools
import gc
import itertools
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import pandas as pd
import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from analyses.cohort import CohortData
from analyses.memory import Memory, canonical, shared_copy
from analyses.version import APP_VERSION
from data_access.bundle.problems import DatabaseProblem
from data_access.reading.engine import connect, database_url, ensure_sample, open_engine
from data_access.reading.kept import Shelf
from data_access.reading.readiness import State, fetch_verified, shelf_of, state_of
from data_access.reading.scope import narrowed
from figures.labels import escape_markdown
from pages.parts.access.grants import ALL
from pages.parts.access.identity import Viewer
from pages.parts.access.trace import keep_viewer, page_of_run
from pages.parts.access.viewer import viewer
from pages.parts.server.allocator import return_what_is_free
from pages.parts.server.exposure import say_exposure
from pages.parts.server.log import INCIDENTS, report_error
from pages.parts.session.own_data import own_data

RETRY_SECONDS = 5
pd.set_option("mode.string_storage", "python")  # columns of some hundred texts: Arrow's cost a third of every rerun
ATTEMPTS = 3
UNSTEADY = "The data changed while they were read: one import came after another. Try again."
MEMORY = Memory()  # of the process: what sessions derive and estimate, they share


def load_study() -> CohortData:
    """The cohort database as whoever looks may see it, or one sentence with an error id and the end of the page."""
    _enter_through_the_contents()
    say_exposure()
    page = page_of_run(Path(sys._getframe(1).f_code.co_filename))  # a page may be run without dashboard.py
    who = viewer(page)
    keep_viewer(who, page)
    scope = who.scope_on(page)
    if (own := own_data()) is not None:
        return own
    with one_sentence("The cohort database cannot be read at the moment.", try_again):
        state, tables, shelf = _consistent_snapshot()
        INCIDENTS.is_well()
        return CohortData(
            title=state.dataset.title,
            data_cutoff=pd.Timestamp(state.dataset.data_cutoff),
            version=state.dataset.version,
            source=state.dataset.source,
            synthetic=state.dataset.synthetic,
            scope=scope,
            smallest=who.smallest,
            tables=tables if scope == ALL else _narrowed(state, tables, who),
            memory=MEMORY,
            shelf=shelf if scope == ALL else None,
        )


def _narrowed(state: State, tables: dict[str, pd.DataFrame], who: Viewer) -> dict[str, pd.DataFrame]:
    """The verified tables of the sites, made once per version and list of sites."""
    sites = who.sites or ()
    request = canonical(tables=_tables_key(state), sites=sorted(sites))
    return MEMORY.recall(request, lambda: narrowed(tables, sites), lasting=True)


def _enter_through_the_contents() -> None:
    """A deep link to a just-started server runs a page without dashboard.py, beside a bare menu of file names.

    Any call of st.navigation ends that mode for the whole server; the rerun then comes through dashboard.py. The page
    stays guarded by itself all the same: this is for the menu's sake.
    """
    if PagesManager.uses_pages_directory:
        st.navigation([st.Page(path) for path in sorted(Path(__file__).parents[2].glob("*.py"))], position="hidden")
        st.rerun()


def _consistent_snapshot() -> tuple[State, dict[str, pd.DataFrame], Shelf]:
    """The state with the dataset row, the tables of that same content and what is kept of it; the newer ones when an
    import lands between the two. What was read before counts only as long as nothing about the database has changed:
    then it is read and checked again.

    Two short connections, not one: sessions that wait while another reads the tables must not use up the pool.
    """
    for _ in range(ATTEMPTS):
        with connect(cohort_engine(database_url())) as connection:
            state = state_of(connection)
            shelf = shelf_of(connection, state, APP_VERSION)
        with contextlib.suppress(Superseded):
            tables = load_tables(_tables_key(state), ALL)
            return state, shared_copy(tables), shelf
    raise DatabaseProblem(UNSTEADY)


def _tables_key(state: State) -> str:
    """All facts of the dataset row and the signs of change: what was changed by hand or damaged must not be
    served with tables read before."""
    dataset = {name: str(value) for name, value in asdict(state.dataset).items()}
    return canonical(dataset=dataset, signs=list(map(str, state.signs)))


class Superseded(Exception):
    """Another content than the one asked for is in the database: an import has landed meanwhile."""


@st.cache_resource(max_entries=2, show_spinner=False)
def load_tables(key: str, _scope: str) -> dict[str, pd.DataFrame]:
    """All tables of the content that `key` stands for, from one snapshot, checked once against its hash.

    Raises DatabaseProblem; Superseded when another content is there. Two versions are kept: the newest, and the one
    that a slow run may still be on. What was derived from older ones is let go here, or a server that runs for months
    would keep a copy of every import.
    """
    with connect(cohort_engine(database_url())) as connection:
        state = state_of(connection)
        if _tables_key(state) != key:
            raise Superseded
        tables = fetch_verified(connection, state, APP_VERSION)
    MEMORY.begin(tables)
    gc.unfreeze()
    gc.collect()
    return_what_is_free()
    gc.freeze()  # what stays for good need not be walked by every later collection
    return tables


@contextlib.contextmanager
def one_sentence(sentence: str, then: Callable[[], None] = lambda: None) -> Iterator[None]:
    """What breaks inside is logged under an id; the page says what happened with that id, does `then` and ends there.

    A DatabaseProblem brings its own sentence (no path, no SQL, no value in it); of everything else nothing is told.
    """
    try:
        yield
    except Exception as problem:
        said = str(problem) if isinstance(problem, DatabaseProblem) else sentence
        st.error(escape_markdown(f"{said} Error {report_error(sentence)}."))
        then()
        st.stop()


def try_again() -> None:
    """Run the page again every few seconds, so that it comes back by itself when the database does."""
    st.caption(f"This page tries again by itself every {RETRY_SECONDS} seconds.")
    runs = itertools.count()

    @st.fragment(run_every=RETRY_SECONDS)
    def again():
        if next(runs):  # the first time is now
            st.rerun()

    again()


@functools.cache
def cohort_engine(url: str | None):
    """One engine per configured database; without one, the sample cohort's, built when it is not there yet.

    Not among Streamlit's caches: emptying those under load would leave engines with open connections behind.
    """
    return open_engine(url or ensure_sample(), pooled=True)
