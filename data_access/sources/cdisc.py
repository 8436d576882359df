"""ADaM or SDTM-style datasets (XPT or CSV) as a bundle, by a declared mapping.

Nothing is derived here and nothing imputed: a cell is taken, mapped by a declared list, or refused with its file and
row. A partial date is a problem, or left empty with a warning where the mapping says so.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

from data_access.bundle.problems import ERROR, WARN, Problems, masked, shown
from data_access.bundle.sheet import Converted, Sheet, read_csv
from data_access.schema.tables import TABLE, key_of, kind_of, natural_key_of
from data_access.sources.cdisc_mapping import CdiscMapping, Selection, Source, Target
from data_access.sources.dates import CellRefused, of_study_day, to_iso_date
from data_access.sources.xpt import read_xpt

XPT_NAME = 8  # characters that version 5 keeps of a name
SPECIAL_MISSING = re.compile(r"\.[A-Z_]")


@dataclass(frozen=True)
class Datasets:
    """The datasets that the mapping names, and per lookup name: subject -> index of its one row."""

    sheets: dict[str, Sheet]
    places: dict[str, dict[str, int]]  # dataset -> variable -> position of its cell
    lookups: dict[str, tuple[str, dict[str, int]]] = field(default_factory=dict)  # name -> (dataset, subject -> row)

    def cell(self, dataset: str, index: int, variable: str) -> str:
        return self.sheets[dataset].rows[index][self.places[dataset][variable]]

    def kind(self, dataset: str, variable: str) -> str:
        """text, number, date or datetime as the file declares it; '' for CSV, which declares nothing."""
        sheet = self.sheets[dataset]
        return sheet.kinds.get(sheet.header[self.places[dataset][variable]], "")


def convert_cdisc(folder: Path, mapping: CdiscMapping, problems: Problems) -> Converted | None:
    """The rows of the mapped datasets by table; None, and problems, when a dataset or variable is missing."""
    names = dict.fromkeys([*(t.selection.dataset for t in mapping.targets), *_looked_up(mapping)])
    sheets = {name: _dataset(Path(folder), name, mapping.encoding, problems) for name in names}
    found = {name: sheet for name, sheet in sheets.items() if sheet is not None}
    datasets = Datasets(found, {name: _positions(sheet, problems) for name, sheet in found.items()})
    if not _has_variables(mapping, datasets, problems) or len(found) < len(sheets):
        return None
    for name in sorted({v.partition(".")[0] for t in mapping.targets for v in _dotted(t)}):
        datasets.lookups[name] = _lookup(_selection_of(mapping, name), mapping.subject, datasets, problems)
    converted = Converted()
    seen: dict[str, Counter] = {target.table: Counter() for target in mapping.targets}
    for target in mapping.targets:
        _convert(target, mapping.subject, datasets, seen[target.table], converted, problems)
    return converted


def _dotted(target: Target) -> list[str]:
    return [name for source in target.columns.values() for name in source.variables if "." in name]


def _selection_of(mapping: CdiscMapping, name: str) -> Selection:
    """What NAME in NAME.VARIABLE stands for: a named selection, or the whole dataset of that name."""
    return mapping.selections.get(name) or Selection(name)


def _looked_up(mapping: CdiscMapping) -> list[str]:
    return [_selection_of(mapping, v.partition(".")[0]).dataset for t in mapping.targets for v in _dotted(t)]


def _dataset(folder: Path, name: str, encoding: str | None, problems: Problems) -> Sheet | None:
    """NAME.xpt or NAME.csv of the folder, in any case."""
    paths = sorted(
        p for p in folder.iterdir() if p.stem.upper() == name and p.suffix.lower() in (".xpt", ".csv") and p.is_file()
    )
    if len(paths) == 1 and paths[0].suffix.lower() == ".xpt":
        return read_xpt(paths[0], problems, encoding)
    if len(paths) == 1:
        return read_csv(paths[0], problems)
    code = "two-datasets" if paths else "missing-dataset"
    problems.add(shown(name), code, "must be there once, as .xpt or .csv", value=str(len(paths)))
    return None


def _positions(sheet: Sheet, problems: Problems) -> dict[str, int]:
    """Variable -> place of its cell; SAS does not tell names apart by case."""
    places: dict[str, int] = {}
    for place, name in enumerate(sheet.header):
        if name.upper() in places and name not in sheet.header[:place]:
            problems.add(
                sheet.file,
                "duplicate-column",
                "must have each variable once, in whatever case",
                row=1,
                column=shown(name),
            )
        places.setdefault(name.upper(), place)
    return places


def _has_variables(mapping: CdiscMapping, datasets: Datasets, problems: Problems) -> bool:
    """Whether every variable that the mapping names is in its dataset; one cut to 8 characters is named."""
    before = problems.total
    needed = dict.fromkeys(
        [(dataset, variable) for target in mapping.targets for dataset, variable in _needed(target, mapping)]
    )
    for dataset, variable in needed:
        sheet = datasets.sheets.get(dataset)
        if sheet is None or variable in datasets.places[dataset]:
            continue
        if len(variable) > XPT_NAME and sheet.kinds and variable[:XPT_NAME] in datasets.places[dataset]:
            problems.add(
                sheet.file,
                "truncated-name",
                f"must be named in the mapping file as the dataset names it: "
                f"transport files of version 5 cut names to {XPT_NAME} characters, here "
                f"{variable[:XPT_NAME]}",
                column=shown(variable),
            )
        else:
            problems.add(
                sheet.file, "missing-variable", "must have this variable of the mapping file", column=shown(variable)
            )
    return problems.total == before


def _needed(target: Target, mapping: CdiscMapping):
    """(dataset, variable) of everything that a target reads."""
    dataset = target.selection.dataset
    yield dataset, mapping.subject
    yield from ((dataset, name) for name in (*target.selection.where, *target.selection.filled, *target.key))
    for source in target.columns.values():
        for name in source.variables:
            lookup, dot, variable = name.rpartition(".")
            if not dot:
                yield dataset, variable
                continue
            selection = _selection_of(mapping, lookup)
            yield from (
                (selection.dataset, v) for v in (variable, mapping.subject, *selection.where, *selection.filled)
            )


def _selected(selection: Selection, datasets: Datasets, problems: Problems) -> list[int]:
    """Indices of the rows that a selection takes; a value that it names and that never comes is a warning."""
    name = selection.dataset
    rows = list(range(len(datasets.sheets[name].rows)))
    for variable, values in selection.where.items():
        came = {datasets.cell(name, index, variable) for index in range(len(datasets.sheets[name].rows))}
        for value in values:
            if value not in came:
                problems.add(
                    datasets.sheets[name].file,
                    "never-comes",
                    "the value that the mapping file selects should come",
                    column=variable,
                    value=shown(value),
                    severity=WARN,
                )
        rows = [index for index in rows if datasets.cell(name, index, variable) in values]
    return [index for index in rows if all(datasets.cell(name, index, variable) != "" for variable in selection.filled)]


def _lookup(selection: Selection, subject: str, datasets: Datasets, problems: Problems) -> tuple[str, dict[str, int]]:
    """(dataset, subject -> index of its row); a subject with two rows is a problem."""
    found: dict[str, int] = {}
    sheet = datasets.sheets[selection.dataset]
    for index in _selected(selection, datasets, problems):
        patient = datasets.cell(selection.dataset, index, subject)
        if patient in found:
            problems.add(
                sheet.file,
                "not-one-row",
                f"a subject must have one row here, got: another one on row {sheet.lines[found[patient]]}",
                row=sheet.lines[index],
                column=subject,
                value=masked(patient),
            )
        found.setdefault(patient, index)
    return selection.dataset, found


def _convert(
    target: Target, subject: str, datasets: Datasets, seen: Counter, converted: Converted, problems: Problems
) -> None:
    """The rows of one target, added to `converted`; `seen` counts the keys of its table."""
    name, key = target.selection.dataset, key_of(TABLE[target.table]).name
    for column, source in target.columns.items():
        converted.columns[target.table, column] = "+".join(source.variables) or column
    rows = set()
    for index in _selected(target.selection, datasets, problems):
        row = _row(target, index, datasets.cell(name, index, subject), datasets, problems)
        if row is None or (target.distinct and tuple(row.values()) in rows):
            continue
        rows.add(tuple(row.values()))
        if key not in row:
            row[key] = _key(target, row, index, datasets, seen)
        converted.add(target.table, row, datasets.sheets[name].place(index))


def _key(target: Target, row: dict[str, str], index: int, datasets: Datasets, seen: Counter) -> str:
    """From the declared variables, else from the columns that identify a row; a repeated one gets a number, so that
    the loader says once which columns repeat."""
    parts = [datasets.cell(target.selection.dataset, index, name) for name in target.key] or [
        row[name] for name in natural_key_of(TABLE[target.table])
    ]
    key = "-".join(parts)
    seen[key] += 1
    return key if seen[key] == 1 or target.key else f"{key}#{seen[key]}"


def _row(target: Target, index: int, patient: str, datasets: Datasets, problems: Problems) -> dict[str, str] | None:
    """One row; None when a required cell is refused, so that it is said once."""
    row, sheet = {}, datasets.sheets[target.selection.dataset]
    for name, source in target.columns.items():
        column = TABLE[target.table].columns[name]
        try:
            row[name] = _cell(column, source, target.selection.dataset, index, patient, datasets)
        except CellRefused as refused:
            warned = source.partial_missing and refused.code == "partial-date"
            echo = masked if kind_of(column) in ("pseudonym", "id") else shown
            problems.add(
                sheet.file,
                refused.code,
                refused.message,
                row=sheet.lines[index],
                column="+".join(source.variables),
                value=echo(refused.value),
                severity=WARN if warned else ERROR,
            )
            row[name] = ""
            if not column.nullable:
                return None
    return row


def _cell(column, source: Source, dataset: str, index: int, patient: str, datasets: Datasets) -> str:
    """The text of one cell for the loader. Raises CellRefused."""
    if source.constant is not None:
        return source.constant
    if source.day:
        day, _ = _value(source.day, dataset, index, patient, datasets)
        first, kind = _value(source.day_one, dataset, index, patient, datasets)
        return of_study_day(_known(day), to_iso_date(_known(first), kind, source.format))
    text, kind = _value(source.variable, dataset, index, patient, datasets)
    if source.values is not None and text in source.values:
        return source.values[text]
    if _known(text) and source.values is not None:
        raise CellRefused("unmapped-value", "must be a value that the mapping file maps", text)
    if kind_of(column) in ("date", "month") and text:
        return to_iso_date(text, kind, source.format, month=kind_of(column) == "month")
    return _times(text, source.times) if source.times is not None and text else text


def _value(name: str, dataset: str, index: int, patient: str, datasets: Datasets) -> tuple[str, str]:
    """(text, kind) of a variable of this row, or of the subject's row in another dataset; empty when it has none."""
    lookup, dot, variable = name.rpartition(".")
    if not dot:
        return datasets.cell(dataset, index, variable), datasets.kind(dataset, variable)
    other, rows = datasets.lookups[lookup]
    if patient not in rows:
        return "", datasets.kind(other, variable)
    return datasets.cell(other, rows[patient], variable), datasets.kind(other, variable)


def _known(text: str) -> str:
    if SPECIAL_MISSING.fullmatch(text):
        raise CellRefused(
            "special-missing", "a special missing value must be mapped: it says why, which must not be lost", text
        )
    return text


def _times(text: str, factor: Decimal) -> str:
    """Exact decimal arithmetic: 0.01 % is 0.0001, not 0.00009999."""
    try:
        return repr(float(Decimal(text) * factor))
    except InvalidOperation:
        return text  # the loader says that it is no number
