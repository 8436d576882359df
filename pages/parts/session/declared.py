"""How a choice of one page is declared."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from endpoints.rules import Option


@dataclass(frozen=True)
class LocalChoice:
    """A choice of one page that changes what is shown, never who is in the cohort. No options: the page offers them.

    rare: asked for rarely, so it stands under *Options*; plain: its options say by themselves what they are.
    """

    code: str
    label: str
    default: str
    options: tuple[Option, ...] = ()
    rare: bool = False
    plain: bool = False


@dataclass(frozen=True)
class NumberChoice:
    """A whole number that one page asks for: a landmark day. zero: what 0 means, where it is no number like others;
    zero_of, zeros: another choice of the page, and the number that 0 stands for (and that is shown) by its value."""

    code: str
    label: str
    default: int
    low: int
    high: int
    unit: str
    zero: str = ""
    zero_of: str = ""
    zeros: Mapping[str, int] = field(default_factory=dict, hash=False)
