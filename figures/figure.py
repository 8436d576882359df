"""Figure: a result dressed for a reader. The only way out for data: screen, file and report show the same."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from analyses.cohort import Cohort
from analyses.counted import CODE as COUNTED
from analyses.memory import canonical
from analyses.methods import compared_by
from analyses.result import REFUSED, Note, Result
from analyses.small_cells import as_seen
from analyses.time_to_event.maturity import FollowUp, maturity
from analyses.version import APP_VERSION
from endpoints.cohort import FILTER
from figures.answer import answer_line
from figures.chart import Chart, rows_of
from figures.comparison import comparison_notes, comparison_table
from figures.export import content_lines, csv_bytes
from figures.glossary import abbreviation_lines
from figures.image import image_bytes
from figures.labels import LABEL, SYNTHETIC, label_line, one_line
from figures.methods import follow_up_sections, method_lines, section_names
from figures.monitoring import worded  # with the words of what monitoring finds, which stand there
from figures.multiplicity import counted_tests
from figures.notes import (
    NOBODY,
    NOT_BY,
    PALER,
    emptied,
    fading,
    follow_up_words,
    left_out_words,
    not_split_by,
    overlapping,
    rule_words,
    with_by,
)
from figures.tables import Tables
from figures.workbook import column_lines, columns_line, xlsx_bytes

NUMBERS, DIFFERENCES, PATIENTS = "numbers", "differences", "patients"
ROWS, IMAGE = "rows", "image"
LONGEST_TITLE, LONGEST_LINE = 400, 600
NOTES_SHOWN = 1  # under a chart, beside who is excluded
COMPARISON = "comparison"  # its content is in the answer line
WITHOUT_PATIENTS = ("emptied", "no_patients")  # compared groups that nobody is in
ELSEWHERE = (COMPARISON, COUNTED, PALER.code, "abbreviations", "denominators")  # abbreviations explain themselves


@dataclass(frozen=True, eq=False)
class Figure:
    """What a reader gets. cohort: as the figure compares it; n: patients in it; charts; tables: by kind, what leaves as
    a file; answer: what it says, in one sentence; excluded: who is not in it, in words; notes: what it says of itself
    besides, by code.

    definition, methods, sections: how it was made (sections of docs/methods.md); follow_up: of everybody, then of each
    compared group; is_refused: not defined for this population; result: what it shows, where it shows one. A figure
    without patients has a sentence in `nobody`.
    """

    cohort: Cohort
    code: str
    title: str
    n: int
    charts: tuple[Chart, ...] = ()
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    excluded: str = ""
    notes: tuple[Note, ...] = ()
    answer: str = ""
    definition: str = ""
    methods: tuple[str, ...] = ()
    sections_of: Callable[[bool], tuple[str, ...]] = lambda _: ()
    follow_up_of: Callable[[], tuple[FollowUp, ...]] = tuple
    is_refused: bool = False
    result: Result | None = field(default=None, repr=False)

    @cached_property
    def follow_up(self) -> tuple[FollowUp, ...]:
        """Counted when it is asked for: a screen asks when *How calculated* is opened."""
        return self.follow_up_of()

    @cached_property
    def sections(self) -> tuple[str, ...]:
        """Headings of docs/methods.md, those on follow-up among them where there is some."""
        return self.sections_of(bool(self.follow_up))

    @property
    def nobody(self) -> str:
        """Why there is nothing to show; "" where there is."""
        if self.n and (self.charts or not self.tables[ROWS if ROWS in self.tables else NUMBERS].empty):
            return ""
        told = [note.text for note in self.notes] or [NOBODY]
        return " ".join([*told, *([] if self.is_refused or not self.excluded else [self.excluded])])

    @property
    def heading(self) -> str:
        """Title, n, and the rules that are not at their default."""
        return " · ".join((f"{self.title} (n = {self.n})", *self.cohort.changed_rules()))

    @property
    def strip(self) -> tuple[str, ...]:
        """Follow-up of everybody in the figure: one line per origin."""
        return tuple(follow_up_words(one) for one in self.follow_up if not one.group)

    @property
    def parts(self) -> tuple[str, ...]:
        """Follow-up of each compared group."""
        return tuple(follow_up_words(one) for one in self.follow_up if one.group)

    @property
    def key(self) -> tuple[str, ...]:
        """What stands over the charts, as their legend does: how they are drawn."""
        return tuple(note.text for note in self.notes if note.code == PALER.code)

    def remarks(self) -> list[str]:
        """What stands under the charts, a line each: that a chosen comparison is not drawn, who is not in them and
        whom they count, then at most one note that changes how they are read. All others stand with the method."""
        not_by = (note.text for note in self.notes if note.code == NOT_BY)
        told = " ".join(note.text for note in self.notes if note.code in (COUNTED, *WITHOUT_PATIENTS))
        first = " ".join(filter(None, (self.excluded, told)))
        return [line for line in (*not_by, first, *(note.text for note in self._first_notes())) if line]

    def _first_notes(self) -> tuple[Note, ...]:
        notes = (note for note in self.notes if note.on_image and note.code not in ELSEWHERE)
        return tuple(note for note in notes if note.text != self.answer)[:NOTES_SHOWN]

    def alt(self, chart: Chart) -> str:
        """A chart for those who do not see it: what the figure says, then what this picture shows."""
        shown = chart.alt or f"{self.title}, {self.n} patients."
        return f"{self.answer} {shown}".strip()

    def method_lines(self) -> list[str]:
        """How it was made: one sentence or fact per line."""
        rules = (f"Rule: {words}" for words in rule_words(self.cohort))
        notes = (note.text for note in self.notes if note.text != self.answer)
        lines = (self.definition, *self.methods, *notes, *self.strip, *self.parts, self.excluded, *rules)
        return [line for line in (*lines, self._section_words()) if line]

    def _section_words(self) -> str:
        return f"In full in docs/methods.md: {'; '.join(self.sections)}." if self.sections else ""

    def file_lines(self) -> list[str]:
        """The same for the comment lines of a file: methods, follow-up and rules have a line each, so that the table
        is in sight."""
        notes, follow_up = (note.text for note in self.notes), " ".join((*self.strip, *self.parts))
        rules = f"Rules: {'; '.join(rule_words(self.cohort))}"
        lines = (self.definition, " ".join(self.methods), *notes, follow_up, self.excluded, rules)
        return [line for line in (*lines, self._section_words()) if line]

    def header_lines(self, kind: str, view: Mapping[str, str]) -> list[str]:
        """The comment lines of a file: what it is, of whom, as of when, made by what. view: the page's choices."""
        cohort = self.cohort
        filters = "; ".join(f"{code} = {words}" for code, words in cohort.filter_words.items()) or "none"
        views = "; ".join(f"{code} = {value}" for code, value in view.items())
        groups = "; ".join(group.label for group in cohort.groups)
        return [
            self.title,
            *([f"Answer: {self.answer}"] if self.answer else []),
            f"Content: {kind}",
            LABEL,
            *([SYNTHETIC] if cohort.data.synthetic else []),
            f"Dataset: {cohort.data.title}",
            f"Data cut-off: {cohort.data.cutoff_date}",
            f"Dataset version: {cohort.data.version}",
            f"App version: {APP_VERSION}",
            f"Population: {cohort.who()}; in this figure: {self.n}",
            f"Filters: {filters}",
            f"Compared by: {cohort.by.label if cohort.by else 'nothing'} ({groups})",
            *([f"View: {views}"] if views else []),
            *self.file_lines(),
        ]

    def csv(self, kind: str, view: Mapping[str, str]) -> bytes:
        """One of its tables as a CSV file."""
        table = self.tables[kind]
        lines = self.header_lines(kind, view)
        return csv_bytes(table, [*lines, *abbreviation_lines(lines, table, self.notes), *columns_line(table)])

    def image_lines(self) -> list[str]:
        """What stands under the title of an image: rules not at their default, filters, abbreviations, follow-up, who
        is excluded, what its charts must say, label."""
        data = self.cohort.data
        filters = "; ".join(f"{FILTER[code].label}: {words}" for code, words in self.cohort.filter_words.items())
        lines = [
            self.answer,
            *self.cohort.changed_rules(),
            *([f"Filtered by {filters}"] if filters else []),
            *(note.text for note in self.notes if note.on_image and note.code != COMPARISON),
            *(line for chart in self.charts for line in chart.on_image),
            *self.strip,
            self.excluded,
            label_line(data.cutoff_date, data.version),
            *([SYNTHETIC] if data.synthetic else []),
        ]
        return [one_line(line, LONGEST_LINE) for line in lines if line]

    def image(self, kind: str) -> bytes:
        """Its charts as one image, "svg" or "png"."""
        rows = [[(chart.spec, chart.frame, one_line(chart.panel)) for chart in row] for row in rows_of(self.charts)]
        title = one_line(f"{self.title} (n = {self.n})", LONGEST_TITLE)
        return image_bytes(rows, title, self.image_lines(), kind)

    def file_name(self, kind: str, view: Mapping[str, str], ending: str = "csv") -> str:
        """Named after the request, not only the figure: two requests never share a file, whatever a cache compares."""
        request = canonical(cohort=self.cohort.key, app=APP_VERSION, figure=self.code, kind=kind, view=dict(view))
        return f"{self.code}_{kind}_{hashlib.sha256(request.encode()).hexdigest()[:12]}.{ending}"

    def xlsx(self, kind: str, view: Mapping[str, str]) -> bytes:
        """The same as a spreadsheet's own file: typed cells, and a sheet with what the comment lines of the CSV say."""
        table = self.tables[kind]
        lines = self.header_lines(kind, view)
        lines += [*abbreviation_lines(lines, table, self.notes), *column_lines(table), *content_lines(table)]
        return xlsx_bytes(table, lines, pd.Timestamp(self.cohort.data.cutoff_date).to_pydatetime())


def figure_of(
    result: Result,
    title: str,
    *charts: Chart,
    code: str,
    definition: str = "",
    method: Any = None,
    subject: str = "",
    answer: str | None = None,
) -> Figure:
    """A result as a figure.

    subject: what its answer line speaks of, where that is not the title; answer: the line itself, where only the caller
    can word it. method: an estimator, a module with METHOD, REFERENCE and SECTION, or several of them; code: names it
    in files.
    """
    result, charts, answer = as_seen(result, charts, answer)
    cohort = result.cohort
    methods = _methods(result, method)
    return Figure(
        cohort=cohort,
        code=code,
        title=with_by(cohort, title),
        n=result.n,
        charts=charts,
        tables=_tables(result),
        excluded=left_out_words(result),
        answer=answer_line(result, subject or title) if answer is None else answer,
        notes=(
            *comparison_notes(result),
            *emptied(cohort),
            *overlapping(cohort),
            *result.notes,
            *(note for chart in charts for note in chart.notes),
            *(not_split_by(cohort) if result.n else ()),
            *counted_tests(result),
            *fading(result, charts),
        ),
        definition=definition,
        methods=method_lines(*methods),
        sections_of=lambda is_followed: (*section_names(*methods), *follow_up_sections(result, is_followed)),
        follow_up_of=lambda: maturity(result),
        is_refused=bool(set(result.left_out["code"]) & {REFUSED}),
        result=result,
    )


def _methods(result: Result, method: Any) -> tuple[Any, ...]:
    """What made the figure, its test, and what stands beside a comparison."""
    is_tested = result.test or result.homogeneity is not None
    own = method if isinstance(method, tuple) else (method,)
    return (*own, result.tested_by if is_tested else None, *compared_by(result))


def _tables(result: Result) -> Tables:
    """What can leave as a file: the numbers, the differences where two groups are compared, the patients."""
    differences = comparison_table(result)
    beside = {DIFFERENCES: lambda: differences} if len(differences) else {}
    return Tables({NUMBERS: lambda: worded(result), **beside, PATIENTS: lambda: result.patients})
