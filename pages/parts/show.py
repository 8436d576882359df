"""show(): a figure on the screen, with its numbers, how it was made, and its files."""

import hashlib
from collections.abc import Callable, Sequence
from contextlib import nullcontext

import streamlit as st

from charts.theme import for_dark
from figures.chart import PANELS_ABREAST, Chart, rows_of
from figures.figure import DIFFERENCES, IMAGE, NUMBERS, ROWS, Figure
from figures.image import FORMATS
from figures.labels import escape_markdown, one_line
from figures.methods import sections
from pages.parts.server.log import report_error
from pages.parts.session.state import page_choices, session_memory
from pages.parts.tables import draw_table, look_of

TABLE_ROWS = 12


def show(figure: Figure, table_rows: int = TABLE_ROWS) -> None:
    """One figure. Without patients a sentence stands instead. table_rows: more of them scroll."""
    _draw_title(figure)
    if figure.nobody:
        st.info(escape_markdown(figure.nobody, 1000))
        _draw_method(figure)
        return
    _draw_charts(figure)
    st.caption("\n\n".join(escape_markdown(line, 1000) for line in figure.captions()))
    for kind in (NUMBERS, DIFFERENCES):
        if kind in figure.tables:
            draw_table(figure.tables[kind], f"{one_line(figure.title)}: {kind}", table_rows)
    with st.container(horizontal=True, vertical_alignment="center"):
        _draw_method(figure)
        for kind in figure.tables:
            _draw_download(figure, kind)
        _draw_images(figure)


def show_table(figure: Figure, key: str | None = None) -> str | None:
    """A table of patient rows with note and file. With `key`, a column that names each row, one row can be chosen:
    returns its value, which the session remembers while the row is there."""
    _draw_title(figure)
    if figure.nobody:
        st.info(escape_markdown(figure.nobody, 1000))
        _draw_method(figure)
        return None
    chosen = _draw_rows(figure, key)
    with st.container(horizontal=True, vertical_alignment="center"):
        _draw_method(figure)
        _draw_download(figure, ROWS)
    return chosen


def _draw_title(figure: Figure) -> None:
    st.subheader(_unbroken_n(escape_markdown(figure.heading)), anchor=False)


def _unbroken_n(words: str) -> str:
    """The n stays on one line with itself."""
    return words.replace("(n = ", "(n\u00a0=\u00a0")


def _draw_rows(figure: Figure, key: str | None) -> str | None:
    """Rows are chosen by position, so the widget's key holds the request: another cohort never inherits a position."""
    table = figure.tables[ROWS]
    look = look_of(table, one_line(figure.title), TABLE_ROWS)
    if key is None:
        st.dataframe(table, **look)
        return None
    memory, moved = session_memory("chosen"), session_memory("moved").get(figure.code, 0)
    request = hashlib.sha256(f"{figure.cohort.key}{page_choices()}{moved}".encode()).hexdigest()[:12]
    before = [i for i, value in enumerate(table[key]) if value == memory.get(figure.code)][:1]
    event = st.dataframe(
        table,
        on_select="rerun",
        selection_mode="single-row",
        key=f"rows:{figure.code}:{request}",
        selection_default={"selection": {"rows": before}},
        **look,
    )
    if event.selection.rows:
        memory[figure.code] = str(table[key].iloc[event.selection.rows[0]])
    return memory.get(figure.code) if memory.get(figure.code) in set(table[key]) else None


def choose_row(code: str, value: str) -> None:
    """Callback: choose a row of the table `code` from elsewhere. The table is made anew, with that row checked."""
    session_memory("chosen")[code] = value
    moved = session_memory("moved")
    moved[code] = moved.get(code, 0) + 1


def _draw_charts(figure: Figure) -> None:
    for i, row in enumerate(rows_of(figure.charts)):
        places: Sequence = st.columns(PANELS_ABREAST) if row[0].panel else (nullcontext(),)
        for j, (place, chart) in enumerate(zip(places, row, strict=False)):
            with place:
                if chart.panel:
                    st.markdown(f":small[**{_unbroken_n(escape_markdown(chart.panel))}**]")
                _draw_chart(figure, chart, f"{figure.code}:{i}:{j}")


def _draw_chart(figure: Figure, chart: Chart, key: str) -> None:
    """The titles and counts stay outside the spec, which is constant; named frames go in as its datasets."""
    alone = f"{figure.title}, {figure.n} patients. The same numbers stand in the table below."
    drawn = for_dark(chart.spec) if st.context.theme.type == "dark" else chart.spec
    is_named = isinstance(chart.frame, dict)
    spec, frame = (drawn | {"datasets": dict(chart.frame)}, None) if is_named else (drawn, chart.frame)
    alt = one_line(chart.alt or alone, 1000)
    st.vega_lite_chart(frame, spec, width="stretch", theme=None, alt=alt, key=f"chart:{key}")


def _draw_method(figure: Figure) -> None:
    """One element with a paragraph a line: a dozen elements a figure would cost more than its estimate."""
    with st.popover("Method"):
        st.markdown("\n\n".join(escape_markdown(line, 2000) for line in figure.method_lines()))
        for name in figure.sections:
            with st.expander(name, type="compact"):
                st.markdown(sections()[name])


def _draw_download(figure: Figure, kind: str) -> None:
    view = page_choices()
    name = figure.file_name(kind, view)
    _draw_button(f"CSV: {kind}", lambda: figure.csv(kind, view), name, "text/csv", f"{figure.code}:{kind}", kind)


def draw_file(figure: Figure, label: str, ending: str, mime: str, content: Callable[[], bytes]) -> None:
    """One more file of a figure, built on the click; named after the request like every other."""
    name = figure.file_name(ending, page_choices(), ending)
    _draw_button(label, content, name, mime, f"{figure.code}:{ending}", label)


def _draw_images(figure: Figure) -> None:
    """The charts of the figure as one image, made on the click."""
    for kind, mime in FORMATS.items() if figure.charts else ():
        name = figure.file_name(IMAGE, page_choices(), kind)
        build, key = (lambda kind=kind: figure.image(kind)), f"{figure.code}:{kind}"
        _draw_button(kind.upper(), build, name, mime, key, f"{kind.upper()} image")


def _draw_button(label: str, content: Callable[[], bytes], name: str, mime: str, key: str, what: str) -> None:
    """The file is built on the click. If that fails no file goes out, and the next run says so with an error id."""
    failures = session_memory("downloads")
    if name in failures:
        st.error(f"The last download of the {what} could not be built. Error {failures.pop(name)}.")
    st.download_button(label, _builder(content, failures, name), name, mime, key=f"download:{key}", on_click="ignore")


def _builder(content: Callable[[], bytes], failures: dict[str, str], name: str) -> Callable[[], bytes]:
    def build() -> bytes:
        try:
            return content()
        except Exception:
            failures[name] = report_error("download")
            raise RuntimeError("the file could not be built") from None

    return build
