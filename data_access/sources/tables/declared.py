"""What a mapping of tables declares: datasets and how they are written, rows to take, where each column comes from."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from data_access.sources.files.csv_file import Form

EVERY_OTHER = "*"  # in left_out and in value maps: whatever else a variable holds


@dataclass(frozen=True)
class Pseudonyms:
    """What is made of the source's identifiers: `prefix` before each, `case` 'upper' or 'lower' for all of them.

    letters_are_codes: identifiers without a digit are codes, not names; the prefix then has a digit.
    """

    prefix: str = ""
    case: str = ""
    letters_are_codes: bool = False

    def of(self, text: str) -> str:
        """The pseudonym of an identifier; nothing stays nothing."""
        cased = {"upper": text.upper(), "lower": text.lower()}.get(self.case, text)
        return self.prefix + cased if cased else ""


@dataclass(frozen=True)
class DatasetOptions:
    """How one dataset is written.

    file, sheet: where it is, when not in a file of its name; subject: the variable that names the patient; dates: the
    formats of its dates; missing: texts that stand for nothing; left_out: variable -> values that no [[table]] takes,
    on purpose; pseudonyms: what is made of its identifiers.
    """

    subject: str
    form: Form = field(default_factory=Form)
    file: str = ""
    sheet: str = ""
    dates: tuple[str, ...] = ()
    missing: frozenset[str] = frozenset()
    left_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pseudonyms: Pseudonyms = field(default_factory=Pseudonyms)


@dataclass(frozen=True)
class Selection:
    """Rows of a dataset: every `where` variable has one of its values, every `filled` one is not empty."""

    dataset: str
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    filled: tuple[str, ...] = ()


@dataclass(frozen=True)
class Day:
    """A date as a day counted from another date. zero: that date is day 0; otherwise it is day 1 and there is no day 0.

    start: a variable, or the date itself.
    """

    variable: str
    start: str | datetime.date
    zero: bool


@dataclass(frozen=True)
class Source:
    """Where one of our columns comes from: a constant, a variable, or a day.

    values: what comes = what it means, '*' = what every other text means; times: a factor; unit, factors: the variable
    that names the unit, and the factor of each; formats: of a date, first that reads it; missing: texts that stand for
    nothing here; partial_missing: a date of which only the year or month is known is left empty, with a warning,
    instead of refused.
    """

    variable: str = ""
    values: Mapping[str, str] | None = None
    constant: str | None = None
    times: Decimal | None = None
    unit: str = ""
    factors: Mapping[str, Decimal] = field(default_factory=dict)
    formats: tuple[str, ...] = ()
    missing: frozenset[str] = frozenset()
    day: Day | None = None
    partial_missing: bool = False

    @property
    def variables(self) -> tuple[str, ...]:
        day = self.day
        start = day.start if day and isinstance(day.start, str) else ""
        return tuple(name for name in (self.variable, day.variable if day else "", start, self.unit) if name)


@dataclass(frozen=True)
class Target:
    """One [[table]] entry: rows of a selection become rows of a table.

    key: variables that make its key, joined; distinct: rows that come out equal count once, may_differ: although these
    variables differ; several: of rows that agree in the columns which identify one, the 'first', 'last', 'highest' or
    'lowest' (by the variable `by`, else in the order of the file); part: which of the columns of one row this is, where
    one row becomes several; number: which [[table]] of the mapping it is, from 1.
    """

    table: str
    selection: Selection
    columns: Mapping[str, Source]
    key: tuple[str, ...] = ()
    distinct: bool = False
    may_differ: tuple[str, ...] = ()
    several: str = ""
    by: str = ""
    part: str = ""
    number: int = 0

    @property
    def name(self) -> str:
        """What the summary calls it."""
        return f"table {self.number}, {self.table}" + (f" ({self.part})" if self.part else "")


@dataclass(frozen=True)
class TablesMapping:
    """All targets, the named selections that NAME.VARIABLE refers to besides whole datasets, and the datasets' options.

    not_read: datasets of the source that are left out on purpose.
    """

    targets: tuple[Target, ...]
    selections: Mapping[str, Selection]
    general: DatasetOptions
    datasets: Mapping[str, DatasetOptions] = field(default_factory=dict)
    not_read: tuple[str, ...] = ()

    def options_of(self, dataset: str) -> DatasetOptions:
        return self.datasets.get(dataset, self.general)

    def selection_of(self, name: str) -> Selection:
        """What NAME in NAME.VARIABLE stands for: a named selection, or the whole dataset of that name."""
        return self.selections.get(name) or Selection(name)
