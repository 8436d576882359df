"""When a cell is the value that a mapping names: numbers compare as numbers, text as text, to the last blank."""

import re
from collections.abc import Iterable
from decimal import Decimal

NUMBER = re.compile(r"[+-]?(0|[1-9][0-9]*)(\.[0-9]*)?([eE][+-]?[0-9]{1,3})?")  # with a zero in front it is a code


def as_compared(text: str, decimal: str = ".") -> str:
    """Equal for texts that are one number ('0', '0.0', '0e0'), the text itself otherwise."""
    plain = text.replace(decimal, ".") if decimal != "." and "." not in text else text
    if not NUMBER.fullmatch(plain):
        return text
    number = Decimal(plain).normalize()
    return str(number or Decimal(0))


def nearly(text: str, values: Iterable[str]) -> str | None:
    """The value that differs from the text in blanks or case only, if there is one."""
    folded = _folded(text)
    return next((value for value in values if value != text and _folded(value) == folded), None)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
