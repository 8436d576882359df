"""Saved cohorts: kept in the session, compared as groups, carried as a small JSON file.

Plain functions for whoever draws them (the head of a page, the sidebar), and one block that draws them all.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import streamlit as st

from analyses.cohort import Cohort, CohortData, Levels
from analyses.counts import count_words
from analyses.monitoring.saved import MOST, NotSaved, SavedCohort, as_json, from_json, saved_of, since_saved
from endpoints.cohort import EVERY_FILTER, Chosen
from endpoints.rules import RULES
from figures.labels import escape_markdown
from pages.parts.access.trace import audited_export, viewer_of_run
from pages.parts.server.uploads import may_try_own
from pages.parts.session.choices import everyone
from pages.parts.session.state import CHOICES, TOUCHED, choices, session_memory

MEMORY, COMPARED, SAID, NOW = "saved_cohorts", "saved_compared", "saved_said", "saved_now"
DOWNLOAD = "saved:download"
FEWEST, HIGHEST = 2, 4  # cohorts that are compared
FILE = "saved_cohorts.json"
NO_FILES = "This dashboard is set up to take no files."


def saved_cohorts() -> dict[str, SavedCohort]:
    """What this session has saved, by name."""
    return dict(session_memory(MEMORY))


def save_cohort(name: str, cohort: Cohort) -> None:
    """Keep the filters and rules of now under a name; a name that is there is replaced. NotSaved with the reason."""
    if len(session_memory(MEMORY)) >= MOST and name.strip() not in session_memory(MEMORY):
        raise NotSaved(f"At most {MOST} cohorts can be saved; forget one first.")
    saved = saved_of(name, cohort)
    session_memory(MEMORY)[saved.name] = saved


def forget_cohort(name: str) -> None:
    """It is not saved any more, nor compared."""
    session_memory(MEMORY).pop(name, None)
    compare_saved([one for one in compared_names() if one != name])


def open_cohort(name: str) -> None:
    """Callback: filters and rules as they were saved; the choices of pages stay."""
    saved = session_memory(MEMORY)[name]
    changed = {rule.code: saved.rules.get(rule.code, rule.default) for rule in RULES}
    for filter_ in EVERY_FILTER:
        value = saved.filters.get(filter_.code)
        changed[filter_.code] = everyone(filter_) if value is None else value if filter_.is_range else list(value)
    st.session_state[CHOICES] = choices() | changed
    st.session_state[TOUCHED] = True


def compare_saved(names: list[str]) -> None:
    """Compare these as groups, from the next run on; fewer than two are not compared."""
    session_memory(COMPARED)["names"] = list(names)[:HIGHEST]
    st.session_state[TOUCHED] = True


def compared_names() -> list[str]:
    """The names of the saved cohorts that are chosen to be compared; one alone is not compared yet."""
    return [name for name in session_memory(COMPARED).get("names", []) if name in session_memory(MEMORY)]


def compared_cohorts(levels: Levels) -> tuple[Chosen, ...]:
    """The same as groups: a Choice's `cohorts`. A filter value that the data have no more is left away."""
    kept = [(name, session_memory(MEMORY)[name]) for name in compared_names()]
    if len(kept) < FEWEST:
        return ()
    return tuple(Chosen(f"saved_{place}", name, _known(one, levels)) for place, (name, one) in enumerate(kept))


def _known(saved: SavedCohort, levels: Levels) -> dict[str, tuple]:
    offered = {code: {level.code for level in levels[code]} for code in saved.filters if levels.get(code)}
    return {
        code: tuple(one for one in value if code not in offered or one in offered[code])
        for code, value in saved.filters.items()
    }


def as_file() -> Callable[[], bytes]:
    """What makes a file of all of them; how many patients each had is in it for those who may take files. They are read
    now: a click comes outside the session."""
    kept = list(saved_cohorts().values())
    seen = kept if viewer_of_run().may_take_files else [replace(one, counts={}) for one in kept]
    return partial(as_json, seen)


def take_file(content: bytes, levels: Levels) -> int:
    """Add the cohorts of a file, replacing those of the same name; how many. NotSaved, with the reason, when any of it
    does not fit: then nothing is taken."""
    read = from_json(content, levels)
    if len({*saved_cohorts(), *(one.name for one in read)}) > MOST:
        raise NotSaved(f"At most {MOST} cohorts can be saved; forget some first.")
    session_memory(MEMORY).update({one.name: one for one in read})
    return len(read)


def draw_saved(cohort: Cohort, levels: Levels) -> None:
    """What is saved, compare, download, upload. Saving itself stands in the head of the page."""
    for name, saved in saved_cohorts().items():
        _draw_one(name, saved, cohort.data)
    _draw_compare()
    draw_files(levels)


def draw_save(cohort: Cohort) -> None:
    """Keep the filters and rules of now under a name. The button's callback does not hold the cohort: a session never
    forgets the callbacks of the pages it was on, and would hold a cohort for each of them."""
    session_memory(NOW)["cohort"] = cohort
    with st.popover("Save view", key="saved_popover"):
        st.text_input("Name of this view", key="saved:name", max_chars=60)
        st.button("Save", key="saved:save", on_click=_told, args=(_save,))


def draw_said() -> None:
    """What came of the last request, once."""
    said = session_memory(SAID)
    if said.get("text"):
        st.text(said.pop("text"))


def _save() -> str:
    name, cohort = st.session_state.get("saved:name", ""), session_memory(NOW)["cohort"]
    save_cohort(name, cohort)
    return f"Saved: {name.strip()} ({count_words(cohort.n, cohort.data.smallest)} patients)."


def _told(act: Callable[[], str]) -> None:
    """Do it and remember what to say: done, or why not."""
    try:
        session_memory(SAID)["text"] = act()
    except NotSaved as reason:
        session_memory(SAID)["text"] = str(reason)
    st.session_state[TOUCHED] = True


def _draw_one(name: str, saved: SavedCohort, data: CohortData) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(escape_markdown(name, 60), key=f"saved:open:{name}", on_click=open_cohort, args=(name,))
        st.button("Forget", key=f"saved:forget:{name}", type="tertiary", on_click=forget_cohort, args=(name,))
    st.caption(escape_markdown(since_saved(saved, data), 400))


def _draw_compare() -> None:
    names = list(saved_cohorts())
    if len(names) >= FEWEST:
        st.session_state["saved:compare"] = compared_names()
        st.multiselect(
            f"Compare saved cohorts ({FEWEST} to {HIGHEST})",
            names,
            key="saved:compare",
            max_selections=HIGHEST,
            on_change=_compare_chosen,
            placeholder="None",
        )


def _compare_chosen() -> None:
    compare_saved(st.session_state["saved:compare"])


def draw_files(levels: Levels) -> None:
    """Take them along, and bring them back."""
    if saved_cohorts():
        build = audited_export(FILE, as_file())
        st.download_button("Download saved cohorts", build, FILE, "application/json", key=DOWNLOAD, on_click="ignore")
    if not may_try_own():
        st.text(NO_FILES)
        return
    file = st.file_uploader("Add saved cohorts from a file", type="json", key="saved:upload")
    taken = session_memory(SAID)
    if file is not None and taken.get("file") != file.file_id:
        taken["file"] = file.file_id
        _told(lambda: f"Added: {take_file(file.getvalue(), levels)} saved cohorts.")
        st.rerun()
