"""The audit log as a table to read: who did what, when, the newest first."""

import json
from collections.abc import Callable, Iterator
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


def _row(line: bytes, count: Callable[[int], str]) -> dict | None:
    """None: a line that was cut off."""
    try:
        entry = json.loads(line)
        return {name: entry[name] for name in COLUMNS} | {"facts": _words(entry["facts"], count)}
    except (ValueError, KeyError, TypeError):
        return None


def _words(facts: dict, count: Callable[[int], str]) -> str:
    return "; ".join(f"{name} {_word(value, count)}" for name, value in facts.items())


def _word(value: Any, count: Callable[[int], str]) -> str:
    if type(value) is int:
        return count(value)
    return value if isinstance(value, str) else json.dumps(value)
