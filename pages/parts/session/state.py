"""What a session has chosen, and the address that says so. The only code that touches st.session_state and the URL.

The choices live in one dict of the session; widgets are views of it (a callback copies a change into it, and a widget
is assigned from it before it is drawn whenever the two differ or the page changed, since Streamlit forgets the widgets
of another page). The URL is written from it and read into it here, with codes. Bound widgets would lose a pasted link's
value at the first page change.
"""

import weakref
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from streamlit import config
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext

from analyses.cohort import Levels
from pages.parts.session.address import Reader, Visit, encode, newest_url, url_to_adopt
from pages.parts.session.choices import defaults, with_choice, without_lost

CHOICES, VISIT, NOW, READER, TOUCHED = "choices", "visit", "now", "reader", "touched"
CONTEXT = "context"
ON_THE_WAY = 30  # addresses: more than a reader can click within one run
PAGE_CHANGED, PROBLEMS, ON_PAGE = "page_changed", "problems", "on_page"
HEAD = "head_line"  # the first line of the page, which the cohort completes; of one run
ROW, TITLE, RARE = "option_row", "title_place", "rare_options"  # where title and options of a figure stand; of one run
WORDS = "option_words"  # what those options say; of one run
ROWS = "option_rows"  # how many such rows the run has so far
ADDRESS = "address"  # what the browser puts in place of the address of a menu click; of one run
MENU = "menu"  # whether a menu click began this run
SEEN, NEWS = "seen", "news"  # the version of the data at the last run, and what is not yet read about a newer one


def is_plain() -> bool:
    """Whether the sidebar must be Streamlit's own widgets: AppTest, which says so, does not drive a component."""
    return bool(config.get_option("global.appTest"))


def choices() -> dict[str, Any]:
    """What is chosen, by code."""
    return st.session_state[CHOICES]


def widget_key(code: str) -> str:
    """The key of the widget of a choice."""
    return f"choice:{code}"


def page_choices() -> dict[str, str]:
    """The choices drawn on this page so far: part of every request that leaves it."""
    return dict(st.session_state.get(ON_PAGE, {}))


def session_memory(name: str) -> dict[str, Any]:
    """A dict of this session that outlives the run, for what happens between two runs (a download that failed)."""
    return st.session_state.setdefault(f"memory:{name}", {})


def listen_rules() -> None:
    """First step of every run: who speaks, the URL or the session?"""
    url = {code: st.query_params.get_all(code) for code in st.query_params}
    context = get_script_run_ctx()
    page = context.page_script_hash if context else ""
    last, touched = st.session_state.get(VISIT), st.session_state.pop(TOUCHED, False)
    without_pause = _runs_on(context)
    came, url = url, newest_url(last, page, url, without_pause)
    before = last.on_the_way if last and without_pause else ()
    adopted = url_to_adopt(last, page, url, touched)
    page_changed = st.session_state[PAGE_CHANGED] = last is None or last.page != page
    if adopted is not None:
        st.session_state[READER] = Reader(adopted)
        st.session_state[CHOICES] = st.session_state[READER].state
    elif touched or page_changed:
        st.session_state[PROBLEMS] = []
    carried = encode(choices()) if page_changed and not url else last.carried if last and not page_changed else None
    st.session_state[NOW] = Visit(page, url, carried, (*before, came, url), came != url)
    st.session_state[ADDRESS] = None
    st.session_state[MENU] = bool(page_changed and last is not None and not url)


def _runs_on(context: ScriptRunContext | None) -> bool:
    """Whether this run follows the one before without a pause: Streamlit then goes on in the same context."""
    before = st.session_state.get(CONTEXT)
    st.session_state[CONTEXT] = weakref.ref(context) if context else None
    return context is not None and before is not None and before() is context


def listen_filters(levels: Levels) -> None:
    """Second step, with the levels known: finish reading an adopted URL, and leave the canonical one."""
    reader = st.session_state.pop(READER, None)
    if reader is not None:
        st.session_state[CHOICES] = reader.read_filters(levels)
        st.session_state[PROBLEMS] = reader.problems
    st.session_state[CHOICES], lost = without_lost(choices(), levels)
    st.session_state[NEWS] = [*st.session_state.get(NEWS, []), *(("lost", sentence) for sentence in lost)]
    write_url()


def listen_in_fragment() -> None:
    """First step of a run that draws a figure only: what was changed in it is taken, and the address is not asked."""
    st.session_state.pop(TOUCHED, None)
    st.session_state[PAGE_CHANGED] = st.session_state[MENU] = False
    if not _runs_on(get_script_run_ctx()):
        st.session_state[NOW] = replace(st.session_state[NOW], on_the_way=(st.session_state[NOW].url,))


def draws_a_figure_only() -> bool:
    """Whether this run is of a fragment: head and sidebar stay as they are."""
    context = get_script_run_ctx()
    return bool(context and context.fragment_ids_this_run)


def write_url() -> None:
    """Leave the canonical address of what is chosen.

    Streamlit makes an entry of the browser's history for a menu click, whose address has no choices, and another one
    for the choices: Back would take two presses. After a menu click the browser therefore replaces the address itself.
    """
    url, now = encode(choices()), st.session_state[NOW]
    if url != now.url and st.session_state[MENU] and not is_plain():
        turns = session_memory(ADDRESS)  # two menu clicks may lead to the same text
        turns["n"] = turns.get("n", 0) + 1
        query, before = (urlencode(one, doseq=True) for one in (url, now.url))
        st.session_state[ADDRESS] = {"query": query, "before": before, "turn": turns["n"]}
    elif url != now.url or now.is_late:
        st.query_params.from_dict(url)
    carried = now.carried if url or not now.url else None
    on_the_way = (*now.on_the_way, url)[-ON_THE_WAY:]
    now = replace(now, url=url, carried=carried, on_the_way=on_the_way, is_late=False)
    st.session_state[NOW] = st.session_state[VISIT] = now


def take(code: str) -> None:
    """A widget changed: its value is the choice."""
    choose(code, st.session_state[widget_key(code)])


def take_number(code: str, zero: int) -> None:
    """Likewise of a number; `zero` is what 0 stands for."""
    value = st.session_state[widget_key(code)]
    choose(code, 0 if value == zero else value)


def choose(code: str, value: Any) -> None:
    """Callback: a choice has this value from now on."""
    choose_all({code: value})


def choose_all(changes: Mapping[str, Any]) -> None:
    """Callback: these choices have these values from now on."""
    for code, value in changes.items():
        st.session_state[CHOICES] = with_choice(choices(), code, value)
    st.session_state[TOUCHED] = True


def reset() -> None:
    """Callback: everything back to its default."""
    st.session_state[CHOICES] = defaults()
    st.session_state[TOUCHED] = True


def assign(code: str, value: Any) -> None:
    """Make the widget of a choice show its value, before it is drawn."""
    key = widget_key(code)
    if st.session_state[PAGE_CHANGED] or key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def touch() -> None:
    """Callback: the session speaks in the next run, not the address."""
    st.session_state[TOUCHED] = True
