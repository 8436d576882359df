"""The export of an existing REDCap project, by a field map: a preset of the tables reader.

[redcap] with [[table]] entries: each takes rows of one repeating instrument (or of none), in a longitudinal project of
the events it names, and says which field of the project is which column of ours. Raw values only. The project's own
data dictionary, where it is given, tells labels from raw values, choices that nobody maps, and fields that identify.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from data_access.bundle.problems import WARN, Problems, shown
from data_access.bundle.sheet import Converted, Sheet
from data_access.private import AnyFile
from data_access.sources.files.csv_file import Form, read_csv
from data_access.sources.files.found import Place
from data_access.sources.redcap_dictionary import Dictionary, Question
from data_access.sources.tables.convert import convert_places
from data_access.sources.tables.declared import EVERY_OTHER, Selection, Source, TablesMapping, Target
from data_access.sources.tables.parse import Preset, tables_mapping_of

EXPORT = "EXPORT"
EVENT, INSTRUMENT = "redcap_event_name", "redcap_repeat_instrument"
PRESET = Preset(
    section="redcap",
    subject="record_id",
    dataset=EXPORT,
    renamed={"record_id": "subject", "missing_codes": "missing"},
    rows={"events": EVENT.upper(), "instrument": INSTRUMENT.upper()},
    others={"dictionary": str},
)
RAW_EVENT, RAW_NAME = re.compile(r"[a-z0-9_]+_arm_[0-9]+[a-z]?"), re.compile(r"[a-z0-9_]*")
LABEL_HEADER = ("Repeat Instrument", "Repeat Instance", "Event Name")


@dataclass(frozen=True)
class Project:
    """A field map, and the project's own data dictionary (empty where none is given)."""

    mapping: TablesMapping
    dictionary: Dictionary = field(default_factory=Dictionary)


@dataclass(frozen=True)
class Exported(Place):
    """The export, read already."""

    cells: Sheet | None = None

    def read(self, _problems: Problems, _form: Form) -> Sheet | None:
        return self.cells


def project_of(file: str, mapping: dict, folder: Path | None, problems: Problems) -> Project | None:
    """The field map of a mapping; None, and problems, when it is not as declared. folder: where the mapping file is."""
    found = tables_mapping_of(file, mapping, problems, PRESET)
    if found is None:
        return None
    name = mapping.get("redcap", {}).get("dictionary", "")
    if name and folder is None:
        problems.add(
            file,
            "no-dictionary",
            "the project's data dictionary must stand beside the mapping file: handed over alone, it is not used",
            column="dictionary",
            severity=WARN,
        )
    known = Dictionary.read(folder / name, problems) if name and folder else Dictionary()
    return Project(found, known) if known is not None else None


def convert_project(path: AnyFile, project: Project, problems: Problems) -> Converted | None:
    """The rows of an export by table; None, and problems, when it cannot be told apart into rows of tables."""
    sheet = read_csv(path, problems, project.mapping.options_of(EXPORT).form)
    if sheet is None or not _is_raw(sheet, project, problems):
        return None
    mapping = _with_rows(project.mapping, sheet, problems)
    for target in mapping.targets:
        for column, source in target.columns.items():
            _check_field(sheet, target, column, source, project, problems)
    return convert_places([Exported(EXPORT, path, cells=sheet)], mapping, problems)


def _is_raw(sheet: Sheet, project: Project, problems: Problems) -> bool:
    """Raw names of fields, events and instruments: labels change when somebody rewords them."""
    labels = {*LABEL_HEADER, *project.dictionary.labels}
    names = {name.upper() for name in sheet.header}
    if project.mapping.options_of(EXPORT).subject not in names and labels & set(sheet.header):
        problems.add(sheet.file, "label-header", "must have raw field names as header, got: their labels", row=1)
        return False
    before = problems.total
    for column, raw in ((EVENT, RAW_EVENT), (INSTRUMENT, RAW_NAME)):
        for value, line in _values(sheet, column):
            if not raw.fullmatch(value):
                problems.add(
                    sheet.file, "label-not-raw", "must be the raw name", row=line, column=column, value=shown(value)
                )
    return problems.total == before


def _values(sheet: Sheet, column: str) -> Iterator[tuple[str, int]]:
    """Each value of a column once, with its first line."""
    if column in sheet.header:
        at, seen = sheet.header.index(column), set()
        for row, line in zip(sheet.rows, sheet.lines, strict=True):
            if row[at] not in seen:
                seen.add(row[at])
                yield row[at], line


def _with_rows(mapping: TablesMapping, sheet: Sheet, problems: Problems) -> TablesMapping:
    """Without a word, an entry takes the rows that belong to no repeating instrument; of a longitudinal project each
    entry must name its events: fields of another event are empty there, or another visit's."""
    targets = tuple(replace(t, selection=_selection(t.table, t.selection, sheet, problems)) for t in mapping.targets)
    selections = {name: _selection(name, s, sheet, problems) for name, s in mapping.selections.items()}
    return replace(mapping, targets=targets, selections=selections)


def _selection(name: str, selection: Selection, sheet: Sheet, problems: Problems) -> Selection:
    where = dict(selection.where)
    if INSTRUMENT in sheet.header:
        where.setdefault(INSTRUMENT.upper(), ("",))
    if EVENT in sheet.header and EVENT.upper() not in where:
        problems.add(
            sheet.file,
            "event-not-declared",
            f"the events that hold the rows of {shown(name)} must be named in the mapping file",
            row=1,
            column=EVENT,
        )
    return replace(selection, where=where)


def _check_field(
    sheet: Sheet, target: Target, column: str, source: Source, project: Project, problems: Problems
) -> None:
    """What the data dictionary says of a mapped field: identifying, with choices that nobody maps, or exported as
    labels."""
    name = source.variable.rpartition(".")[2].lower()
    question = project.dictionary.questions.get(name)
    if question is None:
        return
    if question.identifies and column not in ("patient_id", "birth_month"):
        problems.add(
            sheet.file,
            "identifier-field",
            f"{target.table}.{column} must not be filled from a field that the project marks as an identifier",
            row=1,
            column=shown(name),
        )
    if source.values is not None and EVERY_OTHER not in source.values:
        _check_choices(sheet, question, source, problems)


def _check_choices(sheet: Sheet, question: Question, source: Source, problems: Problems) -> None:
    values = source.values or {}
    for raw, label in question.choices.items():
        if raw not in values:
            problems.add(
                sheet.file,
                "unmapped-choice",
                "a choice of the field should be mapped: it is refused when it comes",
                row=1,
                column=question.name,
                value=shown(f"{raw}, {label}"),
                severity=WARN,
            )
    labels = set(question.choices.values()) - set(question.choices) - set(values)
    for value, line in _values(sheet, question.name):
        if value in labels:
            problems.add(
                sheet.file, "label-not-raw", "must be a raw value", row=line, column=question.name, value=shown(value)
            )
