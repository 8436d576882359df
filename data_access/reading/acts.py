"""The audit log as a table to read: who did what, when, the newest first."""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pandas as pd

from data_access.audit import files

MOST = 20_000  # lines: a log of years is gigabytes
COLUMNS = ["seq", "at", "who", "action", "outcome", "facts"]


def acts(place: Path) -> pd.DataFrame:
    """seq, at (ISO 8601, UTC), who, action, outcome, facts (words): a row per line of the log that can be read, at most
    MOST. Raises OSError: the log cannot be read."""
    rows = (row for line in _lines_from_the_end(place) if (row := _row(line)))
    return pd.DataFrame(list(islice(rows, MOST)), columns=COLUMNS)


def _lines_from_the_end(place: Path) -> Iterator[bytes]:
    """A month's file at a time."""
    for path in sorted(files(place), reverse=True):
        yield from reversed(path.read_bytes().split(b"\n"))


def _row(line: bytes) -> dict | None:
    """None: a line that was cut off."""
    try:
        entry = json.loads(line)
        return {name: entry[name] for name in COLUMNS} | {"facts": _words(entry["facts"])}
    except (ValueError, KeyError, TypeError):
        return None


def _words(facts: dict) -> str:
    return "; ".join(
        f"{name} {value if isinstance(value, str) else json.dumps(value)}" for name, value in facts.items()
    )
