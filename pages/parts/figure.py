"""show(): chart, numbers, method note, downloads. The only way out for data."""

import hashlib
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from charts.theme import for_dark
from endpoints.cohort import FILTER
from endpoints.dictionary import LABELS as COLUMN_WORDS
from endpoints.rules import RULES
from estimators import follow_up, risk_table
from pages.parts.estimate.maturity import Maturity, maturity
from pages.parts.estimate.notes import on_images
from pages.parts.estimate.result import REFUSED, Estimates, without_reasons
from pages.parts.export import csv_bytes
from pages.parts.image import FORMATS, image_bytes
from pages.parts.labels import APP_VERSION, LABEL, SYNTHETIC, clean, inert, label_line
from pages.parts.methods import method_lines, section_names, sections
from pages.parts.sidebar import Cohort, page_choices, session_memory
from pages.parts.study import canonical, report_error

_TABLE_ROWS = 12
PANELS_ABREAST = 2
NOBODY = "Nobody of this cohort is left for this figure."
NO_VALUE = ""  # an empty cell, not the word None
RESULT_WORDS = {
    "strata": "Group",
    "factor": "Factor",
    "outcome": "Outcome",
    "measure": "Measure",
    "n": "n",
    "n_event": "Events",
    "months": "Month",
    "n_risk": "At risk",
    "estimate": "Estimate",
    "conf_low": "95 % from",
    "conf_high": "95 % to",
    "result": "Result (95 % interval)",
    "text": "Result (95 % interval)",
    "reason": "Remark",
    "total": "of N",
    "share": "Share",
    "period": "Quarter",
    "stage": "Stage",
    "kind": "Kind",
    "summary": "Median (quartiles)",
    "median": "Median",
    "quartile_low": "Lower quartile",
    "quartile_high": "Upper quartile",
    "lowest": "Lowest",
    "highest": "Highest",
    "n_rows": "Measurements",
    "among": "Of whom",
    "out": "Left out",
    "days": "Day",
    "n_waiting": "Not yet transplanted",
    "n_exposed": "Transplanted",
    "events_waiting": "Events, not yet",
    "events_exposed": "Events, transplanted",
    "p_value": "p",
    "variable": "Characteristic",
    "level": "Level",
    "difference": "SMD",
}
READ_FIRST = ("strata", "factor", "outcome", "months", "days", "result", "measure")
PARTS = ("estimate", "conf_low", "conf_high")
CONSTANTS = ("strata", "outcome", "measure")
WIDEST = dict.fromkeys(("strata", "factor", "outcome", "stage", "variable", "level", "measure"), 320)  # px
WIDEST |= dict.fromkeys(("WHY", "DONOR", "MRDTX"), 320)
WIDEST |= dict.fromkeys(("reason", "among", "out", "WORDS", "DETAILS"), 700)  # the last columns
WIDEST_OF_TWO = 222  # px: the result is in sight beside two columns of words on a screen of 1024 px
DATE_WIDTH = 100  # px; a column that begins with empty cells would be cut to its heading


@dataclass(frozen=True, eq=False)
class Chart:
    """A Vega-Lite spec without data, its frame (or several, by dataset name), what it shows in words, and what an image
    of it must say besides. One with a panel's name stands beside the next one; every other has its row."""

    spec: dict[str, Any]
    frame: pd.DataFrame | dict[str, pd.DataFrame]
    alt: str = ""
    panel: str = ""
    on_image: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Note:
    """What a figure says about itself, on screen and in its files."""

    title: str
    n: int
    definition: str
    methods: tuple[str, ...]
    notes: tuple[str, ...]
    left_out: pd.DataFrame
    rules: tuple[str, ...]
    maturity: Maturity = Maturity()
    sections: tuple[str, ...] = ()  # of docs/methods.md
    by_row: bool = False
    of_one: bool = False

    def lines(self) -> list[str]:
        """The method note: one sentence or fact per line."""
        lines = (
            self.definition,
            *self.methods,
            *self.notes,
            *self.maturity.strip,
            *self.maturity.parts,
            self.left_out_words(),
            *self.rules,
            self._section_words(),
        )
        return [line for line in lines if line]

    def file_lines(self) -> list[str]:
        """The same for the comment lines of a file: methods, follow-up and rules have a line each, so that the table
        is in sight."""
        rules = f"Rules: {'; '.join(rule.removeprefix('Rule: ') for rule in self.rules)}"
        lines = (
            self.definition,
            " ".join(self.methods),
            *self.notes,
            " ".join((*self.maturity.strip, *self.maturity.parts)),
            self.left_out_words(),
            rules,
            self._section_words(),
        )
        return [line for line in lines if line]

    def _section_words(self) -> str:
        return f"In full in docs/methods.md: {'; '.join(self.sections)}." if self.sections else ""

    def left_out_words(self) -> str:
        """How many patients are left out, and why. A figure of one patient leaves nobody out and says nothing."""
        if self.of_one:
            return ""
        left = "; ".join(f"{n} {reason}" for n, reason in zip(self.left_out["n"], self.left_out["reason"], strict=True))
        nobody = "nobody of the whole figure; each row has its own denominator" if self.by_row else "nobody"
        return f"Left out: {left or nobody}."


def show(
    study: Cohort,
    title: str,
    found: Estimates,
    *charts: Chart,
    definition: str = "",
    method: Any = None,
    code: str,
    table_rows: int = _TABLE_ROWS,
) -> None:
    """One figure: what was found, drawn as `charts`, its numbers as a table, how it was made, and its two files.

    method: an estimator, a module with METHOD, REFERENCE and SECTION, or several of them; code: names the figure in
    files; table_rows: more of them scroll. Without patients a sentence stands instead: the figure's own, or that
    nobody is left.
    """
    words = (*(f"{group}: no patients." for group in study.emptied), *found.notes, *(_not_by(study) if found.n else ()))
    methods = (*(method if isinstance(method, tuple) else (method,)), found.tested_by if found.test else None)
    note = _note(study, _by(study, title), definition, method_lines(*methods), words, found.left_out, found.n)
    mature = maturity(study, found, bool(charts))
    also = (risk_table if found.risk is not None else None, follow_up if mature.strip else None)
    note = replace(
        note, maturity=mature, sections=section_names(*methods, *also), by_row=found.by_row, of_one=found.of_one
    )
    _draw_title(study, note)
    if note.n == 0 or (not charts and found.numbers.empty):
        st.info(inert(" ".join((*(words or (NOBODY,)), *_why_nobody(note))), 1000))
        _draw_note(note)
        return
    _draw_charts(charts, note, code)
    lines = (*note.maturity.strip, note.left_out_words(), *words)
    st.caption("\n\n".join(inert(line, 1000) for line in lines if line))
    _draw_numbers(found.numbers, title, table_rows)
    with st.container(horizontal=True, vertical_alignment="center"):
        _draw_note(note)
        _draw_download(study, note, code, "numbers", found.numbers)
        _draw_download(study, note, code, "patients", found.patients)
        _draw_images(study, note, code, charts)


def _why_nobody(note: Note) -> list[str]:
    """Who is left out, unless a refused population has been told already."""
    return [note.left_out_words()] if len(note.left_out) and REFUSED not in set(note.left_out["reason"]) else []


def _by(study: Cohort, title: str) -> str:
    """A figure that compares says by what: "Yes" and "No" mean nothing on a slide."""
    if study.by is None:
        return title
    return f"{title} by {_inside(study.by.label)}"


def _inside(label: str) -> str:
    """A label inside a sentence: MRD, CNS and B-cell keep their capitals."""
    return label if not label[1:2].islower() else label[0].lower() + label[1:]


def _not_by(study: Cohort) -> tuple[str, ...]:
    """A comparison that is chosen and not drawn is said."""
    if not study.not_by:
        return ()
    return (f"Not compared by {_inside(study.not_by)}: this figure shows groups, rows or single patients of its own.",)


def _draw_title(study: Cohort, note: Note) -> None:
    words = inert(" · ".join((f"{note.title} (n = {note.n})", *study.changed_rules())))
    st.subheader(_unbroken_n(words), anchor=False)


def _unbroken_n(words: str) -> str:
    """The n stays on one line with itself."""
    return words.replace("(n = ", "(n\u00a0=\u00a0")


def show_table(
    study: Cohort,
    title: str,
    table: pd.DataFrame,
    *,
    n: int | None = None,
    key: str | None = None,
    definition: str = "",
    code: str = "",
) -> str | None:
    """A table of patient rows (UPPERCASE columns) with note and file. With `key`, a column that names each row, one row
    can be chosen: returns its value, which the session remembers while the row is there."""
    nobody = study.left_out_levels.iloc[:0]  # a list of patients compares nothing
    note = _note(study, title, definition, (), (), nobody, study.n if n is None else n)
    _draw_title(study, note)
    if table.empty:
        st.info(NOBODY)
        _draw_note(note)
        return None
    chosen = _draw_rows(study, table, title, key, code)
    with st.container(horizontal=True, vertical_alignment="center"):
        _draw_note(note)
        _draw_download(study, note, code, "rows", table)
    return chosen


def _draw_rows(study: Cohort, table: pd.DataFrame, title: str, key: str | None, code: str) -> str | None:
    """Rows are chosen by position, so the widget's key holds the request: another cohort never inherits a position."""
    shared = dict(
        hide_index=True,
        column_config=_formats(table) | _wide_enough(table),
        alt=clean(title),
        row_height=26,
        placeholder=NO_VALUE,
        height="content" if len(table) <= _TABLE_ROWS else 26 * _TABLE_ROWS,
    )
    if key is None:
        st.dataframe(table, **shared)
        return None
    memory, moved = session_memory("chosen"), session_memory("moved").get(code, 0)
    request = hashlib.sha256(f"{study.key}{page_choices()}{moved}".encode()).hexdigest()[:12]
    before = [i for i, value in enumerate(table[key]) if value == memory.get(code)][:1]
    event = st.dataframe(
        table,
        on_select="rerun",
        selection_mode="single-row",
        key=f"rows:{code}:{request}",
        selection_default={"selection": {"rows": before}},
        **shared,
    )
    if event.selection.rows:
        memory[code] = str(table[key].iloc[event.selection.rows[0]])
    return memory.get(code) if memory.get(code) in set(table[key]) else None


def choose_row(code: str, value: str) -> None:
    """Callback: choose a row of the table `code` from elsewhere. The table is made anew, with that row checked."""
    session_memory("chosen")[code] = value
    moved = session_memory("moved")
    moved[code] = moved.get(code, 0) + 1


def _note(
    study: Cohort,
    title: str,
    definition: str,
    methods: tuple[str, ...],
    notes: Sequence[str],
    left_out: pd.DataFrame,
    n: int,
) -> Note:
    return Note(title, n, definition, methods, tuple(notes), left_out[left_out["n"] > 0], _rule_lines(study))


def _rule_lines(study: Cohort) -> tuple[str, ...]:
    return tuple(
        f"Rule: {rule.label}: {rule.words(getattr(study.rules, rule.code))}"
        for rule in RULES
        if rule.only_when is None or getattr(study.rules, rule.only_when[0]) == rule.only_when[1]
    )


def rows_of(charts: Sequence[Chart]) -> list[list[Chart]]:
    """The charts in rows: panels two abreast, every other alone."""
    rows: list[list[Chart]] = []
    for chart in charts:
        if chart.panel and rows and rows[-1][0].panel and len(rows[-1]) < PANELS_ABREAST:
            rows[-1].append(chart)
        else:
            rows.append([chart])
    return rows


def _draw_charts(charts: Sequence[Chart], note: Note, code: str) -> None:
    for i, row in enumerate(rows_of(charts)):
        places = st.columns(PANELS_ABREAST) if row[0].panel else (nullcontext(),)
        for j, (place, chart) in enumerate(zip(places, row, strict=False)):
            with place:
                if chart.panel:
                    st.markdown(f":small[**{_unbroken_n(inert(chart.panel))}**]")
                _draw_chart(chart, note, f"{code}:{i}:{j}")


def _draw_chart(chart: Chart, note: Note, key: str) -> None:
    """The titles and counts stay outside the spec, which is constant; named frames go in as its datasets."""
    alt = clean(chart.alt or f"{note.title}, {note.n} patients. The same numbers stand in the table below.", 1000)
    drawn = for_dark(chart.spec) if st.context.theme.type == "dark" else chart.spec
    if isinstance(chart.frame, dict):
        spec, frame = drawn | {"datasets": dict(chart.frame)}, None
    else:
        spec, frame = drawn, chart.frame
    st.vega_lite_chart(frame, spec, width="stretch", theme=None, alt=alt, key=f"chart:{key}")


def _draw_numbers(numbers: pd.DataFrame, title: str, rows: int) -> None:
    numbers = without_reasons(numbers)
    st.dataframe(
        numbers,
        hide_index=True,
        column_config=_formats(numbers) | _wide_enough(numbers),
        column_order=_reading_order(numbers),
        alt=f"{clean(title)}: numbers",
        row_height=26,
        placeholder=NO_VALUE,
        height="content" if len(numbers) <= rows else 26 * rows,
    )


def _wide_enough(numbers: pd.DataFrame) -> dict[str, Any]:
    """Columns of words as wide as their longest: left alone, only the first rows would decide."""
    longest = {
        name: max((len(str(word)) for word in numbers[name].dropna()), default=0) for name in WIDEST if name in numbers
    }
    wide = {name: n for name, n in longest.items() if n > 12}
    most = {
        name: px if len({*wide} & {*READ_FIRST}) < 2 or name not in READ_FIRST else WIDEST_OF_TWO
        for name, px in WIDEST.items()
    }
    return {
        name: st.column_config.Column(_words(name), help=name, width=min(24 + 6 * n, most[name]))
        for name, n in wide.items()
    }


def _reading_order(numbers: pd.DataFrame) -> list[str]:
    """Of what, when, how much: the result stays in sight on a narrow screen, what it is made of follows."""
    told = [name for name in numbers if name not in CONSTANTS or not _says_nothing(numbers[name])]
    told = [name for name in told if not _is_empty(numbers[name])]
    first = [name for name in READ_FIRST if name in told]
    rest = [name for name in told if name not in first]
    parts = [name for name in PARTS if name in rest]  # of the result: a remark is read before them
    return [*first, *(name for name in rest if name not in parts), *parts]


def _is_empty(column: pd.Series) -> bool:
    """No value or word in any row: nothing to read."""
    known = column.dropna()
    return len(column) > 0 and (known.empty or (known.astype("str") == "").all())


def _says_nothing(column: pd.Series) -> bool:
    """The same words in every row, which stand in the title: room for the numbers, which the file has beside them."""
    return len(column) > 1 and column.nunique() == 1


def _formats(frame: pd.DataFrame) -> dict[str, Any]:
    """Columns under the words people use, dates without hours, whole counts without decimals."""
    return {name: _format(name, frame[name]) for name in frame.columns}


def _format(name: str, values: pd.Series) -> Any:
    words = _words(name)
    if pd.api.types.is_datetime64_dtype(values):
        return st.column_config.DateColumn(
            words, format="YYYY-MM-DD", help=name, width=max(DATE_WIDTH, 24 + 7 * len(words))
        )
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        return st.column_config.NumberColumn(words, format=_decimals(name, values), help=name)
    return st.column_config.Column(words, help=name)


def _words(name: str) -> str:
    return RESULT_WORDS.get(name) or COLUMN_WORDS.get(name, name)


def _decimals(name: str, values: pd.Series) -> str:
    if name == "p_value":
        return "%.4f"
    if name in ("RELMO", "MONTHS"):
        return "%.1f"
    if name in ("VALUE", "LIMIT") or name.startswith(("median", "quartile", "lowest", "highest")):
        return "%.4g"  # from fractions of 1e-6 to copies in the thousands; days and half days
    if name.startswith(("conf_", "estimate", "share")):
        return "%.3f"
    known = values.dropna().to_numpy(float)
    return "%d" if (known == np.round(known)).all() else "%.3f"


def _draw_note(note: Note) -> None:
    """One element with a paragraph a line: a dozen elements a figure would cost more than its estimate."""
    with st.popover("Method"):
        st.markdown("\n\n".join(inert(line, 2000) for line in note.lines()))
        for name in note.sections:
            with st.expander(name, type="compact"):
                st.markdown(sections()[name])


def _draw_download(study: Cohort, note: Note, code: str, kind: str, frame: pd.DataFrame) -> None:
    lines = [*header_lines(study, note, kind), *_column_lines(frame)]
    _draw_button(
        f"CSV: {kind}",
        lambda: csv_bytes(frame, lines),
        file_name(study, code, kind),
        "text/csv",
        f"{code}:{kind}",
        kind,
    )


def _draw_images(study: Cohort, note: Note, code: str, charts: Sequence[Chart]) -> None:
    """The charts of the figure as one image, made on the click."""
    drawn = [[(chart.spec, chart.frame, clean(chart.panel)) for chart in row] for row in rows_of(charts)]
    title, lines = clean(f"{note.title} (n = {note.n})", 400), image_lines(study, note, charts)
    for kind, mime in FORMATS.items() if drawn else ():
        _draw_button(
            kind.upper(),
            lambda kind=kind: image_bytes(drawn, title, lines, kind),
            file_name(study, code, "image", kind),
            mime,
            f"{code}:{kind}",
            f"{kind.upper()} image",
        )


def image_lines(study: Cohort, note: Note, charts: Sequence[Chart] = ()) -> list[str]:
    """What stands under the title of an image: rules not at their default, filters, abbreviations, maturity, who is
    left out, what its charts must say, label."""
    filters = "; ".join(f"{FILTER[code].label}: {words}" for code, words in study.filter_words.items())
    charted = [line for chart in charts for line in chart.on_image]
    lines = [
        *study.changed_rules(),
        *([f"Filtered by {filters}"] if filters else []),
        *on_images(note.notes),
        *charted,
        *note.maturity.strip,
        note.left_out_words(),
        label_line(study.loaded.cutoff_date, study.loaded.version),
        *([SYNTHETIC] if study.loaded.synthetic else []),
    ]
    return [clean(line, 600) for line in lines if line]


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


def header_lines(study: Cohort, note: Note, kind: str) -> list[str]:
    """The comment lines of a file: what it is, of whom, as of when, made by what."""
    filters = "; ".join(f"{code} = {words}" for code, words in study.filter_words.items()) or "none"
    views = "; ".join(f"{code} = {value}" for code, value in page_choices().items())
    groups = "; ".join(g.label for g in study.groups)
    return [
        note.title,
        f"Content: {kind}",
        LABEL,
        *([SYNTHETIC] if study.loaded.synthetic else []),
        f"Dataset: {study.loaded.title}",
        f"Data cut-off: {study.loaded.cutoff_date}",
        f"Dataset version: {study.loaded.version}",
        f"App version: {APP_VERSION}",
        f"Population: {study.who()}; in this figure: {note.n}",
        f"Filters: {filters}",
        f"Compared by: {study.by.label if study.by else 'nothing'} ({groups})",
        *([f"View: {views}"] if views else []),
        *note.file_lines(),
    ]


def _column_lines(frame: pd.DataFrame) -> list[str]:
    """What the coded columns of a file mean; AVAL and ENTRY count days."""
    words = [f"{name} = {COLUMN_WORDS[name]}" for name in frame.columns if name in COLUMN_WORDS]
    return [f"Columns: {'; '.join(words)}"] if words else []


def file_name(study: Cohort, code: str, kind: str, ending: str = "csv") -> str:
    """Named after the request, not only the figure: two requests never share a file, whatever a cache compares."""
    request = canonical(cohort=study.key, app=APP_VERSION, figure=code, kind=kind, view=page_choices())
    return f"{code}_{kind}_{hashlib.sha256(request.encode()).hexdigest()[:12]}.{ending}"
