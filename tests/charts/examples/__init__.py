"""One file per file of charts/ that has a builder: what the builder is given, and a few literal rows beside it.

EXAMPLES of such a file is {name of the picture: Example}. What tests/charts asks of every builder it asks of these: a
builder without an example fails a test. Words begin with a capital letter and go on with small ones, codes do not:
tests put others in the place of words.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

Frames = pd.DataFrame | dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Example:
    """A picture: the builder, its options, and the frame (or frames by name) that it draws."""

    build: Callable[..., dict]
    options: tuple[Any, ...]
    frames: Frames
    named: dict[str, Any] = field(default_factory=dict)

    def spec(self) -> dict:
        """The specification, without data."""
        return self.build(*self.options, **self.named)


def rows(columns: str, *values: tuple) -> pd.DataFrame:
    """A frame of literal rows; `columns` divided by spaces."""
    return pd.DataFrame(list(values), columns=columns.split())
