"""The datasets of a source as a bundle, by a declared mapping.

Nothing is derived here and nothing imputed: a cell is taken, mapped by a declared list, or refused with its file and
row; a row is taken, left out by a declared condition, or named.
"""

from collections import Counter
from collections.abc import Iterator

from data_access.bundle.accounts import LeftOut
from data_access.bundle.problems import ERROR, WARN, Problems, echo_of, masked, shown
from data_access.bundle.sheet import Converted
from data_access.private import AnyFile, AnyFolder
from data_access.schema.tables import TABLE, key_of, kind_of, natural_key_of
from data_access.sources.dates import CellRefused
from data_access.sources.files.found import Place, opened_source, unreadable_in
from data_access.sources.tables.account import say_left_out
from data_access.sources.tables.cells import Row, cell_of
from data_access.sources.tables.content import Equals, equals_of, say_incomplete
from data_access.sources.tables.dataset import Dataset, Datasets, list_unreadable, read_datasets, variables_of
from data_access.sources.tables.declared import Selection, Source, TablesMapping, Target
from data_access.sources.tables.ledger import Ledger, Part, is_one_of
from data_access.sources.tables.several import chosen_of

EQUAL = "equal to another row"
Made = list[tuple[int, dict[str, str]]]  # (index in the dataset, row of ours)


def convert_tables(source: AnyFile | AnyFolder, mapping: TablesMapping, problems: Problems) -> Converted | None:
    """The rows of the mapped datasets by table; None, and problems, when a dataset or variable is missing. Raises
    BundleRefused when the source cannot be opened."""
    with opened_source(source) as places:
        list_unreadable(unreadable_in(source), mapping, problems)
        return convert_places(places, mapping, problems)


def convert_places(places: list[Place], mapping: TablesMapping, problems: Problems) -> Converted | None:
    """The same, of datasets that were found."""
    datasets = read_datasets(places, mapping, problems)
    return None if datasets is None else Conversion(datasets, mapping, problems).converted()


class Conversion:
    """Takes the datasets into the tables of a bundle, one [[table]] after the other."""

    def __init__(self, datasets: Datasets, mapping: TablesMapping, problems: Problems):
        self.datasets, self.mapping, self.problems = datasets, mapping, problems
        self.ledgers = {name: Ledger(name, dataset) for name, dataset in datasets.by_name.items()}
        self.secret = _secret_variables(mapping)
        self.out = Converted()
        self._keys: dict[str, Counter] = {target.table: Counter() for target in mapping.targets}
        self._rows: dict[str, dict] = {target.table: {} for target in mapping.targets}  # row -> (dataset, its index)

    def converted(self) -> Converted:
        for name in self.datasets.names.lookups(self.mapping.targets):
            self.datasets.lookups[name] = self._lookup(name, self.mapping.selection_of(name))
        for target in self.mapping.targets:
            self._convert(target)
        read = variables_of(self.mapping, self.datasets.names)
        for name, ledger in self.ledgers.items():
            say_left_out(ledger, read[name], self.secret | {self.mapping.options_of(name).subject}, self.problems)
        return self.out

    def _subject(self, name: str, index: int) -> str:
        options = self.mapping.options_of(name)
        return options.pseudonyms.of(self.datasets[name].cell(index, options.subject))

    def _selected(self, part: Part, dataset: Dataset) -> list[int]:
        """Indices of the rows that a selection takes; a value that it names and that never comes is a warning."""
        for variable, values in part.selection.where.items():
            self._warn_of_absent(dataset, variable, values)
        return part.selected(dataset)

    def _warn_of_absent(self, dataset: Dataset, variable: str, values: tuple[str, ...]) -> None:
        for value in values:
            if not any(is_one_of(dataset, index, variable, (value,)) for index in range(len(dataset))):
                self.problems.add(
                    dataset.sheet.file,
                    "never-comes",
                    "the value that the mapping file selects should come",
                    column=dataset.spelled(variable),
                    value=shown(value),
                    severity=WARN,
                )

    def _lookup(self, lookup: str, selection: Selection) -> tuple[str, dict[str, int]]:
        """(dataset, subject -> index of its row); a subject with two rows is a problem."""
        found: dict[str, int] = {}
        name, sheet = selection.dataset, self.datasets[selection.dataset].sheet
        part = self.ledgers[name].begun(f"looked up as {shown(lookup)}", selection)
        for index in self._selected(part, self.datasets[name]):
            part.taken.add(index)
            patient = self._subject(name, index)
            if patient in found:
                self.problems.add(
                    sheet.file,
                    "not-one-row",
                    f"a subject must have one row here, got: another one on row {sheet.lines[found[patient]]}",
                    row=sheet.lines[index],
                    column=self.datasets[name].spelled(self.mapping.options_of(name).subject),
                    value=masked(patient),
                )
            found.setdefault(patient, index)
        return name, found

    def _convert(self, target: Target) -> None:
        """The rows of one target."""
        name = target.selection.dataset
        dataset, part = self.datasets[name], self.ledgers[name].begun(target.name, target.selection)
        for column, source in target.columns.items():
            self._name(target.table, column, self.datasets.spelled(name, source.variables) or column)
        made = self._needed(target, list(self._made(target, part)), part)
        say_incomplete(target, dataset, self.datasets.names, part, self.problems)
        equals = equals_of(target, dataset, self.datasets.names, self.secret)
        for index, row in made:
            self._take(target, row, index, part, equals)
        equals.say(self.problems)

    def _take(self, target: Target, row: dict[str, str], index: int, part: Part, equals: Equals) -> None:
        """One row of ours, unless it is there already and such rows count once."""
        name, key, values = target.selection.dataset, key_of(TABLE[target.table]).name, tuple(row.values())
        seen = self._rows[target.table]
        if target.distinct and values in seen:
            part.left_out[index] = LeftOut("", EQUAL, on_purpose=True)
            dataset, first = seen[values]
            equals.add(dataset, first, name, index)
            return
        seen.setdefault(values, (name, index))
        if key not in row:
            row[key] = self._key(target, row, index)
        part.taken.add(index)
        self.out.add(target.table, row, self.datasets[name].sheet.place(index))

    def _name(self, table: str, column: str, name: str) -> None:
        """What a column is called at the source; it may come from several variables."""
        known = self.out.columns.get((table, column), name)
        self.out.columns[table, column] = known if name in known.split("/") else f"{known}/{name}"

    def _made(self, target: Target, part: Part) -> Iterator[tuple[int, dict[str, str]]]:
        """(index, row of ours) of each selected row that is not refused."""
        dataset = self.datasets[target.selection.dataset]
        for index in self._selected(part, dataset):
            row = self._row(target, index)
            if row is not None:
                yield index, row
                continue
            part.refused.add(index)
            cells = zip(dataset.sheet.header, dataset.sheet.rows[index], strict=True)
            self.out.refused[dataset.sheet.place(index)] = dict(cells)

    def _needed(self, target: Target, made: Made, part: Part) -> Made:
        """All rows, or of several that say the same thing the one that is declared."""
        if not target.several:
            return made
        dataset = self.datasets[target.selection.dataset]
        chosen = chosen_of(made, natural_key_of(TABLE[target.table]), target, dataset)
        for index in {index for index, _ in made} - {index for index, _ in chosen}:
            part.left_out[index] = LeftOut("", f"of several the {target.several} is kept", on_purpose=True)
        return chosen

    def _key(self, target: Target, row: dict[str, str], index: int) -> str:
        """From the declared variables, else from the columns that identify a row; a repeated one gets a number, so that
        the loader says once which columns repeat."""
        dataset, seen = self.datasets[target.selection.dataset], self._keys[target.table]
        parts = [dataset.cell(index, name) for name in target.key] or [
            row.get(name, "") for name in natural_key_of(TABLE[target.table])
        ]
        key = "-".join([*parts, target.part] if target.key and target.part else parts)
        seen[key] += 1
        return key if seen[key] == 1 or target.key else f"{key}#{seen[key]}"

    def _row(self, target: Target, index: int) -> dict[str, str] | None:
        """One row; None when a required cell is refused, so that it is said once."""
        name = target.selection.dataset
        cells, row = Row(self.datasets, name, index, self._subject(name, index)), {}
        for column_name, source in target.columns.items():
            column = TABLE[target.table].columns[column_name]
            try:
                row[column_name] = cell_of(column, source, cells)
            except CellRefused as refused:
                self._refuse(refused, column, source, name, index)
                row[column_name] = ""
                if not column.nullable:
                    return None
        return row

    def _refuse(self, refused: CellRefused, column, source: Source, name: str, index: int) -> None:
        warned = source.partial_missing and refused.code == "partial-date"
        self.problems.add(
            self.datasets[name].sheet.file,
            refused.code,
            refused.message,
            row=self.datasets[name].sheet.lines[index],
            column=self.datasets.spelled(name, source.variables),
            value=echo_of(column)(refused.value),
            severity=WARN if warned else ERROR,
        )


def _secret_variables(mapping: TablesMapping) -> set[str]:
    """Variables whose values must not be repeated: they fill a column that may identify a patient."""
    return {
        name.rpartition(".")[2]
        for target in mapping.targets
        for column, source in target.columns.items()
        for name in source.variables
        if kind_of(TABLE[target.table].columns[column]) in ("pseudonym", "month")
    }
