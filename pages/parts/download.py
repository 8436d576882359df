"""What leaves the app: the files of a figure, each built on the click."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from data_access.audit import NotAudited
from figures.figure import IMAGE, Figure
from figures.image import FORMATS
from figures.workbook import TooLarge
from pages.parts.access.trace import audited_file, viewer_of_run
from pages.parts.server.log import report_error
from pages.parts.session.report import report_button
from pages.parts.session.state import page_choices, session_memory

NO_FILES = "Your role does not include taking files."
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def draw_downloads(figure: Figure) -> None:
    """A button per file of the figure: its tables, then its picture; for those who may take files."""
    if not viewer_of_run().may_take_files:
        st.caption(NO_FILES)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        for kind in figure.tables:
            _draw_table(figure, kind)
        _draw_images(figure)
        report_button(figure)


def _draw_table(figure: Figure, kind: str) -> None:
    view, key = page_choices(), f"{figure.code}:{kind}"
    names = (figure.file_name(kind, view), figure.file_name(kind, view, "xlsx"))
    csv = audited_file(figure, names[0], lambda: figure.csv(kind, view))
    xlsx = audited_file(figure, names[1], lambda: figure.xlsx(kind, view))
    _draw_button(f"CSV: {kind}", csv, names[0], "text/csv", key, kind)
    _draw_button(f"XLSX: {kind}", xlsx, names[1], XLSX, f"{key}:xlsx", f"{kind} (XLSX)")


def draw_file(figure: Figure, label: str, ending: str, mime: str, content: Callable[[], bytes]) -> None:
    """One more file of a figure, built on the click; named after the request like every other."""
    if not viewer_of_run().may_take_files:
        return
    name = figure.file_name(ending, page_choices(), ending)
    _draw_button(label, audited_file(figure, name, content), name, mime, f"{figure.code}:{ending}", label)


def draw_plain_file(label: str, content: Callable[[], bytes], name: str, mime: str) -> None:
    """A file that holds nothing of the cohort: a form to fill in, an example."""
    _draw_button(label, content, name, mime, f"plain:{name}", label)


def _draw_images(figure: Figure) -> None:
    """The charts of the figure as one image."""
    for kind, mime in FORMATS.items() if figure.charts else ():
        name = figure.file_name(IMAGE, page_choices(), kind)
        build = audited_file(figure, name, partial(figure.image, kind))
        key = f"{figure.code}:{kind}"
        _draw_button(kind.upper(), build, name, mime, key, f"{kind.upper()} image")


def _draw_button(label: str, content: Callable[[], bytes], name: str, mime: str, key: str, what: str) -> None:
    """The file is built on the click. If that fails no file goes out, and the next run says so with an error id."""
    failures = session_memory("downloads")
    if name in failures:
        st.error(f"The last download of the {what} could not be built. {failures.pop(name)}")
    st.download_button(label, _builder(content, failures, name), name, mime, key=f"download:{key}", on_click="ignore")


def _builder(content: Callable[[], bytes], failures: dict[str, str], name: str) -> Callable[[], bytes]:
    def build() -> bytes:
        try:
            return content()
        except (NotAudited, TooLarge) as problem:
            failures[name] = f"{problem} Error {report_error('download')}."
        except Exception:
            failures[name] = f"Error {report_error('download')}."
        raise RuntimeError("the file could not be built") from None

    return build
