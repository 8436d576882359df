"""What is loaded, as small tables to read: rows per table, the history of imports, what the rules count."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any

import pandas as pd

from data_access.bundle.checks import ERROR, WARN, Verdict
from data_access.reading.history import Import
from data_access.schema.tables import BUNDLE_TABLES


def rows_of_tables(tables: Mapping[str, pd.DataFrame], count: Callable[[int], Any] = int) -> pd.DataFrame:
    """table, rows, meaning: every table in load order. count: how a number is written for who reads."""
    there = [table for table in BUNDLE_TABLES if table.name in tables]
    listed = [(table.name, count(len(tables[table.name])), table.comment) for table in there]
    return pd.DataFrame(listed, columns=["table", "rows", "meaning"])


def history_table(history: Iterable[Import], count: Callable[[int], Any] = int) -> pd.DataFrame:
    """One row for each import, the newest first. count: how a number is written for who reads."""
    rows = [
        {"version": one.version} | {name: count(n) if type(n) is int else n for name, n in asdict(one).items()}
        for one in history
    ]
    return pd.DataFrame(rows).drop(columns="content_sha256") if rows else pd.DataFrame()


def counted_problems(verdicts: Iterable[Verdict]) -> dict[str, int]:
    """How many rows break a rule, by severity; a row counts once for each rule it breaks."""
    counts = dict.fromkeys((ERROR, WARN), 0)
    for verdict in verdicts:
        counts[verdict.rule.severity] += int(verdict.broken.sum())
    return counts
