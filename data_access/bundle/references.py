"""Keys and the rows of other tables that name them: orphans, and what one unreadable key brings with it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
import sqlalchemy as sa

from data_access.bundle.problems import Problems, masked
from data_access.schema.tables import BUNDLE_TABLES, columns_of, key_of, reference_of
from data_access.schema.texts import is_in

REFERRED_TO = {key.column.table.name for table in BUNDLE_TABLES for key in table.foreign_keys}
MEND_FIRST = "Mend the key that could not be read first: these rows may be its own. If not, add the missing row."


@dataclass
class Named:
    """Rows that name one key: the column and line of the first, and how many there are by table."""

    column: sa.Column
    line: int
    rows: Counter = field(default_factory=Counter)

    @property
    def words(self) -> str:
        """'named in 7 rows of contact, 1 row of ivig'."""
        return "named in " + ", ".join(f"{n:,} row{'s' * (n != 1)} of {table}" for table, n in self.rows.items())


@dataclass
class Keys:
    """The keys of the tables read so far.

    known: by table, of those read in full; refused: by table, the cells that could not be read as a key, with their
    line; named: by table and text, the rows elsewhere that name such a key, or none while some could not be read. One
    wrong cell is one problem, not one for every row of its patient.
    """

    known: dict[str, pd.Series] = field(default_factory=dict)
    refused: dict[str, dict[str, int]] = field(default_factory=dict)
    named: dict[tuple[str, str], Named] = field(default_factory=dict)

    def refuse(self, column: sa.Column, texts: Sequence[str], lines: np.ndarray, bad: np.ndarray) -> None:
        """Remember the cells of a key that could not be read, where other tables refer to it."""
        found = self.refused.setdefault(column.table.name, {})
        for i in np.flatnonzero(bad).tolist() if column.table.name in REFERRED_TO else ():
            found.setdefault(texts[i], int(lines[i]))

    def still_bad(self, column: sa.Column, texts: Sequence[str], lines: np.ndarray, bad: np.ndarray) -> np.ndarray:
        """The bad cells of a column that must be listed: those that repeat a refused key are counted with it."""
        parent = reference_of(column)
        refused = self.refused.get(parent.table.name, {}) if parent is not None else {}
        again = [i for i in np.flatnonzero(bad).tolist() if texts[i] in refused]
        for i in again:
            self._name(column, parent, texts[i], lines[i])
        listed = bad.copy()
        listed[again] = False
        return listed

    def check(self, table: sa.Table, frame: pd.DataFrame, lines: np.ndarray, problems: Problems) -> None:
        """Every foreign key must be a key of the table that it points at."""
        for column in columns_of(table):
            parent = reference_of(column)
            if parent is not None and parent.table.name in self.known:
                values = frame[column.name]
                orphans = values.notna().to_numpy() & ~is_in(values, self.known[parent.table.name])
                self._list_orphans(column, parent, values[orphans], lines[orphans], problems)

    def _list_orphans(self, column, parent, values: pd.Series, lines: np.ndarray, problems: Problems) -> None:
        for text, line in zip(values, lines, strict=True):
            if self.refused.get(parent.table.name):
                self._name(column, parent, text, line)
            else:
                problems.add(
                    f"{column.table.name}.csv",
                    "orphan",
                    f"must be in {parent.table.name}.csv",
                    row=int(line),
                    column=column.name,
                    value=masked(text),
                )

    def _name(self, column, parent, text: str, line: int) -> None:
        named = self.named.setdefault((parent.table.name, text), Named(column, int(line)))
        named.rows[column.table.name] += 1

    def list_named(self, problems: Problems) -> None:
        """Say with each refused key how many rows name it, and once for each key that is nowhere to be found."""
        follow: dict[tuple[str, int | None], Named] = {}
        for (table, text), named in self.named.items():
            refused = self.refused[table]
            if text in refused:
                follow[f"{table}.csv", refused[text]] = named
            else:
                problems.add(
                    f"{named.column.table.name}.csv",
                    "orphan",
                    f"must be in {table}.csv, of which "
                    f"{len(refused):,} key{'s' * (len(refused) != 1)} could not be read ({named.words})",
                    row=named.line,
                    column=named.column.name,
                    value=masked(text),
                    hint=MEND_FIRST,
                )
        problems.errors = [_with_rows(problem, follow.get((problem.file, problem.row))) for problem in problems.errors]


def _with_rows(problem, named: Named | None):
    parent = None if named is None else reference_of(named.column)
    if named is None or parent is None or problem.column != key_of(parent.table).name:
        return problem
    return replace(problem, message=f"{problem.message} (also {named.words})")
