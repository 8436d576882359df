"""The content hash: SHA-256 over the canonical export of all tables in fixed table and key order.

Computed from values, not from file bytes, so that it is equal on every database and for every order of the rows.
"""

import csv
import hashlib
import io
from collections.abc import Callable

import pandas as pd
import sqlalchemy as sa

from data_access.schema.tables import columns_of, key_of
from data_access.schema.values import to_text

ROWS_AT_A_TIME = 100_000


class Content:
    """Takes the tables one at a time, in load order; `hexdigest()` is the content hash.

    The dataset's own facts belong to the content, too: another cut-off gives other numbers. When it was imported does
    not.
    """

    def __init__(self, *, title, data_cutoff, schema_version, source, synthetic):
        self._sha256 = hashlib.sha256()
        self._write(
            [
                ["dataset"],
                ["title", title],
                ["data_cutoff", data_cutoff.isoformat()],
                ["schema_version", schema_version],
                ["source", source],
                ["synthetic", "yes" if synthetic else "no"],
            ]
        )

    def add(self, table: sa.Table, frame: pd.DataFrame, also: Callable[[str], None] | None = None) -> None:
        """The rows of one table, already in key order. `also` gets the canonical CSV text of the rows, in pieces."""
        self._write([[table.name], [column.name for column in columns_of(table)]])
        for start in range(0, len(frame), ROWS_AT_A_TIME):
            part = frame.iloc[start : start + ROWS_AT_A_TIME]
            text = self._write(zip(*(to_text(c, part[c.name]) for c in columns_of(table)), strict=True))
            if also:
                also(text)

    def _write(self, rows) -> str:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        self._sha256.update(text.getvalue().encode("utf-8"))
        return text.getvalue()

    def hexdigest(self) -> str:
        return self._sha256.hexdigest()


def in_key_order(table: sa.Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Rows by key, compared by code point as the databases do."""
    return frame.sort_values(key_of(table).name, kind="stable", ignore_index=True)
