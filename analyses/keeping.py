"""Which derived results outlive the server, and as which frames.

At 100,000 patients most of the first page after a start went into deriving again what an earlier start had derived.
"""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

import pandas as pd

from endpoints.time_to_event import Derived

Frames = dict[str, pd.DataFrame]
MANY = 10_000  # rows; fewer are derived sooner than they are read
FORMS = {frozenset(part.name for part in fields(form)): form for form in (Derived,)}  # whose fields are frames


def packed(result: Any) -> Frames | None:
    """The frames that a result is made of, by a name each, when it is large and comes back from them as it was."""
    if isinstance(result, pd.DataFrame):
        frames = {"": result}
    elif type(result) in FORMS.values():
        frames = {part.name: getattr(result, part.name) for part in fields(result)}
    else:
        return None
    return frames if _are_many(frames.values()) and all(map(_comes_back, frames.values())) else None


def unpacked(frames: Frames) -> Any:
    """The result that was packed."""
    return frames[""] if "" in frames else FORMS[frozenset(frames)](**frames)


def _are_many(frames: Iterable[pd.DataFrame]) -> bool:
    return max(map(len, frames)) >= MANY


def _comes_back(frame: pd.DataFrame) -> bool:
    """Rows are numbered from 0 and no column holds Python's objects: neither is kept."""
    return frame.index.equals(pd.RangeIndex(len(frame))) and "object" not in set(map(str, frame.dtypes))
