"""What became of the rows of a dataset of another format: taken, refused, or left out for a reason."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LeftOut:
    """Why rows of a dataset are in no table: the variable and the value that none asks for.

    on_purpose: the mapping says so; without a variable the value is the reason in words.
    """

    variable: str
    value: str
    on_purpose: bool


@dataclass(frozen=True)
class Account:
    """The rows of a dataset: read = taken + refused + those left out, by reason."""

    file: str
    read: int
    taken: int
    refused: int
    left_out: tuple[tuple[LeftOut, int], ...] = ()

    @property
    def n_left_out(self) -> int:
        return sum(n for _, n in self.left_out)
