"""Row accounting: of each dataset the rows read, taken, and left out by which condition and value. Nothing is lost
without a word."""

from collections import Counter
from dataclasses import dataclass, field, replace

from data_access.bundle.accounts import Account, LeftOut
from data_access.bundle.problems import ERROR, WARN, Problems, hidden, shown
from data_access.sources.tables.compare import as_compared, nearly
from data_access.sources.tables.dataset import Dataset
from data_access.sources.tables.declared import EVERY_OTHER, Selection

TOGETHER = " and "


@dataclass
class Ledger:
    """The books of one dataset: its selections, and what became of each row."""

    name: str
    dataset: Dataset
    selections: list[Selection] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)
    refused: set[int] = field(default_factory=set)
    others: dict[int, str] = field(default_factory=dict)  # row -> why a selected one was not needed

    def account(self) -> Account:
        """What became of the rows, each counted once."""
        counts: Counter[LeftOut] = Counter()
        asked = self.asked()
        for index in range(len(self.dataset)):
            if index not in self.taken and index not in self.refused:
                counts[self._reason(index, asked)] += 1
        refused = len(self.refused - self.taken)
        return Account(self.dataset.sheet.file, len(self.dataset), len(self.taken), refused, tuple(counts.items()))

    def _reason(self, index: int, asked: dict[str, set[str]]) -> LeftOut:
        """A value that no selection asks for, one declared to be left out before others; else the values that are
        asked for, but not together."""
        if index in self.others:
            return LeftOut("", self.others[index], on_purpose=True)
        unasked = [v for v, values in asked.items() if not is_one_of(self.dataset, index, v, values)]
        if unasked:
            variable = next((name for name in unasked if self._on_purpose(index, name)), unasked[0])
            return LeftOut(variable, self.dataset.cell(index, variable), self._on_purpose(index, variable))
        for selection in self.selections:
            if self._matches(index, selection):
                empty = [name for name in selection.filled if self.dataset.cell(index, name) == ""]
                return LeftOut(TOGETHER.join(empty), "", on_purpose=True)
        together = TOGETHER.join(self.dataset.cell(index, variable) for variable in asked)
        on_purpose = any(self._on_purpose(index, variable) for variable in asked)
        return LeftOut(TOGETHER.join(asked), together, on_purpose)

    def asked(self) -> dict[str, set[str]]:
        """Variable -> every value that a selection names; a selection that does not ask takes any."""
        asked: dict[str, set[str]] = {}
        for selection in self.selections:
            for variable, values in selection.where.items():
                asked.setdefault(variable, set()).update(values)
        return asked

    def _matches(self, index: int, selection: Selection) -> bool:
        return all(is_one_of(self.dataset, index, variable, values) for variable, values in selection.where.items())

    def _on_purpose(self, index: int, variable: str) -> bool:
        declared = self.dataset.options.left_out.get(variable, ())
        return EVERY_OTHER in declared or is_one_of(self.dataset, index, variable, tuple(map(as_compared, declared)))


def is_one_of(dataset: Dataset, index: int, variable: str, values) -> bool:
    """Whether the cell holds one of the values; a declared missing code is also nothing."""
    raw = as_compared(dataset.raw(index, variable), dataset.options.form.decimal)
    return raw in values or dataset.cell(index, variable) in values


def say_left_out(ledger: Ledger, secret: set[str], problems: Problems) -> None:
    """A warning for each value that nobody takes and nobody names; an error where nothing of a dataset is taken. The
    account goes beside them; values of secret variables are not repeated."""
    account = ledger.account()
    for left_out, n in account.left_out:
        if not left_out.on_purpose:
            _warn(ledger, left_out, n, secret, problems)
    if account.read and not account.taken and not account.refused:
        problems.add(
            account.file,
            "nothing-taken",
            f"a dataset must give rows, got: none of its {account.read:,}",
            severity=ERROR,
        )
    told = tuple((_spelled(ledger, replace(reason, value=_told(reason, secret))), n) for reason, n in account.left_out)
    problems.accounts.append(replace(account, left_out=told))


def _spelled(ledger: Ledger, reason: LeftOut) -> LeftOut:
    names = map(ledger.dataset.spelled, reason.variable.split(TOGETHER))
    return replace(reason, variable=TOGETHER.join(names))


def _told(reason: LeftOut, secret: set[str]) -> str:
    return hidden(reason.value) if set(reason.variable.split(TOGETHER)) & secret else shown(reason.value)


def _warn(ledger: Ledger, left_out: LeftOut, n: int, secret: set[str], problems: Problems) -> None:
    named = nearly(left_out.value, sorted(ledger.asked().get(left_out.variable, ())))
    same = f", which differs from '{shown(named)}' in blanks or case only" if named is not None else ""
    problems.add(
        ledger.dataset.sheet.file,
        "left-out",
        f"every value must be taken by a [[table]], or listed in left_out of [dataset.{shown(ledger.name)}] "
        f"({n:,} row{'s' * (n != 1)} left out{same})",
        column=shown(_spelled(ledger, left_out).variable),
        value=_told(left_out, secret),
        severity=WARN,
    )
