"""What became of the rows of a dataset of another format: taken, refused, or left out for a reason; and of its
variables: taken, or holding values that nothing takes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LeftOut:
    """Why rows of a dataset are in no table: the variable and the value that none asks for.

    on_purpose: the mapping says so; is_empty: the variables must be filled and are not; without a variable the value is
    the reason in words.
    """

    variable: str
    value: str
    on_purpose: bool
    is_empty: bool = False


Reasons = tuple[tuple[LeftOut, int], ...]  # with the number of rows


@dataclass(frozen=True)
class TableAccount:
    """What one [[table]] made of the rows of a dataset, each row once: taken, refused, or left out by its own
    conditions. name: as 'table 3, relapse'."""

    name: str
    taken: int
    refused: int
    left_out: Reasons = ()


@dataclass(frozen=True)
class NotTaken:
    """Cells with a value in a variable that no [[table]] reads; on_purpose: the mapping says so."""

    variable: str
    cells: int
    on_purpose: bool


@dataclass(frozen=True)
class Account:
    """The rows of a dataset: read = taken + refused + those left out, by reason.

    tables: the same for each [[table]] that reads it; not_taken: values that nothing takes, by variable; missing: cells
    with each declared missing code; gaps: form -> instances accepted as deleted.
    """

    file: str
    read: int
    taken: int
    refused: int
    left_out: Reasons = ()
    tables: tuple[TableAccount, ...] = ()
    not_taken: tuple[NotTaken, ...] = ()
    missing: tuple[tuple[str, int], ...] = ()
    gaps: tuple[tuple[str, int], ...] = ()

    @property
    def n_left_out(self) -> int:
        return sum(n for _, n in self.left_out)


@dataclass(frozen=True)
class NotRead:
    """A dataset of the source of which nothing is read: its rows (None where they cannot be counted), and whether the
    mapping says so."""

    file: str
    rows: int | None
    on_purpose: bool
