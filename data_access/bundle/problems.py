"""What can be wrong with a cohort database or a CSV bundle, said in sentences without path, SQL or password."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import sqlalchemy as sa

from data_access.bundle.accounts import Account, NotRead
from data_access.schema.hints import HINTS
from data_access.schema.tables import is_level, kind_of

MAX_LISTED = 10_000
MAX_ECHO = 40
ERROR, WARN = "ERROR", "WARN"  # ERROR: nothing is loaded; WARN: loaded, listed and counted


class DatabaseProblem(Exception):
    """The cohort database cannot be read or written; `sentence` is fit for the screen."""

    def __init__(self, sentence: str):
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a bundle.

    file, row (line in that file) and column say where, as far as they apply; value is what came (inert text,
    identifiers masked), message the rule, hint what to do.
    """

    file: str
    row: int | None
    column: str | None
    value: str | None
    code: str
    severity: str
    message: str
    hint: str

    @property
    def place(self) -> str:
        row = "" if self.row is None else f", line {self.row}"
        column = "" if self.column is None else f", column {self.column}"
        return f"{self.file}{row}{column}"

    @property
    def sentence(self) -> str:
        return self.message if self.value is None else f"{self.message}, got: '{self.value}'"

    def __str__(self) -> str:
        return f"{self.place}: {self.code}: {self.sentence}"


@dataclass
class Problems:
    """Collects problems: all are counted, the first MAX_LISTED of each severity are kept (a wrong column has millions
    of cells). accounts: what became of the rows of each dataset, where a reader keeps books; not_read: the datasets of
    which nothing is read."""

    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    counts: Counter = field(default_factory=Counter)  # (severity, code) -> how many
    accounts: list[Account] = field(default_factory=list)
    not_read: list[NotRead] = field(default_factory=list)

    def add(
        self,
        file: str,
        code: str,
        message: str,
        *,
        row: int | None = None,
        column: str | None = None,
        value: str | None = None,
        severity: str = ERROR,
        hint: str = "",
    ) -> None:
        """`value` must be inert text already: shown(text), or masked(text) for an identifier.

        Without `hint` the one declared for the code is given.
        """
        self.counts[severity, code] += 1
        kept = self.errors if severity == ERROR else self.warnings
        if len(kept) < MAX_LISTED:
            kept.append(Problem(file, row, column, value, code, severity, message, hint or HINTS.get(code, "")))

    def extend(self, others: "Problems") -> None:
        self.counts += others.counts
        self.accounts += others.accounts
        self.not_read += others.not_read
        self.errors = [*self.errors, *others.errors][:MAX_LISTED]
        self.warnings = [*self.warnings, *others.warnings][:MAX_LISTED]

    @property
    def listed(self) -> list[Problem]:
        """Errors first: what stops the import must not be crowded out by what does not."""
        return [*self.errors, *self.warnings][:MAX_LISTED]

    @property
    def n_left_out(self) -> int:
        """Rows of the source that are in no table and not refused; not those that could not be counted."""
        return sum(a.n_left_out for a in self.accounts) + sum(dataset.rows or 0 for dataset in self.not_read)

    @property
    def total(self) -> int:
        return self.counts.total()

    def count(self, severity: str) -> int:
        return sum(n for (found, _), n in self.counts.items() if found == severity)

    def __str__(self) -> str:
        left_out = self.total - len(self.listed)
        more = [f"... and {left_out} more"] if left_out else []
        return "\n".join([*map(str, self.listed), *more])


class BundleRefused(Exception):
    """A bundle with errors: nothing was loaded; `problems` lists them all, warnings too."""

    def __init__(self, problems: Problems):
        super().__init__(f"Nothing was loaded: {problems.count(ERROR)} problem(s) in the bundle.")
        self.problems = problems


def shown(text: str) -> str:
    """The offending cell as inert text on one line, cut to a readable length."""
    return inert(text if len(text) <= MAX_ECHO else text[:MAX_ECHO] + "...")


def inert(text: str) -> str:
    """Control and invisible characters and lone surrogates written as escapes, everything else as it is."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def masked(identifier: str) -> str:
    """An identifier of which only the first two characters are shown."""
    return shown(identifier[:2] + "***")


def hidden(text: str) -> str:
    """What a value looks like, without the value: every digit as #, every letter as x."""
    return shown("".join("#" if c.isdigit() else "x" if c.isalpha() else c for c in text))


def echo_of(column: sa.Column) -> Callable[[str], str]:
    """How a value of the column may be repeated: of one that may identify a patient never as it is, whatever is wrong
    with it."""
    kind = kind_of(column)
    if kind == "month":
        return hidden
    return masked if kind in ("pseudonym", "id") or (kind == "text" and not is_level(column)) else shown
