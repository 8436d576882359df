"""Content that would go without a word: a row left out because its date is empty though the rest of it is filled, and a
row that is dropped as equal to another though something that was read differs."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from data_access.bundle.problems import WARN, Problems, hidden, shown
from data_access.schema.tables import TABLE, key_of, kind_of, natural_key_of
from data_access.sources.tables.compare import as_compared
from data_access.sources.tables.dataset import Dataset, Names
from data_access.sources.tables.declared import Source, Target
from data_access.sources.tables.ledger import TOGETHER, Part, is_on_purpose

YES = {"1", "y", "yes", "j", "ja", "oui", "true", "checked"}  # what a flag holds: there was a relapse
EXPLAINING = ("date", "code", "yes_no", "number", "integer")  # kinds whose values may be repeated


def say_incomplete(target: Target, dataset: Dataset, names: Names, part: Part, problems: Problems) -> None:
    """A warning for each row that an empty variable keeps out of a table although other variables that the table reads
    are filled: a relapse of which the date is not known is still a relapse."""
    for index, reason in [pair for pair in part.left_out.items() if pair[1].is_empty]:
        empty = reason.variable.split(TOGETHER)
        filled = [v for v, source in _content(target, names, empty) if _says(dataset, index, v, source)]
        if filled:
            part.left_out[index] = replace(reason, on_purpose=False)
            others = ", ".join(shown(dataset.spelled(name)) for name in dict.fromkeys(filled))
            problems.add(
                dataset.sheet.file,
                "left-out-with-values",
                f"a row of {target.table} must have this where it says something in {others}: it is left out",
                row=dataset.sheet.lines[index],
                column=shown(TOGETHER.join(map(dataset.spelled, empty))),
                severity=WARN,
            )


def _content(target: Target, names: Names, empty: list[str]) -> Iterator[tuple[str, Source]]:
    """(variable, its entry) of what says something about the row. Where what identifies a row is empty, everything but
    the patient does, also a selected yes; where it is filled and a measurement is empty, it alone says nothing: a visit
    without a sample."""
    table = TABLE[target.table]
    identity = {*natural_key_of(table), key_of(table).name, "patient_id"}
    emptied = {c for c, source in target.columns.items() if set(source.variables) & set(empty)}
    is_unidentified = bool(emptied & {*natural_key_of(table)}) or not emptied
    silent = {key_of(table).name, "patient_id"} if is_unidentified else identity
    for column, source in target.columns.items():
        own = [v for v in (source.variable, source.day.variable if source.day else "") if v and not names.split(v)[0]]
        yield from ((v, source) for v in own if column not in silent and v not in (*empty, *target.key))
    if emptied and is_unidentified:
        yield from (
            (v, Source(v)) for v, values in target.selection.where.items() if {*map(str.casefold, values)} <= YES
        )


def _says(dataset: Dataset, index: int, variable: str, source: Source) -> bool:
    """Whether a cell says something: not empty, no missing code, not mapped to nothing, not left out on purpose."""
    text = dataset.cell(index, variable)
    mapped = (source.values or {}).get(as_compared(text, dataset.options.form.decimal), text)
    is_missing = not text.strip() or text in source.missing or mapped == ""
    return not is_missing and not (variable in dataset.options.left_out and is_on_purpose(dataset, index, variable))


@dataclass
class Equals:
    """The rows of one [[table]] that came out equal to another, and those among them that were not equal before."""

    target: Target
    dataset: Dataset
    variables: dict[str, str]  # what was read besides the patient -> the kind of our column
    differing: Counter[str] = field(default_factory=Counter)
    examples: dict[str, tuple[int, int]] = field(default_factory=dict)

    def add(self, other: str, first: int, name: str, index: int) -> None:
        """Two rows that came out equal; of two datasets nothing can be compared."""
        for variable in self.variables if other == name else ():
            if self._compared(first, variable) != self._compared(index, variable):
                self.differing[variable] += 1
                self.examples.setdefault(variable, (first, index))

    def _compared(self, index: int, variable: str) -> str:
        return as_compared(self.dataset.cell(index, variable), self.dataset.options.form.decimal)

    def say(self, problems: Problems) -> None:
        """One warning for each variable, with an example; texts that may identify are not repeated."""
        for variable, n in self.differing.items():
            first, other = self.examples[variable]
            lines = self.dataset.sheet.lines
            problems.add(
                self.dataset.sheet.file,
                "equal-with-differences",
                f"rows that count once must not differ in what {self.target.table} reads, unless 'distinct' names the "
                f"variable ({n:,} dropped row{'s' * (n != 1)}; for example the one on line {lines[other]}, with the "
                f"same row of ours as line {lines[first]})",
                row=lines[other],
                column=shown(self.dataset.spelled(variable)),
                value=f"{self._shown(first, variable)} and {self._shown(other, variable)}",
                severity=WARN,
            )

    def _shown(self, index: int, variable: str) -> str:
        kind = self.variables[variable]
        return (shown if kind in EXPLAINING else hidden)(self.dataset.cell(index, variable))


def equals_of(target: Target, dataset: Dataset, names: Names, secret: set[str]) -> Equals:
    """For the rows of a [[table]] with `distinct`: what it reads, but for what the mapping lets differ. Values of
    secret variables are not repeated."""
    table = TABLE[target.table]
    read = dict.fromkeys((*target.selection.where, *target.selection.filled), "code")
    for column, source in target.columns.items():
        kind = kind_of(table.columns[column])
        read |= dict.fromkeys((name for name in source.variables if not names.split(name)[0]), kind)
        if column == "patient_id":
            read.pop(source.variable, None)
    read |= dict.fromkeys(read.keys() & secret, "text")
    return Equals(target, dataset, {name: kind for name, kind in read.items() if name not in target.may_differ})
