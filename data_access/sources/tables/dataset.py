"""The datasets that a mapping names: cells by variable, missing codes as nothing, one row per subject to look up."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePath

from data_access.bundle.accounts import NotRead
from data_access.bundle.problems import Problems, shown
from data_access.bundle.sheet import Sheet
from data_access.sources.files.found import WORDS, Place
from data_access.sources.proposal.looks import n_rows_of
from data_access.sources.tables.declared import DatasetOptions, TablesMapping, Target

XPT_NAME = 8  # characters that version 5 keeps of a name


@dataclass(frozen=True)
class Dataset:
    """One dataset: its cells, the position of each variable (names without regard to case), and its options."""

    sheet: Sheet
    positions: dict[str, int]
    options: DatasetOptions

    def __len__(self) -> int:
        return len(self.sheet.rows)

    def spelled(self, variable: str) -> str:
        """The variable as the file spells it."""
        return self.sheet.header[self.positions[variable]] if variable in self.positions else variable

    def raw(self, index: int, variable: str) -> str:
        return self.sheet.rows[index][self.positions[variable]]

    def cell(self, index: int, variable: str) -> str:
        """The text of a cell; nothing where it holds a declared missing code."""
        text = self.raw(index, variable)
        return "" if text in self.options.missing else text

    def kind(self, variable: str) -> str:
        """text, number, date, datetime or iso as the file declares it; '' for CSV, which declares nothing."""
        return self.sheet.kinds.get(self.spelled(variable), "")


@dataclass(frozen=True)
class Datasets:
    """The datasets by name, and per lookup name: (dataset, subject -> index of its one row)."""

    by_name: dict[str, Dataset]
    names: "Names"
    lookups: dict[str, tuple[str, dict[str, int]]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Dataset:
        return self.by_name[name]

    def spelled(self, dataset: str, names: Iterable[str]) -> str:
        """Variables of one of our columns as the files spell them, joined by +."""
        return "+".join(self._spelled(dataset, *self.names.split(name)) for name in names)

    def _spelled(self, dataset: str, lookup: str, variable: str) -> str:
        if not lookup:
            return self[dataset].spelled(variable)
        return f"{lookup}.{self[self.lookups[lookup][0]].spelled(variable)}"


@dataclass(frozen=True)
class Names:
    """What NAME in NAME.VARIABLE can be: a declared selection or a dataset; any other point belongs to a variable's own
    name, as in the files of R."""

    known: frozenset[str]

    def split(self, name: str) -> tuple[str, str]:
        """(lookup, variable); no lookup for a variable of the row itself."""
        lookup, _, variable = name.rpartition(".")
        return (lookup, variable) if lookup in self.known else ("", name)

    def lookups(self, targets: Iterable[Target]) -> list[str]:
        """NAME of every NAME.VARIABLE."""
        found = (self.split(name)[0] for target in targets for name in _asked(target))
        return [name for name in dict.fromkeys(found) if name]


def _names(places: list[Place], mapping: TablesMapping) -> Names:
    targets = (target.selection.dataset for target in mapping.targets)
    return Names(frozenset([*mapping.selections, *mapping.datasets, *targets, *(place.name for place in places)]))


def read_datasets(places: list[Place], mapping: TablesMapping, problems: Problems) -> Datasets | None:
    """Every dataset that the mapping names; None, and problems, when one or one of its variables is missing. What the
    source has and nobody names is a warning."""
    known, read = _names(places, mapping), {}
    names = _named_datasets(mapping, known)
    for name in names:
        place = _place(name, places, mapping.options_of(name), problems)
        sheet = place.read(problems, mapping.options_of(name).form) if place else None
        if sheet is not None:
            read[name] = Dataset(sheet, _positions(sheet, problems), mapping.options_of(name))
    _list_not_read(places, names, mapping, problems)
    has_all = _has_variables(mapping, known, read, problems)
    return Datasets(read, known) if has_all and len(read) == len(names) else None


def _named_datasets(mapping: TablesMapping, known: Names) -> list[str]:
    """What the targets read, and what they look up."""
    looked_up = (mapping.selection_of(name).dataset for name in known.lookups(mapping.targets))
    return list(dict.fromkeys([*(target.selection.dataset for target in mapping.targets), *looked_up]))


def _asked(target: Target) -> Iterator[str]:
    for source in target.columns.values():
        yield from source.variables


def _place(name: str, places: list[Place], options: DatasetOptions, problems: Problems) -> Place | None:
    """The one place of a dataset: of its name, or where its options say."""
    named = bool(options.file or options.sheet)
    found = [p for p in places if (p.is_meant(options.file, options.sheet) if named else p.name == name)]
    if len(found) == 1:
        return found[0]
    code, words = ("two-datasets", "only once") if found else ("missing-dataset", "once")
    problems.add(shown(name), code, f"must be there {words}", value=str(len(found)))
    return None


def _list_not_read(places: list[Place], names: Iterable[str], mapping: TablesMapping, problems: Problems) -> None:
    """What stands in the source and the mapping does not read, with its rows: on purpose, or nobody knows why."""
    meant = [
        place
        for place in places
        if any(place.name == name or _is_declared_place(place, mapping.options_of(name)) for name in names)
    ]
    for place in places:
        if place in meant:
            continue
        file = shown(place.file.name) + (f", sheet {shown(place.sheet)}" if place.sheet else "")
        rows, on_purpose = _n_rows(place, mapping), _is_left_out(place.name, place.file.name, mapping)
        problems.not_read.append(NotRead(file, rows, on_purpose))
        if not on_purpose:
            problems.add(
                file,
                "not-read",
                "a dataset of the source should be named in the mapping file: nothing of it is read"
                + ("" if rows is None else f" ({rows:,} row{'s' * (rows != 1)})"),
                severity="WARN",
            )


def list_unreadable(names: Iterable[str], mapping: TablesMapping, problems: Problems) -> None:
    """Files beside the datasets that are of no kind that can be read, and folders."""
    for name in names:
        on_purpose = _is_left_out("", name, mapping)
        problems.not_read.append(NotRead(shown(name), None, on_purpose))
        if not on_purpose:
            problems.add(
                shown(name),
                "not-read",
                f"must be one of {WORDS} beside the others, or named in not_read: nothing of it is read",
                severity="WARN",
            )


def _is_left_out(name: str, file: str, mapping: TablesMapping) -> bool:
    """Whether not_read names a dataset, or its file with or without the ending."""
    names = {name, file.upper().rstrip("/"), PurePath(file).stem.upper()}
    return not names.isdisjoint(mapping.not_read)


def _n_rows(place: Place, mapping: TablesMapping) -> int | None:
    """The rows of a dataset that is not read, written as declared or as it looks; None where it cannot be opened."""
    if place.name not in mapping.datasets:
        return n_rows_of(place)
    sheet = place.read(Problems(), mapping.datasets[place.name].form)
    return None if sheet is None else len(sheet.rows)


def _is_declared_place(place: Place, options: DatasetOptions) -> bool:
    return bool(options.file or options.sheet) and place.is_meant(options.file, options.sheet)


def _positions(sheet: Sheet, problems: Problems) -> dict[str, int]:
    """Variable -> position of its cell; SAS does not tell names apart by case."""
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


def variables_of(mapping: TablesMapping, known: Names) -> dict[str, dict[str, frozenset[str]]]:
    """Dataset -> every variable of it that the mapping reads -> what says nothing there."""
    found: dict[str, dict[str, frozenset[str]]] = defaultdict(dict)
    for target in mapping.targets:
        for dataset, variable in _needed(target, mapping, known):
            found[dataset].setdefault(variable, mapping.options_of(dataset).missing)
        for source in target.columns.values():
            for lookup, variable in map(known.split, source.variables if source.missing else ()):
                dataset = mapping.selection_of(lookup).dataset if lookup else target.selection.dataset
                found[dataset][variable] |= source.missing
    return found


def _has_variables(mapping: TablesMapping, known: Names, read: dict[str, Dataset], problems: Problems) -> bool:
    """Whether every variable that the mapping names is in its dataset; one cut to 8 characters is named."""
    before = problems.total
    for dataset, variable in dict.fromkeys(pair for t in mapping.targets for pair in _needed(t, mapping, known)):
        found = read.get(dataset)
        if found is None or variable in found.positions:
            continue
        if len(variable) > XPT_NAME and found.sheet.kinds and variable[:XPT_NAME] in found.positions:
            problems.add(
                found.sheet.file,
                "truncated-name",
                "must be named in the mapping file as the dataset names it: transport files of version 5 cut names to "
                f"{XPT_NAME} characters, here {shown(variable[:XPT_NAME])}",
                column=shown(variable),
            )
        else:
            problems.add(
                found.sheet.file,
                "missing-variable",
                "must have this variable of the mapping file",
                column=shown(variable),
            )
    return problems.total == before


def _needed(target: Target, mapping: TablesMapping, known: Names) -> Iterator[tuple[str, str]]:
    """(dataset, variable) of everything that a target reads."""
    own = target.selection.dataset
    by = (target.by,) if target.by else ()
    yield own, mapping.options_of(own).subject
    yield from (
        (own, name)
        for name in (*target.selection.where, *target.selection.filled, *target.key, *target.may_differ, *by)
    )
    for name in _asked(target):
        lookup, variable = known.split(name)
        if not lookup:
            yield own, variable
            continue
        selection = mapping.selection_of(lookup)
        subject = mapping.options_of(selection.dataset).subject
        yield from ((selection.dataset, v) for v in (variable, subject, *selection.where, *selection.filled))
