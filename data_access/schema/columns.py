"""How a table and a column are declared, and what can be asked of a declaration; the declarations are in tables/."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

# Text is compared by code point on every database, so that keys sort alike in SQLite, PostgreSQL and Python.
_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

TYPES: dict[str, Any] = {
    "pseudonym": _TEXT,  # identifies a patient: begins with a letter, never a name or record number
    "id": _TEXT,  # key or short code
    "text": _TEXT,  # free text
    "code": _TEXT,  # one of the declared values
    "month": _TEXT,  # YYYY-MM
    "timestamp": _TEXT,  # ISO 8601, UTC
    "date": sa.Date(),  # ISO date without time
    "integer": sa.Integer(),
    "number": sa.Double(),
    "yes_no": sa.Boolean(),
}

METADATA = sa.MetaData(
    naming_convention={
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "uq": "uq_%(table_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
)


def _limits(name, kind, values, low, high):
    """The SQL conditions that hold the declared values and limits inside the database as well."""
    if values:
        yield f"{name} IN ({', '.join(repr(v) for v in values)})"
    if kind == "yes_no":
        yield f"{name} IN (true, false)"
    if low is not None:
        yield f"{name} >= {low}"
    if high is not None:
        yield f"{name} <= {high}"


def column(
    name,
    kind,
    meaning,
    *,
    required=False,
    key=False,
    refers=None,
    values=(),
    low=None,
    high=None,
    dated_by=(),
    since=1,
    changed=1,
    level=False,
):
    """One declared column.

    values: code -> what it means in one phrase, or (the words a reader sees for the code, what it means); in the order
    of declaration. Without words of its own a code is shown as it is, or in plain words where it is lower case.
    dated_by: the date columns (of this table, or `table.column`) from which the value is known; the first one
    that is not missing counts. Empty: known from the start (reference data, dataset).
    since: the schema version that the column came with; an older bundle may be without it.
    changed: the schema version in which its codes last changed.
    level: free text whose values become groups to compare and choose from.
    """
    checks = " AND ".join(_limits(name, kind, values, low, high))
    extras: list[sa.schema.SchemaItem] = [sa.CheckConstraint(checks, name=name)] if checks else []
    extras += [sa.ForeignKey(refers)] if refers else []
    said = {code: said if isinstance(said, tuple) else (_plain(code), said) for code, said in dict(values).items()}
    info = {
        "kind": kind,
        "values": tuple(said),
        "labels": {code: words for code, (words, _) in said.items()},
        "meanings": {code: meaning for code, (_, meaning) in said.items()},
        "low": low,
        "high": high,
        "dated_by": tuple(dated_by),
        "since": since,
        "changed": changed,
        "level": level,
    }
    return sa.Column(
        name, TYPES[kind], *extras, primary_key=key, nullable=not (required or key), comment=meaning, info=info
    )


def _plain(code: str) -> str:
    return code if code != code.lower() else code.replace("_", " ").capitalize()


def table(name, meaning, *columns, unique=(), short="", since=1, metadata=METADATA):
    """One declared table.

    unique: the columns that identify a row beside its key; short: letters in front of its fields in REDCap and of keys
    in the sample; since: the schema version that the table came with; metadata: what it is made with.
    """
    natural = [sa.UniqueConstraint(*unique)] if unique else []
    return sa.Table(
        name,
        metadata,
        *columns,
        *natural,
        comment=meaning,
        info={"natural_key": tuple(unique), "short": short, "since": since},
        sqlite_with_rowid=False,
    )


SPECIMENS = {"BM": ("Bone marrow", "bone marrow"), "PB": ("Peripheral blood", "peripheral blood")}


def key(name, meaning, dated_by=("date",)):
    """Keys must not lead back to a patient: a sample number of the laboratory would."""
    return column(
        name, "id", f"{meaning[:-1]}: invented, unique, no number of another system.", key=True, dated_by=dated_by
    )


def patient(dated_by=("date",)):
    return column(
        "patient_id",
        "pseudonym",
        "Pseudonym of the patient.",
        required=True,
        refers="patient.patient_id",
        dated_by=dated_by,
    )


def date(meaning):
    return column("date", "date", meaning, required=True, dated_by=("date",))


def of_row(name, kind, meaning, **options):
    """A column whose value is known from the date of its row."""
    return column(name, kind, meaning, dated_by=("date",), **options)


def columns_of(table: sa.Table) -> tuple[sa.Column, ...]:
    """The columns of a table in declared order: the header of its CSV file."""
    return tuple(table.columns)


def kind_of(column: sa.Column) -> str:
    """pseudonym, id, text, code, month, timestamp, date, integer, number or yes_no."""
    return column.info["kind"]


def allowed_values(column: sa.Column) -> tuple[str, ...]:
    """The declared codes in declared order; empty when any value of the type is allowed."""
    return column.info["values"]


def meanings_of(column: sa.Column) -> dict[str, str]:
    """What each declared code means, in one phrase."""
    return column.info["meanings"]


def labels_of(column: sa.Column) -> dict[str, str]:
    """The words that a reader sees for each declared code."""
    return column.info["labels"]


def dated_by(column: sa.Column) -> tuple[str, ...]:
    """The date columns from which the value is known, first not-missing one first; empty: always known."""
    return column.info["dated_by"]


def since(declared: sa.Table | sa.Column) -> int:
    """The schema version that a table or column came with; a column is never older than its table."""
    own = declared.info["since"]
    return max(own, declared.table.info["since"]) if isinstance(declared, sa.Column) else own


def newest(tables: Iterable[sa.Table]) -> int:
    """The schema version of these declarations: that of the newest column or code."""
    every = [column for table in tables for column in columns_of(table)]
    return max(max(since(column), column.info["changed"]) for column in every)


def is_level(column: sa.Column) -> bool:
    """Whether the values of a free-text column become groups to compare and choose from."""
    return column.info["level"]


def short_of(table: sa.Table) -> str:
    """The letters in front of the table's fields in REDCap and of its keys in the sample."""
    return table.info["short"]


def key_of(table: sa.Table) -> sa.Column:
    """The one key column of a table."""
    return next(iter(table.primary_key.columns))


def natural_key_of(table: sa.Table) -> tuple[str, ...]:
    """The columns that identify a row beside its key; empty when the key alone does."""
    return table.info["natural_key"]


def reference_of(column: sa.Column) -> sa.Column | None:
    """The key column that a foreign key points at, or None."""
    return next((key.column for key in column.foreign_keys), None)
