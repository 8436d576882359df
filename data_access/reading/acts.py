"""The audit log as a table to read: who did what, when, the newest first."""

import json
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd

from data_access.audit import files

MOST = 20_000  # lines: a log of years is gigabytes
COLUMNS = ["seq", "at", "who", "action", "outcome", "facts"]


def acts(place: Path, count: Callable[[int], str] = str) -> pd.DataFrame:
    """seq, at (ISO 8601, UTC), who, action, outcome, facts (words): a row per line of the log that can be read, at most
    MOST. count: how a number of patients or rows is written for who reads. Raises OSError: the log cannot be read."""
    rows = (row for line in _lines_from_the_end(place) if (row := _row(line, count)))
    return pd.DataFrame(list(islice(rows, MOST)), columns=COLUMNS)


def _lines_from_the_end(place: Path) -> Iterator[bytes]:
    """A month's file at a time."""
    for path in sorted(files(place), reverse=True):
        yield from reversed(path.read_bytes().split(b"\n"))


def _row(line: bytes, count: Callable[[int], str]) -> tuple | None:
    """COLUMNS; None: a line that was cut off."""
    if (parsed := _parsed(line)) is None:
        return None
    *before, facts = parsed
    return *before, "; ".join(f"{name} {count(value) if type(value) is int else value}" for name, value in facts)


@lru_cache(2 * MOST)  # with MOST, read from the end, a new line would drive out the very one that is read next
def _parsed(line: bytes) -> tuple | None:
    """COLUMNS with the facts as pairs of a name and a whole number or words. A line never changes, and every visit of
    the log reads it."""
    try:
        entry = json.loads(line)
        return *(entry[name] for name in COLUMNS[:-1]), tuple(map(_fact, entry["facts"].items()))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _fact(pair: tuple[str, Any]) -> tuple[str, int | str]:
    name, value = pair
    return name, value if type(value) is int or isinstance(value, str) else json.dumps(value)
