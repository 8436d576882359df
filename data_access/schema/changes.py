"""What a migration can do, the same on SQLite and PostgreSQL: a table more, a column more, a code more.

A migration says what it changes in words of its own, never by tables.py, which goes on changing after it. SQLite cannot
change a condition of a column: the table is made anew with the new text, filled from the old one and takes its name.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from alembic import op

TYPES = {
    "sqlite": {"text": "TEXT", "date": "DATE", "integer": "INTEGER", "number": "DOUBLE", "yes_no": "BOOLEAN"},
    "postgresql": {
        "text": 'TEXT COLLATE "C"',
        "date": "DATE",
        "integer": "INTEGER",
        "number": "DOUBLE PRECISION",
        "yes_no": "BOOLEAN",
    },
}
ENDING = {"sqlite": " WITHOUT ROWID", "postgresql": ""}


@dataclass(frozen=True)
class Column:
    """A column as a migration makes it; kind: a name of TYPES; codes: what it may hold; limits: (lowest, highest)."""

    name: str
    kind: str
    codes: tuple[str, ...] = ()
    limits: tuple[int, ...] = ()
    required: bool = False


def add_column(table: str, column: Column) -> None:
    """A column more, empty in every row."""
    _run(f"ALTER TABLE {table} ADD COLUMN {_text(table, column)}")


def create_table(table: str, columns: Iterable[Column], unique: Iterable[str]) -> None:
    """A table of patients more, with its key and patient_id; unique: the columns that identify a row beside the key."""
    key, patient = (Column(name, "text", required=True) for name in (f"{table}_id", "patient_id"))
    rules = (
        f"CONSTRAINT pk_{table} PRIMARY KEY ({key.name})",
        f"CONSTRAINT uq_{table} UNIQUE ({', '.join(unique)})",
        f"CONSTRAINT fk_{table}_patient_id FOREIGN KEY(patient_id) REFERENCES patient (patient_id)",
    )
    lines = [*(_text(table, column) for column in (key, patient, *columns)), *rules]
    _run(f"CREATE TABLE {table} ({', '.join(lines)}){ENDING[_engine()]}")


def allow_codes(table: str, column: str, codes: tuple[str, ...]) -> None:
    """The column may hold these codes, and no others."""
    name, condition = f"ck_{table}_{column}", _condition(Column(column, "text", codes))
    if _engine() == "sqlite":
        _make_anew(table, name, condition)
    else:
        _run(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        _run(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({condition})")


def _engine() -> str:
    return op.get_bind().dialect.name


def _run(statement: str) -> list:
    """As it is, without a look at % and : in it; the rows that come back."""
    cursor = op.get_bind().connection.cursor()
    cursor.execute(statement)
    return list(cursor.fetchall()) if cursor.description else []


def _text(table: str, column: Column) -> str:
    condition = _condition(column)
    check = f" CONSTRAINT ck_{table}_{column.name} CHECK ({condition})" if condition else ""
    return f"{column.name} {TYPES[_engine()][column.kind]}{' NOT NULL' * column.required}{check}"


def _condition(column: Column) -> str:
    name, codes = column.name, ", ".join(f"'{code}'" for code in column.codes)
    parts = [f"{name} IN ({codes})"] if codes else []
    parts += [f"{name} IN (true, false)"] if column.kind == "yes_no" else []
    parts += [f"{name} {sign} {limit}" for sign, limit in zip((">=", "<="), column.limits, strict=False)]
    return " AND ".join(parts)


def _make_anew(table: str, name: str, condition: str) -> None:
    """SQLite: the same table with another condition. Raises ValueError where the condition is not there once."""
    text = _run(f"SELECT sql FROM sqlite_master WHERE type = 'table' AND name = '{table}'")[0][0]
    changed, times = re.subn(rf"(CONSTRAINT {name} CHECK) \([^()]*\([^()]*\)\)", rf"\1 ({condition})", text)
    if times != 1:
        raise ValueError(f"The table {table} must have the condition {name} once, got: {times} times")
    _run(re.sub(rf'^CREATE TABLE "?{table}"?', f"CREATE TABLE new_{table}", changed))
    names = ", ".join(row[1] for row in _run(f"PRAGMA table_info({table})"))
    _run(f"INSERT INTO new_{table} ({names}) SELECT {names} FROM {table}")
    _run(f"DROP TABLE {table}")
    _run(f"ALTER TABLE new_{table} RENAME TO {table}")
