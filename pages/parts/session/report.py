"""The report of a meeting: figures are added to it one by one or page by page, and made into HTML and slides by one
click. A figure stays as it was when it was added; its own lines say of which data."""

import hashlib
from functools import partial

import streamlit as st

from analyses.result import Result
from data_access.audit import NotAudited
from figures.figure import Figure
from figures.labels import escape_markdown
from figures.reporting.html_page import html_page
from figures.reporting.slides import slides
from pages.parts.access.trace import audited_export, note_report, viewer_of_run
from pages.parts.server.log import report_error
from pages.parts.session.state import page_choices, session_memory, touch

MEMORY, SHOWN, MADE = "report", "report_shown", "report_made"
MOST = 40
TITLE = "Report"
SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
FORMATS = (("html", "text/html", html_page), ("pptx", SLIDES, slides))


def begin_shown() -> None:
    """The figures of a page are drawn from here on."""
    session_memory(SHOWN).clear()


def note_shown(figure: Figure) -> None:
    """A figure is on the screen: "take this page's" means it."""
    session_memory(SHOWN)[_key(figure)] = figure


def results_shown() -> list[Result]:
    """What the figures on the screen are of."""
    return [figure.result for figure in session_memory(SHOWN).values() if figure.result is not None]


def add_to_report(key: str) -> None:
    """Callback: the figure on the screen is in the report; the same request stands there once. It is named, not handed
    over: a session never forgets the callbacks of the pages it was on, and would hold every figure they drew."""
    kept, shown = session_memory(MEMORY), session_memory(SHOWN)
    if len(kept) < MOST and key in shown:
        kept[key] = shown[key]
    session_memory(MADE).clear()
    touch()


def _key(figure: Figure) -> str:
    return figure.file_name("report", page_choices(), "html")


def _add_page() -> None:
    for key in list(session_memory(SHOWN)):
        add_to_report(key)


def _remove(key: str) -> None:
    session_memory(MEMORY).pop(key, None)
    session_memory(MADE).clear()
    touch()


def report_button(figure: Figure) -> None:
    """Beside the downloads of a figure."""
    request = _key(figure)
    added = request in session_memory(MEMORY)
    label = "In the report" if added else "Add to report"
    key = f"report:add:{figure.code}"
    st.button(label, key=key, disabled=added, icon=":material/note_add:", on_click=add_to_report, args=(request,))


def draw_report() -> None:
    """What is in the report, and its files."""
    st.button("Add the figures of this page", key="report:page", on_click=_add_page)
    kept = session_memory(MEMORY) if viewer_of_run().may_take_files else {}
    for key, figure in list(kept.items()):
        words = escape_markdown(f"{figure.title} ({figure.cohort.data.cutoff_date})", 80)
        st.button(
            words, key=f"report:drop:{key}", icon=":material/close:", help="Remove", on_click=_remove, args=(key,)
        )
    if kept and st.button("Make the report", key="report:make", type="primary") is True:
        _make(list(kept.values()))
    for ending, (name, content, mime) in (session_memory(MADE) if kept else {}).items():
        file, label = audited_export(name, partial(bytes, content)), f"Save {ending.upper()}"
        st.download_button(label, file, name, mime, key=f"report:save:{ending}", on_click="ignore")


def _make(figures: list[Figure]) -> None:
    """Both files. If one cannot be made no file goes out, and the reason has an error id."""
    made = session_memory(MADE)
    request = hashlib.sha256("".join(map(_key, figures)).encode()).hexdigest()[:12]
    try:
        with st.spinner(f"Drawing {len(figures)} figures for HTML and slides; about a second each."):
            files = {
                ending: (f"report_{request}.{ending}", make(figures, f"{TITLE}: {figures[0].cohort.data.title}"), mime)
                for ending, mime, make in FORMATS
            }
        note_report({name: content for name, content, _ in files.values()}, [figure.code for figure in figures])
    except NotAudited as problem:
        st.error(problem.sentence)
        return
    except Exception:
        st.error(f"The report could not be made. Error {report_error('report')}.")
        return
    made.update(files)
