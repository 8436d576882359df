"""The guarded, cached way to data. Every page goes through load_study(), because a page can be run by itself."""

import contextlib
import functools
import gc
import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, is_dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from data_access.bundle.problems import DatabaseProblem
from data_access.reading.engine import connect, database_url, ensure_sample, open_engine
from data_access.reading.queries import Dataset, read_cohort
from data_access.reading.readiness import State, state_of
from endpoints.rules import Rules
from pages.parts.labels import inert
from pages.parts.server.exposure import say_exposure
from pages.parts.server.log import INCIDENTS, report_error

RETRY_SECONDS = 5
pd.set_option("mode.string_storage", "python")  # columns of some hundred texts: Arrow's cost a third of every rerun
ATTEMPTS = 3
UNSTEADY = "The dataset must stay the same while it is read, got: one import after another. Try again."


@dataclass(frozen=True)
class Viewer:
    """Who looks. `scope` goes into every SELECT and every cache key; sign-in will decide it here and nowhere else."""

    name: str
    scope: str


@dataclass(frozen=True, eq=False)
class Loaded:
    """One version of the cohort database as this viewer may see it. `tables` is shared: never change it in place."""

    title: str
    data_cutoff: pd.Timestamp
    version: str
    source: str
    synthetic: bool
    viewer: Viewer
    tables: dict[str, pd.DataFrame]

    @property
    def cutoff_date(self) -> str:
        """The data cut-off as printed: YYYY-MM-DD."""
        return self.data_cutoff.date().isoformat()


def viewer() -> Viewer:
    """Today everybody is the local viewer of everything."""
    return Viewer("local", "all")


def load_study() -> Loaded:
    """The cohort database, or one sentence with an error id and the end of the page."""
    _enter_through_the_contents()
    say_exposure()
    who = viewer()
    with one_sentence("The cohort database cannot be read at the moment.", try_again):
        dataset, tables = _one_version(who)
        INCIDENTS.is_well()
        return Loaded(
            dataset.title,
            pd.Timestamp(dataset.data_cutoff),
            dataset.version,
            dataset.source,
            dataset.synthetic,
            who,
            own(tables),
        )


def _enter_through_the_contents() -> None:
    """A deep link to a just-started server runs a page without dashboard.py, beside a bare menu of file names.

    Any call of st.navigation ends that mode for the whole server; the rerun then comes through dashboard.py. The page
    stays guarded by itself all the same: this is for the menu's sake.
    """
    if PagesManager.uses_pages_directory:
        st.navigation([st.Page(path) for path in sorted(Path(__file__).parents[1].glob("*.py"))], position="hidden")
        st.rerun()


def _one_version(who: Viewer) -> tuple[Dataset, dict[str, pd.DataFrame]]:
    """The dataset row and the tables of that same content; the newer ones when an import lands between the two. What
    was read before counts only as long as nothing about the database has changed: then it is read and checked again.

    Two short connections, not one: sessions that wait while another reads the tables must not use up the pool.
    """
    for _ in range(ATTEMPTS):
        with connect(cohort_engine(database_url())) as connection:
            state = state_of(connection)
        with contextlib.suppress(Superseded):
            return state.dataset, load_tables(_tables_key(state, who.scope), who.scope)
    raise DatabaseProblem(UNSTEADY)


def _tables_key(state: State, scope: str) -> str:
    """Scope, all facts of the dataset row and the signs of change: what was changed by hand or damaged must not be
    served with tables read before."""
    dataset = {name: str(value) for name, value in asdict(state.dataset).items()}
    return canonical(scope=scope, dataset=dataset, signs=list(map(str, state.signs)))


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
        if _tables_key(state, _scope) != key:
            raise Superseded
        tables = read_cohort(connection, state.dataset, _scope)
    _derived.clear()
    _answers.clear()
    gc.unfreeze()
    gc.collect()
    gc.freeze()  # what stays for good need not be walked by every later collection
    return tables


def derived(loaded: Loaded, rules: Rules, name: str, function: Callable[[], Any]) -> Any:
    """`function()`, computed once per dataset version, scope, cut-off, rules and `name`; frames in it are `own`."""
    return own(_derived(derived_key(loaded, rules, name), function))


def answer(function: Callable[[], Any], **request: Any) -> Any:
    """`function()`, computed once per `request`, which says everything that it depends on: the key of the cohort and
    what is asked of it. Frames in it are `own`."""
    return own(_answers(canonical(**request), function))


def own(cached: Any) -> Any:
    """What a cache holds, with every frame in it as a copy that shares its data until one of the two is changed: so no
    page can change another's. Looks into dicts, tuples and dataclasses."""
    if cached is None or isinstance(cached, (str, int, float)):  # most of what it looks at
        return cached
    if isinstance(cached, pd.DataFrame):
        return cached.copy(deep=False)
    if isinstance(cached, dict):
        return {name: own(value) for name, value in cached.items()}
    if type(cached) is tuple:
        return tuple(map(own, cached))
    if is_dataclass(cached) and not isinstance(cached, type):
        mine = {name: of_mine for name, value in vars(cached).items() if (of_mine := own(value)) is not value}
        return replace(cached, **mine) if mine else cached
    return cached


def derived_key(loaded: Loaded, rules: Rules, name: str) -> str:
    """The cache key of a derivation: rules change derivations and are in it, filters narrow afterwards and are not."""
    return canonical(
        version=loaded.version, scope=loaded.viewer.scope, cutoff=loaded.cutoff_date, rules=asdict(rules), name=name
    )


@st.cache_resource(max_entries=64, show_spinner=False)
def _derived(key: str, _function: Callable[[], Any]) -> Any:
    return own(_function())  # whoever asked first may still hold what the function gave


@st.cache_resource(max_entries=128, show_spinner=False)
def _answers(key: str, _function: Callable[[], Any]) -> Any:
    return own(_function())


def canonical(**parts: Any) -> str:
    """One JSON text per content: sorted keys, no spaces. The only form in which a request is a cache key or hashed.

    A declaration (dataclass) stands as its type and fields, a function as its full name, a partial with its arguments.
    TypeError for anything else that JSON does not know, a function without a name of its own among it.
    """
    return json.dumps(
        parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_in_words
    )


def _in_words(part: Any) -> Any:
    if is_dataclass(part) and not isinstance(part, type):
        return vars(part) | {"": type(part).__qualname__}
    if isinstance(part, functools.partial):
        return {"": part.func, "arguments": part.args, "named": part.keywords}
    if callable(part) and "<" not in getattr(part, "__qualname__", "<"):
        return f"{part.__module__}.{part.__qualname__}"
    raise TypeError(f"A request must be made of texts, numbers, declarations and named functions, got: {type(part)}")


@contextlib.contextmanager
def one_sentence(sentence: str, then: Callable[[], None] = lambda: None) -> Iterator[None]:
    """What breaks inside is logged under an id; the page says what happened with that id, does `then` and ends there.

    A DatabaseProblem brings its own sentence (no path, no SQL, no value in it); of everything else nothing is told.
    """
    try:
        yield
    except Exception as problem:
        said = str(problem) if isinstance(problem, DatabaseProblem) else sentence
        st.error(inert(f"{said} Error {report_error(sentence)}."))
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
    return open_engine(url or ensure_sample())
