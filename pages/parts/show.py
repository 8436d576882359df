"""show(): a figure on the screen. The answer, the picture, what changes its reading; the rest is one click away."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from charts.picks import PICKED, pickable
from charts.theme import for_screen
from figures.chart import PANELS_ABREAST, Chart, rows_of
from figures.columns import column_words, list_order
from figures.figure import DIFFERENCES, NUMBERS, PATIENTS, ROWS, Figure
from figures.glossary import explained, help_words, words_of_pictures
from figures.labels import escape_markdown, one_line, unbroken
from figures.methods import sections
from figures.paper import paper_table
from figures.paragraph import paper
from figures.row_words import is_cut, row_in_words
from pages.parts.access.release import released
from pages.parts.download import draw_downloads
from pages.parts.session.marks import draw_marks
from pages.parts.session.open_patient import story_button
from pages.parts.session.options import option_words, title_place
from pages.parts.session.page_choices import VIEW
from pages.parts.session.paging import choose_page, place_of, place_on
from pages.parts.session.picks import picked, take_pressed
from pages.parts.session.report import note_shown
from pages.parts.session.state import choices, page_choices, session_memory
from pages.parts.tables import as_written, draw_table, look_of

TABLE_ROWS = 12
LIST_ROWS = 18  # where the list is what the page is about
LONGEST_ALT = 3000  # letters: an answer, what stands at a year, the numbers at risk of six groups
SHOW_NUMBERS, NAMES, HOW, DOWNLOAD = "Numbers", "Patients", "How calculated", "Download"
TICK = {  # by the column that names a row: what a tick at its left does
    "USUBJID": "Tick a row to open that patient's story.",
    "id": "Tick a row to see what is behind it.",
}
CODES = ("PARAMCD", "PARAM", "AVALC", "CNSR", "EVNTCD", "CNSCD", "DETAILCD")  # of the file, not of a list of names


def show(figure: Figure, table_rows: int = TABLE_ROWS) -> None:
    """One figure; without a picture its numbers stand there at once, without patients a sentence. table_rows: more of
    them scroll."""
    seen = released(figure)
    show_made(seen, lambda: _draw_charts(seen), table_rows, () if seen.charts else (SHOW_NUMBERS,))


def show_made(
    figure: Figure, draw: Callable[[], None], table_rows: int = TABLE_ROWS, opened_first: Sequence[str] = ()
) -> None:
    """A figure whose picture `draw` makes, in place of its charts. opened_first: open before a press."""
    figure = released(figure)
    note_shown(figure)
    _draw_title(figure)
    if figure.nobody:
        _draw_nobody(figure)
        return
    _draw_words(answer=[figure.answer], remarks=figure.key)
    draw()
    _draw_unseen(figure, (NUMBERS, DIFFERENCES))
    opened = _draw_foot(figure, _offered(figure), opened_first)
    if SHOW_NUMBERS in opened:
        for kind in (NUMBERS, DIFFERENCES):
            if kind in figure.tables:
                draw_table(figure.tables[kind], f"{one_line(figure.title)}: {kind}", table_rows)
    if NAMES in opened:
        show_names(figure)
    _draw_opened(figure, opened)


def _offered(figure: Figure) -> tuple[str, ...]:
    """What can be opened under a figure: names where it has patients."""
    has_names = "USUBJID" in figure.tables.get(PATIENTS, ())
    return (SHOW_NUMBERS, *((NAMES,) if has_names else ()), HOW, DOWNLOAD)


def show_names(figure: Figure) -> None:
    """The patients behind a figure, those of the mark that was pressed; one row opens its story. Nothing for those who
    may see none."""
    figure = released(figure)
    if PATIENTS not in figure.tables:
        return
    rows, mark = figure.tables[PATIENTS], picked(figure.code)
    place = st.container()  # the way to the story stands where one looks: over the list
    draw_marks(figure, mark)
    narrowed = [(chart, chart.narrowed(rows, mark)) for chart in figure.charts]
    for chart, pressed in [(chart, part) for chart, part in narrowed if part is not None][:1]:
        rows = pressed
        st.text(f"{one_line(chart.words_of(mark), 200)}: {len(set(rows['USUBJID']))} patients")
    shown = rows.drop(columns=[name for name in CODES if name in rows]).reset_index(drop=True)
    chosen = _draw_rows(figure, "USUBJID", shown)
    with place:
        story_button(chosen, f"names_{figure.code}")


def show_table(figure: Figure, key: str | None = None) -> str | None:
    """A table of patient rows with note and file. With `key`, a column that names each row, one row can be chosen:
    returns its value, which the session remembers while the row is there."""
    figure = released(figure)
    note_shown(figure)
    _draw_title(figure)
    if figure.nobody:
        _draw_nobody(figure)
        return None
    _draw_words(answer=[figure.answer])
    chosen = _draw_rows(figure, key, figure.tables[ROWS].reset_index(drop=True), LIST_ROWS)
    _draw_unseen(figure, (ROWS,))
    _draw_opened(figure, _draw_foot(figure, (HOW, DOWNLOAD)))
    return chosen


def _draw_title(figure: Figure) -> None:
    """The title explains every abbreviation of the figure: its own, those of the tabs over it, of the options beside
    it, of its pictures and of the heads of a list, whose texts cannot say anything themselves."""
    columns = map(column_words, figure.tables[ROWS]) if ROWS in figure.tables else ()
    words = (figure.heading, *option_words(), *words_of_pictures(figure.charts), *columns)
    said = escape_markdown(help_words(*words), 3000)
    title_place().header(_unbroken_n(escape_markdown(figure.heading)), anchor=False, help=said or None)


def _unbroken_n(words: str) -> str:
    """The n stays on one line with itself."""
    return words.replace("(n = ", "(n\u00a0=\u00a0")


def _draw_nobody(figure: Figure) -> None:
    st.info(escape_markdown(figure.nobody, 1000))
    _draw_opened(figure, _draw_foot(figure, (HOW,)))


def _draw_words(**paragraphs: Sequence[str]) -> None:
    """Paragraphs of text, each under a name of the style sheet, whose abbreviations explain themselves; foreign text is
    letters, never markup. One element, so that what follows keeps its place when a paragraph has nothing to say: the
    browser draws anew what has moved."""
    told = {
        name: [unbroken(explained(one_line(line, 1000))) for line in lines if line]
        for name, lines in paragraphs.items()
    }
    drawn = "".join(f'<p class="{name}">{"<br>".join(lines)}</p>' for name, lines in told.items() if lines)
    if drawn:
        st.html(drawn)


def _draw_unseen(figure: Figure, kinds: Sequence[str]) -> None:
    """What the screen does not show. Every picture in words, for those who are read to: as the name of the chart they
    would make the browser draw it anew whenever a value changes. And the tables as they are printed: a grid is a
    canvas, and closed ones would be missing."""
    words = "".join(f"<p>{escape(one_line(figure.alt(chart), LONGEST_ALT))}</p>" for chart in figure.charts)
    tables = "".join(paper_table(figure.tables[kind], figure.title) for kind in kinds if kind in figure.tables)
    st.html(f'<div class="unseen">{words}</div><div class="paper">{tables}</div>')


def _draw_foot(figure: Figure, offered: Sequence[str], opened_first: Sequence[str] = ()) -> list[str]:
    """What changes the reading, and beside it what can be opened. Returns what is open."""
    with st.container(horizontal=True, vertical_alignment="top"):
        if not figure.nobody:
            _draw_words(remarks=figure.remarks())
        return st.segmented_control(
            "More about this figure",
            offered,
            selection_mode="multi",
            default=list(offered if choices()[VIEW.code] == "open" else opened_first),
            key=_more_key(figure, offered),
            label_visibility="collapsed",
        )


def _more_key(figure: Figure, offered: Sequence[str]) -> str:
    """What is offered is part of the key: a value that is not on offer any more would count as another one."""
    return f"more:{choices()[VIEW.code]}:{len(offered)}:{figure.code}"


def _draw_opened(figure: Figure, opened: Sequence[str]) -> None:
    """Method and files are made when they are asked for."""
    if HOW in opened:
        _draw_method(figure)
    if DOWNLOAD in opened:
        draw_downloads(figure)


def _draw_rows(figure: Figure, key: str | None, table: pd.DataFrame, rows: int = TABLE_ROWS) -> str | None:
    """Rows are chosen by position, so the widget's key holds the request: another cohort never inherits a position."""
    whole, memory, moved = table, session_memory("chosen"), session_memory("moved").get(figure.code, 0)
    asked = f"{figure.cohort.key}{page_choices()}{moved}{picked(figure.code)}"
    request = hashlib.sha256(asked.encode()).hexdigest()[:12]
    chosen = place_of(whole[key], memory.get(figure.code)) if key else None
    table = as_written(choose_page(whole, f"{figure.code}:{request}", chosen))
    look = look_of(table, one_line(figure.title), rows) | {"column_order": list_order(table)}
    if key is None:
        st.dataframe(table, **look)
        return None
    before = [i for i, value in enumerate(table[key]) if value == memory.get(figure.code)][:1]
    if len(table) and key in TICK:
        st.caption(TICK[key])
    event = st.dataframe(
        table,
        on_select="rerun",
        selection_mode="single-row",
        key=f"rows:{figure.code}:{request}{place_on(table, whole)}",
        selection_default={"selection": {"rows": before}},
        **look,
    )
    if event.selection.rows:
        memory[figure.code] = str(table[key].iloc[event.selection.rows[0]])
    for place in list(event.selection.rows or before)[:1]:
        _draw_row(table.iloc[[place]])
    return memory.get(figure.code) if memory.get(figure.code) in set(whole[key]) else None


def _draw_row(row: pd.DataFrame) -> None:
    """The chosen row in words, where its cells are longer than a narrow screen."""
    if is_cut(row):
        st.html(row_in_words(row))


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
    drawn = for_screen(chart.spec)
    is_named = isinstance(chart.frame, dict)
    spec, frame = (drawn | {"datasets": dict(chart.frame)}, None) if is_named else (drawn, chart.frame)
    alt = f"{one_line(figure.title)}: a picture. The words that follow say what it shows."
    if not chart.picks or PATIENTS not in figure.tables:
        st.vega_lite_chart(frame, spec, width="stretch", theme=None, alt=alt, key=f"chart:{key}")
        return
    spec, name = pickable(spec, tuple(chart.picks)), f"chart:{key}"
    event = st.vega_lite_chart(
        frame, spec, width="stretch", theme=None, alt=alt, key=name, on_select="rerun", selection_mode=PICKED
    )
    marks = event.selection.get(PICKED) or []  # {} where nothing is pressed
    _take_picked(figure, chart, name, marks)


def _take_picked(figure: Figure, chart: Chart, name: str, marks: Sequence[Mapping[str, Any]]) -> None:
    behind = chart.behind(marks[0]) if marks else {}
    take_pressed(figure.code, name, behind, _more_key(figure, _offered(figure)), NAMES)


def _draw_method(figure: Figure) -> None:
    """One element with a paragraph a line: a dozen elements a figure would cost more than its estimate."""
    st.markdown("\n\n".join(escape_markdown(line, 2000) for line in figure.method_lines()))
    for name in figure.sections:
        with st.expander(name, type="compact"):
            st.markdown(sections()[name])
    paragraph, code = paper(figure)
    if paragraph:
        with st.expander("For a paper: methods and R code", type="compact"):
            st.code(paragraph, language=None, wrap_lines=True)
            if code:
                st.code(code, language="r", wrap_lines=True)
