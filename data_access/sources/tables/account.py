"""Row accounting: of each dataset the rows read, taken, and left out by which condition and value. Nothing is lost
without a word."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from data_access.bundle.accounts import Account, LeftOut, NotTaken, Reasons
from data_access.bundle.problems import ERROR, WARN, Problems, hidden, shown
from data_access.sources.tables.compare import as_compared, nearly
from data_access.sources.tables.dataset import Dataset
from data_access.sources.tables.declared import EVERY_OTHER
from data_access.sources.tables.ledger import TOGETHER, Ledger

Read = Mapping[str, frozenset[str]]  # variables that the mapping reads -> the texts that say nothing there


def say_left_out(ledger: Ledger, read: Read, secret: set[str], problems: Problems) -> None:
    """A warning for each value that nobody takes and nobody names; an error where nothing of a dataset is taken. The
    account goes beside them; values of secret variables are not repeated."""
    account = ledger.account()
    for left_out, n in account.left_out:
        if not left_out.on_purpose and not left_out.is_empty:
            _warn(ledger, left_out, n, secret, problems)
    if account.read and not account.taken and not account.refused:
        problems.add(
            account.file,
            "nothing-taken",
            f"a dataset must give rows, got: none of its {account.read:,}",
            severity=ERROR,
        )
    problems.accounts.append(_told_account(account, ledger.dataset, read, secret))


def _told_account(account: Account, dataset: Dataset, read: Read, secret: set[str]) -> Account:
    """The account as it may be printed, with what nothing takes."""
    return replace(
        account,
        left_out=_told_reasons(account.left_out, dataset, secret),
        tables=tuple(replace(t, left_out=_told_reasons(t.left_out, dataset, secret)) for t in account.tables),
        not_taken=tuple(_not_taken(dataset, read)),
        missing=tuple(_missing_cells(dataset, read).items()),
    )


def _told_reasons(reasons: Reasons, dataset: Dataset, secret: set[str]) -> Reasons:
    told: Counter[LeftOut] = Counter()
    for reason, n in reasons:
        told[_spelled(dataset, replace(reason, value=_told(reason, secret)))] += n
    return tuple(told.items())


def _spelled(dataset: Dataset, reason: LeftOut) -> LeftOut:
    names = map(dataset.spelled, reason.variable.split(TOGETHER))
    return replace(reason, variable=TOGETHER.join(names))


def _told(reason: LeftOut, secret: set[str]) -> str:
    return hidden(reason.value) if set(reason.variable.split(TOGETHER)) & secret else shown(reason.value)


def _not_taken(dataset: Dataset, read: Read) -> Iterator[NotTaken]:
    """Variables with values that no [[table]] reads; a missing code is no value."""
    for variable in dataset.positions:
        values = {} if variable in read else _values(dataset, variable)
        told = {text: n for text, n in values.items() if text.strip() and text not in dataset.options.missing}
        if told:
            declared = dataset.options.left_out.get(variable, ())
            known = set(map(as_compared, declared))
            on_purpose = EVERY_OTHER in declared or {as_compared(text) for text in told} <= known
            yield NotTaken(shown(dataset.spelled(variable)), sum(told.values()), on_purpose)


def _missing_cells(dataset: Dataset, read: Read) -> Counter[str]:
    """Cells with each declared missing code, in the variables that are read."""
    found: Counter[str] = Counter()
    for variable, codes in read.items():
        values = _values(dataset, variable) if codes else {}
        found.update({shown(code): values[code] for code in codes & values.keys() if code})
    return found


def _values(dataset: Dataset, variable: str) -> Counter[str]:
    position = dataset.positions[variable]
    return Counter(row[position] for row in dataset.sheet.rows)


def _warn(ledger: Ledger, left_out: LeftOut, n: int, secret: set[str], problems: Problems) -> None:
    named = nearly(left_out.value, sorted(ledger.asked().get(left_out.variable, ())))
    same = f", which differs from '{shown(named)}' in blanks or case only" if named is not None else ""
    problems.add(
        ledger.dataset.sheet.file,
        "left-out",
        f"every value must be taken by a [[table]], or listed in left_out of [dataset.{shown(ledger.name)}] "
        f"({n:,} row{'s' * (n != 1)} left out{same})",
        column=shown(_spelled(ledger.dataset, left_out).variable),
        value=_told(left_out, secret),
        severity=WARN,
    )
