"""The books of a dataset: what each [[table]] makes of its rows, and what becomes of a row in the end."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from data_access.bundle.accounts import Account, LeftOut, TableAccount
from data_access.sources.tables.compare import as_compared
from data_access.sources.tables.dataset import Dataset
from data_access.sources.tables.declared import EVERY_OTHER, Selection

TOGETHER = " and "


@dataclass
class Part:
    """What one [[table]], or a lookup, makes of the rows of a dataset: each is taken, refused, or left out for its
    first reason. name: as 'table 3, relapse'."""

    name: str
    selection: Selection
    taken: set[int] = field(default_factory=set)
    refused: set[int] = field(default_factory=set)
    left_out: dict[int, LeftOut] = field(default_factory=dict)

    def selected(self, dataset: Dataset) -> list[int]:
        """Indices of the rows that every condition takes; the others go into the books with the first that does not."""
        rows = list(range(len(dataset)))
        for variable in self.selection.where:
            rows = self._matching(dataset, rows, variable)
        return [index for index in rows if self._is_filled(dataset, index)]

    def _matching(self, dataset: Dataset, rows: list[int], variable: str) -> list[int]:
        """The rows whose cell holds one of the values; each text is judged once."""
        values, verdicts, kept = self.selection.where[variable], dict[str, LeftOut | None](), []
        for index in rows:
            text = dataset.raw(index, variable)
            if text not in verdicts:
                left_out = LeftOut(variable, dataset.cell(index, variable), is_on_purpose(dataset, index, variable))
                verdicts[text] = None if is_one_of(dataset, index, variable, values) else left_out
            if (reason := verdicts[text]) is None:
                kept.append(index)
            else:
                self.left_out[index] = reason
        return kept

    def _is_filled(self, dataset: Dataset, index: int) -> bool:
        empty = [name for name in self.selection.filled if dataset.cell(index, name) == ""]
        if empty:
            self.left_out[index] = LeftOut(TOGETHER.join(empty), "", on_purpose=True, is_empty=True)
        return not empty

    def account(self) -> TableAccount:
        refused = len(self.refused - self.taken)
        return TableAccount(self.name, len(self.taken), refused, tuple(Counter(self.left_out.values()).items()))


@dataclass
class Ledger:
    """The books of one dataset, in parts."""

    name: str
    dataset: Dataset
    parts: list[Part] = field(default_factory=list)

    def begun(self, name: str, selection: Selection) -> Part:
        """A new part."""
        self.parts.append(Part(name, selection))
        return self.parts[-1]

    def account(self) -> Account:
        """What became of the rows, each counted once."""
        taken = set[int]().union(*(part.taken for part in self.parts))
        refused = set[int]().union(*(part.refused for part in self.parts)) - taken
        asked, counts = self.asked(), Counter[LeftOut]()
        for index in sorted(set(range(len(self.dataset))).difference(taken, refused)):
            counts[self._reason(index, asked)] += 1
        tables = tuple(part.account() for part in self.parts) if len(self.parts) > 1 else ()
        file = self.dataset.sheet.file
        return Account(file, len(self.dataset), len(taken), len(refused), tuple(counts.items()), tables)

    def asked(self) -> dict[str, set[str]]:
        """Variable -> every value that a selection names; a selection that does not ask takes any."""
        asked: dict[str, set[str]] = {}
        for part in self.parts:
            for variable, values in part.selection.where.items():
                asked.setdefault(variable, set()).update(values)
        return asked

    def _reason(self, index: int, asked: dict[str, set[str]]) -> LeftOut:
        """Why a selected row was not needed; a value that no selection asks for, one declared to be left out before
        others; what must be filled and is not; else the values that are asked for, but not together."""
        own = [part.left_out[index] for part in self.parts if index in part.left_out]
        unneeded = next((reason for reason in own if not reason.variable), None)
        unasked = [v for v, values in asked.items() if not is_one_of(self.dataset, index, v, values)]
        if unneeded or not unasked:
            return unneeded or _emptiest(own) or self._together(index, asked)
        told = next((name for name in unasked if is_on_purpose(self.dataset, index, name)), unasked[0])
        return LeftOut(told, self.dataset.cell(index, told), is_on_purpose(self.dataset, index, told))

    def _together(self, index: int, asked: Iterable[str]) -> LeftOut:
        together = TOGETHER.join(self.dataset.cell(index, variable) for variable in asked)
        on_purpose = any(is_on_purpose(self.dataset, index, variable) for variable in asked)
        return LeftOut(TOGETHER.join(asked), together, on_purpose)


def _emptiest(reasons: list[LeftOut]) -> LeftOut | None:
    """Of what is not filled, before the rest, that which was told row by row."""
    empty = [reason for reason in reasons if reason.is_empty]
    return next((reason for reason in empty if not reason.on_purpose), empty[0] if empty else None)


def is_one_of(dataset: Dataset, index: int, variable: str, values) -> bool:
    """Whether the cell holds one of the values; a declared missing code is also nothing."""
    raw = as_compared(dataset.raw(index, variable), dataset.options.form.decimal)
    return raw in values or dataset.cell(index, variable) in values


def is_on_purpose(dataset: Dataset, index: int, variable: str) -> bool:
    """Whether the mapping lists the value of the cell in left_out."""
    declared = dataset.options.left_out.get(variable, ())
    return EVERY_OTHER in declared or is_one_of(dataset, index, variable, tuple(map(as_compared, declared)))
