"""A REDCap flat export (CSV, raw values, repeating instruments) as a bundle.

A mapping with [[table]] entries is the field map of an existing project (redcap_project.py). Without them the project
has the forms of docs/redcap-data-dictionary.csv. The row without a repeat instrument is the patient; every
repeat instance is a row of the table its instrument is named after, its key made of record and instance. Cells go to
the loader as they are, but for yes/no (1 and 0) and declared missing-data codes.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from data_access.bundle.accounts import Account, LeftOut, NotTaken
from data_access.bundle.problems import Problems, masked, shown
from data_access.bundle.sheet import Converted, Sheet
from data_access.private import AnyFile
from data_access.redcap_forms import FIELDS, FORMS, RECORD, YES_NO, YES_NO_LABELS, Field, choices_of, form_label
from data_access.schema.tables import PATIENT, TABLE, allowed_values, key_of, kind_of, since
from data_access.sources.files.csv_file import Form, read_csv
from data_access.sources.redcap_options import Options
from data_access.sources.redcap_project import Project, convert_project

EVENT, INSTRUMENT, INSTANCE = "redcap_event_name", "redcap_repeat_instrument", "redcap_repeat_instance"
STRUCTURE = (EVENT, INSTRUMENT, INSTANCE)
SYSTEM = {*STRUCTURE, "redcap_data_access_group", "redcap_survey_identifier"}
STATUS = re.compile(r".+_(complete|timestamp)")  # of a form: status, or when a survey was answered


def convert_redcap(path: AnyFile, options: Options | Project, problems: Problems) -> Converted | None:
    """The rows of a flat export by table; None, and problems, when the file cannot be told apart into forms."""
    if isinstance(options, Project):
        return convert_project(path, options, problems)
    sheet = read_csv(path, problems, Form(separator=options.separator))
    if sheet is None or not _is_flat_export(sheet, options, problems):
        return None
    fields = _fields_of(sheet, options, problems)
    converted = Converted(columns={(f.form, f.column.name): name for name, f in fields.items()})
    converted.columns |= {(form, RECORD): options.record_id for form in FORMS}
    reader = _Reader(sheet, options, fields, converted, problems)
    for index, cells in enumerate(sheet.rows):
        reader.take(index, dict(zip(sheet.header, cells, strict=True)))
    _check_instances(reader)
    problems.accounts.append(reader.account())
    _check_records(reader)
    return converted


def _is_flat_export(sheet: Sheet, options: Options, problems: Problems) -> bool:
    """Whether record and repeat columns are there, so that rows can be told apart."""
    labels = {field.column.comment for field in FIELDS.values()} | {"Repeat Instrument", "Repeat Instance"}
    if options.record_id not in sheet.header and labels & set(sheet.header):
        problems.add(sheet.file, "label-header", "must have raw field names as header, got: their labels", row=1)
        return False
    for name in (options.record_id, INSTRUMENT, INSTANCE):
        if name not in sheet.header:
            problems.add(
                sheet.file,
                "missing-field",
                "a flat export of repeating instruments must have this column",
                row=1,
                column=name,
            )
    if EVENT in sheet.header and not options.event:
        problems.add(
            sheet.file,
            "event-not-declared",
            "the event that holds these forms must be named in the mapping file",
            row=1,
            column=EVENT,
        )
        return False
    return {options.record_id, INSTRUMENT, INSTANCE} <= set(sheet.header)


def _fields_of(sheet: Sheet, options: Options, problems: Problems) -> dict[str, Field]:
    """Our fields that the export has; what is missing or foreign is listed, unless the mapping file says so."""
    expected = {name: field for name, field in FIELDS.items() if field.form not in options.without and name != RECORD}
    for name, field in expected.items():
        if name not in sheet.header and since(field.column) <= options.schema_version:
            problems.add(sheet.file, "missing-field", "must have this field of the data dictionary", row=1, column=name)
    foreign = [
        name
        for name in dict.fromkeys(sheet.header)
        if name not in expected
        and name not in SYSTEM
        and name not in (options.record_id, *options.ignore)
        and not STATUS.fullmatch(name)
    ]
    for name in foreign:
        code, what = ("checkbox-field", "a checkbox") if "___" in name else ("unknown-field", "a field")
        problems.add(
            sheet.file, code, f"must not have {what} that is not in the data dictionary", row=1, column=shown(name)
        )
    return {name: field for name, field in expected.items() if name in sheet.header}


class _Reader:
    """Takes the rows of one export into `converted`, one after the other."""

    def __init__(
        self, sheet: Sheet, options: Options, fields: dict[str, Field], converted: Converted, problems: Problems
    ):
        self.sheet, self.options, self.fields, self.converted, self.problems = (
            sheet,
            options,
            fields,
            converted,
            problems,
        )
        self.records: set[str] = set()  # with a row of their own
        self.taken, self.ignored, self.gaps = 0, Counter[str](), Counter[str]()
        self.instances: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)  # -> (instance, index)
        self.by_form: dict[str, list[tuple[str, Field]]] = defaultdict(list)
        for name, field in fields.items():
            self.by_form[field.form].append((name, field))

    def say(self, index: int, code: str, message: str, column: str, value: str) -> None:
        self.problems.add(
            self.sheet.file, code, message, row=self.sheet.lines[index], column=column, value=shown(value) or None
        )

    def take(self, index: int, cells: dict[str, str]) -> None:
        """One row: of a patient, or of an instance of a repeating form."""
        if EVENT in cells and cells[EVENT] != self.options.event:
            self.say(index, "wrong-event", f"must be of the event {shown(self.options.event)}", EVENT, cells[EVENT])
            return
        form = cells[INSTRUMENT] or PATIENT.name
        if cells[INSTRUMENT] in self.options.ignore and cells[INSTRUMENT]:
            self.ignored[cells[INSTRUMENT]] += 1
            return
        if not self._is_form(index, cells) or not self._is_numbered(index, cells):
            return
        self._check_other_forms(index, form, cells)
        row = {field.column.name: self._value(index, name, field, cells[name]) for name, field in self.by_form[form]}
        record = cells[self.options.record_id]
        row[RECORD] = record
        if form == PATIENT.name:
            self.records.add(record)
        else:
            self.instances[record, form].append((int(cells[INSTANCE]), index))
            row[key_of(TABLE[form]).name] = f"{record}-{int(cells[INSTANCE]):03d}"
        self.taken += 1
        self.converted.add(form, row, self.sheet.place(index))

    def account(self) -> Account:
        """What became of the rows: those of instruments that the mapping ignores are left out on purpose; and of the
        cells: those of ignored fields, and those with a declared missing code."""
        left_out = tuple((LeftOut(INSTRUMENT, name, on_purpose=True), n) for name, n in self.ignored.items())
        read = len(self.sheet.rows)
        refused = read - self.taken - self.ignored.total()
        cells = {name: Counter(column) for name, column in zip(self.sheet.header, self._columns(), strict=True)}
        return Account(
            *(self.sheet.file, read, self.taken, refused, left_out),
            not_taken=tuple(self._not_taken(cells)),
            missing=tuple(self._missing(cells).items()),
            gaps=tuple(self.gaps.items()),
        )

    def _columns(self) -> Iterator[tuple[str, ...]]:
        return zip(*self.sheet.rows, strict=True) if self.sheet.rows else iter([()] * len(self.sheet.header))

    def _not_taken(self, cells: dict[str, Counter[str]]) -> Iterator[NotTaken]:
        """Fields with values that are none of ours: the mapping names them in `ignore`, or REDCap adds them."""
        known = {*self.fields, self.options.record_id, *STRUCTURE}
        for name in [name for name in cells if name not in known]:
            told = sum(n for text, n in cells[name].items() if text.strip())
            if told:
                yield NotTaken(shown(name), told, on_purpose=name in self.options.ignore)

    def _missing(self, cells: dict[str, Counter[str]]) -> Counter[str]:
        counts = sum((cells[name] for name in self.fields), Counter[str]())
        return Counter({shown(code): counts[code] for code in self.options.missing_codes if counts[code]})

    def _is_form(self, index: int, cells: dict[str, str]) -> bool:
        form = cells[INSTRUMENT]
        if form == "" or (form in FORMS and form not in (PATIENT.name, *self.options.without)):
            return True
        if form == PATIENT.name:
            self.say(
                index, "patient-repeats", "the form of the patient must not be a repeating instrument", INSTRUMENT, form
            )
        elif form in {form_label(name) for name in FORMS}:
            self.say(index, "label-not-raw", "must be the raw name of the instrument", INSTRUMENT, form)
        else:
            self.say(index, "unknown-form", "must be a repeating instrument of the data dictionary", INSTRUMENT, form)
        return False

    def _is_numbered(self, index: int, cells: dict[str, str]) -> bool:
        form, instance = cells[INSTRUMENT], cells[INSTANCE]
        if form == "" and instance != "":
            self.say(
                index, "repeating-event", "forms must repeat as instruments, not with their event", INSTANCE, instance
            )
            return False
        if form != "" and not re.fullmatch("[1-9][0-9]{0,8}", instance):
            self.say(index, "not-an-instance", "must be the number of the instance, from 1", INSTANCE, instance)
            return False
        return True

    def _check_other_forms(self, index: int, form: str, cells: dict[str, str]) -> None:
        """A value of another form in this row would be lost, or belong to nobody knows which instance."""
        for name, field in self.fields.items():
            if field.form != form and cells[name] != "":
                self.say(index, "wrong-form", f"a field of {field.form} must be empty in a row of {form}", name, "")

    def _value(self, index: int, name: str, field: Field, cell: str) -> str:
        """The cell for the loader. A label is listed, and stands for its code so that the rest can be checked."""
        if cell in self.options.missing_codes:
            return ""
        raw, labels = _choices(field)
        if cell not in raw and cell in labels:
            self.say(index, "label-not-raw", f"must be a raw value: {', '.join(raw)}", name, cell)
            return labels[cell]
        return raw.get(cell, cell)


def _choices(field: Field) -> tuple[dict[str, str], dict[str, str]]:
    """(raw value -> ours, label -> ours) of a field with choices."""
    if kind_of(field.column) == "yes_no":
        return YES_NO, YES_NO_LABELS
    raw = {code: code for code in allowed_values(field.column)}
    return raw, {words: code for code, words in choices_of(field.column).items()}


def _check_instances(reader: _Reader) -> None:
    """Each instance once, from 1 without gaps: a gap may be a row that an export filter left out."""
    for (_, form), found in reader.instances.items():
        before = 0
        for number, index in sorted(found):
            if number == before:
                reader.say(
                    index,
                    "duplicate-instance",
                    f"an instance of {form} must come once per record",
                    INSTANCE,
                    str(number),
                )
            elif number > before + 1 and form in reader.options.deleted_instances:
                reader.gaps[form] += number - before - 1
            elif number > before + 1:
                reader.say(
                    index, "instance-gap", f"must be the next instance of {form} after {before}", INSTANCE, str(number)
                )
            before = number


def _check_records(reader: _Reader) -> None:
    """Every record has a row of its own. One without gets an empty one, so that its rows are no orphans besides."""
    firsts: dict[str, int] = {}
    for (record, _), found in reader.instances.items():
        firsts[record] = min(firsts.get(record, found[0][1]), found[0][1])
    for record, index in firsts.items():
        if record not in reader.records:
            reader.say(
                index,
                "no-record-row",
                "a record must have its own row, without a repeat instrument",
                reader.options.record_id,
                masked(record),
            )
            reader.converted.add(PATIENT.name, {RECORD: record}, reader.sheet.place(index))
