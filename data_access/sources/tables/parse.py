"""The mapping file of the tables reader: how datasets are written, which of their rows become which rows of ours.

[tables]                                   # of every dataset; [dataset.NAME] has the same for one
subject = "USUBJID"
decimal = ","

[[table]]
target = "transplant"                      # our table
dataset = "ADTTE"                          # ADTTE.xpt, ADTTE.csv, a sheet ADTTE ...
where = { PARAMCD = "OS", CNSR = ["0"] }   # each variable must have one of the values
filled = ["ADT"]                           # these must not be empty

[table.columns]
patient_id = "USUBJID"                     # parse_column.py says what may stand here
"""

import codecs
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from data_access.bundle.problems import Problems, shown
from data_access.schema.tables import BUNDLE_TABLES, PRODUCT, TABLE, columns_of, key_of, natural_key_of
from data_access.sources.dates import reader_of
from data_access.sources.files.csv_file import SEPARATORS
from data_access.sources.mapping import YesOrTexts, check_entries, table_of
from data_access.sources.tables.compare import as_compared
from data_access.sources.tables.declared import DatasetOptions, Pseudonyms, Selection, TablesMapping, Target
from data_access.sources.tables.parse_column import source_of, texts_of, upper, values_of

DATASET_ENTRIES = {
    "subject": str,
    "separator": str,
    "encoding": str,
    "decimal": str,
    "dates": object,
    "missing": list,
    "header": int,
    "prefix": str,
    "case": str,
    "letters_are_codes": bool,
}
GENERAL_ENTRIES = DATASET_ENTRIES | {"not_read": list}
OWN_ENTRIES = DATASET_ENTRIES | {"file": str, "sheet": str, "left_out": dict}
TABLE_ENTRIES = {
    "target": str,
    "dataset": str,
    "where": dict,
    "filled": list,
    "key": list,
    "distinct": YesOrTexts,
    "several": str,
    "by": str,
    "for_each": list,
    "columns": dict,
}
SELECT_ENTRIES = {"dataset": str, "where": dict, "filled": list}
SEVERAL = ("first", "last", "highest", "lowest")
BY_VALUE = ("highest", "lowest")
CASES = ("upper", "lower")


@dataclass(frozen=True)
class Preset:
    """What a format says beforehand. section: the part that holds for every dataset; subject: the variable that names
    the patient; dataset: where entries need not name one; renamed: its own names of general entries; rows: its own
    entries of a selection -> the variable that must have these values; others: entries that are read elsewhere.
    """

    section: str = "tables"
    subject: str = "USUBJID"
    dataset: str = ""
    renamed: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[str, type] = field(default_factory=dict)


class Parser:
    """Reads the parts of one mapping."""

    def __init__(self, file: str, mapping: dict, preset: Preset, problems: Problems):
        self.file, self.mapping, self.preset, self.problems = file, mapping, preset, problems
        self.section, self.subject, self.dataset = preset.section, preset.subject, preset.dataset

    def say(self, message: str, column: str | None = None, value: str | None = None) -> None:
        self.problems.add(self.file, "mapping-entry", message, column=column, value=value)

    def mapping_of(self) -> TablesMapping | None:
        """The whole mapping; None, and problems, when it is not as declared."""
        before = self.problems.total
        written = table_of(self.mapping, self.section, self.file, self.problems)
        general_entries = {self.preset.renamed.get(name, name): value for name, value in written.items()}
        types = {**GENERAL_ENTRIES, **self.preset.others}
        general = self._options(general_entries, self.section, types, DatasetOptions(self.subject.upper()))
        datasets = {name.upper(): self._dataset(name, entries, general) for name, entries in self._named("dataset")}
        selections = {name.upper(): self._selection(f"select.{name}", e) for name, e in self._named("select")}
        targets = tuple(self._targets())
        for target in targets:
            self._check_missing(target, datasets.get(target.selection.dataset, general))
        if self.problems.total > before:
            return None
        known = {name: selection for name, selection in selections.items() if selection is not None}
        not_read = upper(general_entries.get("not_read", ()))
        return TablesMapping(targets, known, general, datasets, not_read)

    def _named(self, name: str) -> Iterator[tuple[str, Any]]:
        for key, entries in table_of(self.mapping, name, self.file, self.problems).items():
            if isinstance(entries, dict):
                yield key, entries
            else:
                self.say(f"[{name}.{shown(key)}] must be a table")

    def _dataset(self, name: str, entries: dict, general: DatasetOptions) -> DatasetOptions:
        where = f"dataset.{shown(name)}"
        options = self._options(entries, where, OWN_ENTRIES, general)
        told = entries.get("left_out", {})
        left_out = {name.upper(): values_of(v) for name, v in told.items()} if isinstance(told, dict) else {}
        return replace(options, file=entries.get("file", ""), sheet=entries.get("sheet", ""), left_out=left_out)

    def _options(self, entries: dict, where: str, types: Mapping[str, type], given: DatasetOptions) -> DatasetOptions:
        before = self.problems.total
        check_entries(entries, types, where, self.file, self.problems)
        if self.problems.total == before:
            self._check_form(entries, where)
        if self.problems.total > before:
            return given
        form = {name: entries[name] for name in ("separator", "encoding", "decimal", "header") if name in entries}
        return replace(
            given,
            subject=entries.get("subject", given.subject).upper(),
            form=replace(given.form, **form),
            dates=texts_of(entries.get("dates", given.dates)),
            missing=frozenset(texts_of(entries.get("missing", given.missing))),
            pseudonyms=self._pseudonyms(entries, where, given.pseudonyms),
        )

    def _check_form(self, entries: dict, where: str) -> None:
        for name, allowed in (("separator", tuple(SEPARATORS)), ("decimal", (".", ",")), ("case", CASES)):
            if isinstance(entries.get(name), str) and entries[name] not in allowed:
                self.say(f"[{where}] must have one of {', '.join(map(repr, allowed))} here", name, shown(entries[name]))
        if entries.get("header", 1) < 1:
            self.say(f"[{where}] must have the line of the header here, from 1", "header")
        for text in texts_of(entries.get("dates", ())):
            if fault := date_fault(text):
                self.say(f"[{where}] {fault}", "dates")
        try:
            codecs.lookup(entries.get("encoding", "utf-8"))
        except (LookupError, TypeError, ValueError):
            self.say(f"[{where}] must name an encoding that exists", "encoding", shown(str(entries["encoding"])))

    def _pseudonyms(self, entries: dict, where: str, given: Pseudonyms) -> Pseudonyms:
        found = replace(given, **{n: entries[n] for n in ("prefix", "case", "letters_are_codes") if n in entries})
        if found.letters_are_codes and not any(c.isdigit() for c in found.prefix):
            self.say(
                f"[{where}] must have a prefix with a digit, as C1-, where letters_are_codes is true: so that a code "
                "is told from a name wherever it comes",
                "prefix",
            )
        return found

    def _selection(self, where: str, entries: dict, types: Mapping[str, type] = SELECT_ENTRIES) -> Selection | None:
        before = self.problems.total
        entries = {"dataset": self.dataset, **entries} if self.dataset else entries
        types = {**types, **dict.fromkeys(self.preset.rows, object)}
        check_entries(entries, types, where, self.file, self.problems, required=("dataset",))
        if self.problems.total > before:
            return None
        asked = entries.get("where", {}) | {v: entries[name] for name, v in self.preset.rows.items() if name in entries}
        conditions = {name.upper(): tuple(map(as_compared, values_of(value))) for name, value in asked.items()}
        return Selection(entries["dataset"].upper(), conditions, upper(entries.get("filled", ())))

    def _targets(self) -> Iterator[Target]:
        tables = self.mapping.get("table", [])
        if not isinstance(tables, list) or not tables:
            self.say("a mapping must have tables, written as [[table]]")
            return
        for number, entries in enumerate(tables, 1):
            if not isinstance(entries, dict):
                self.say(f"[table {number}] must be a table")
                continue
            for part in self._parts(number, entries):
                target = self._target(number, *part)
                if target is None:
                    break  # said once, not for every column group
                yield target

    def _parts(self, number: int, entries: dict) -> list[tuple[dict, str]]:
        """The entry as it is, or with each text of `for_each` in the place of {}: one row, several of ours."""
        parts = entries.get("for_each")
        if parts is None:
            return [(entries, "")]
        before = self.problems.total
        check_entries({"for_each": parts}, {"for_each": list}, f"table {number}", self.file, self.problems)
        if parts == []:
            self.say(f"[table {number}] must have texts in 'for_each'", "for_each")
        if self.problems.total > before:
            return []
        rest = {name: value for name, value in entries.items() if name != "for_each"}
        return [(_filled_in(rest, str(part)), str(part)) for part in parts]

    def _target(self, number: int, entries: dict, part: str) -> Target | None:
        """The n-th [[table]]; None, and problems, when it is not as declared."""
        where, before = f"table {number}", self.problems.total
        selection = self._selection(where, entries, TABLE_ENTRIES)
        if selection is None:
            return None
        name = entries.get("target", "")
        where = f"table {number}, {shown(name)}"
        tables = [table.name for table in BUNDLE_TABLES if table is not PRODUCT]
        if name not in tables:
            self.say(f"[{where}] must have a target among {', '.join(tables)}", "target", shown(name))
            return None
        columns = {
            column: source_of(column, TABLE[name], value, where, self.say)
            for column, value in entries.get("columns", {}).items()
        }
        self._check_required(TABLE[name], columns, where)
        self._check_several(TABLE[name], entries, where)
        if self.problems.total > before:
            return None
        return Target(
            name,
            selection,
            {column: source for column, source in columns.items() if source is not None},
            upper(entries.get("key", ())),
            bool(entries.get("distinct", False)),
            upper(texts_of(entries.get("distinct", ()))),
            entries.get("several", ""),
            entries.get("by", "").upper(),
            part,
            number,
        )

    def _check_required(self, table, columns: dict, where: str) -> None:
        for column in columns_of(table):
            made = column is key_of(table) and column.name != "patient_id"  # from the columns that identify a row
            if not column.nullable and not made and column.name not in columns:
                self.say(f"[{where}] must say where this required column comes from", column.name)

    def _check_missing(self, target: Target, options: DatasetOptions) -> None:
        """A text must not be mapped and be declared to say nothing: one of the two would go without a word."""
        for column, source in target.columns.items():
            silent = set(map(as_compared, (*options.missing, *source.missing))) - {""}
            for text in sorted(silent & {text for text, code in (source.values or {}).items() if code}):
                self.say(f"[{target.name}] must not map a text that is declared as missing", column, shown(text))

    def _check_several(self, table, entries: dict, where: str) -> None:
        several = entries.get("several")
        if several is not None and several not in SEVERAL:
            self.say(f"[{where}] must have one of {', '.join(SEVERAL)} here", "several", shown(str(several)))
        if several is not None and not natural_key_of(table):
            self.say(f"[{where}] must not have 'several': nothing but the key identifies a row of the table", "several")
        if ("by" not in entries and several in BY_VALUE) or ("by" in entries and several is None):
            self.say(f"[{where}] must have 'by', the variable to compare, with highest and lowest", "by")


def date_fault(text: str) -> str | None:
    """Why a text is no date format, in words."""
    try:
        reader_of(text)
    except ValueError as fault:
        return str(fault)
    return None


def _filled_in(value, part: str):
    """The same entry with {} replaced in every text, names included."""
    if isinstance(value, str):
        return value.replace("{}", part)
    if isinstance(value, list):
        return [_filled_in(item, part) for item in value]
    if isinstance(value, dict):
        return {_filled_in(name, part): _filled_in(item, part) for name, item in value.items()}
    return value


def tables_mapping_of(
    file: str, mapping: dict, problems: Problems, preset: Preset | None = None
) -> TablesMapping | None:
    """The mapping of a file; None, and problems, when it is not as declared."""
    preset = preset or Preset()
    for name in mapping.keys() - {"cohort", "product", preset.section, "dataset", "select", "table"}:
        problems.add(
            file, "mapping-entry", f"a mapping for {preset.section} must not have the entry", column=shown(name)
        )
    return Parser(file, mapping, preset, problems).mapping_of()
