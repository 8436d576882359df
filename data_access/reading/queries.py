"""Reading a cohort database: one SELECT per table, explicit columns, ORDER BY its key, access scope in each."""

import datetime
from dataclasses import dataclass
from typing import Any

import pandas as pd
import sqlalchemy as sa

from data_access.bundle.problems import DatabaseProblem
from data_access.reading.arrow import Texts, compact
from data_access.reading.connection import NOT_INITIALISED
from data_access.reading.content import Content
from data_access.schema.tables import BUNDLE_TABLES, DATASET, SCHEMA_VERSION, TABLE, TABLES, columns_of, key_of, kind_of
from data_access.schema.values import empty_series, from_database

ROWS_AT_A_TIME = 20_000
OTHER_CONTENT = (
    "The cohort database must hold exactly what was imported (content SHA-256), got: something else. "
    "Load the bundle again."
)
SCOPES = {"all": sa.true()}  # access scope -> the condition that every SELECT carries
ROW_KEYS = {key_of(table).name for table in TABLES} - {"patient_id", "product_code"}  # nobody refers to these
NO_SUCH_COLUMN = ("no such column", "UndefinedColumn")  # as SQLite's message and PostgreSQL's driver say it
# Read raw and convert a whole column at a time: a Python call per date costs more than the query.
_RAW: dict[str, Any] = {"date": sa.Text(), "yes_no": sa.Integer()}


@dataclass(frozen=True)
class Dataset:
    """The one row of `dataset`; `version` is what screens show and cache keys hold."""

    title: str
    data_cutoff: datetime.date
    schema_version: int
    imported_at: str
    source: str
    content_sha256: str
    synthetic: bool

    @property
    def version(self) -> str:
        return self.content_sha256[:12]


def dataset_row(connection: sa.Connection) -> Dataset:
    """The dataset row, one query. Raises DatabaseProblem: none loaded, or a schema that is not this app's."""
    columns = [c for c in columns_of(DATASET) if c is not key_of(DATASET)]
    try:
        row = connection.execute(sa.select(*columns).order_by(key_of(DATASET))).first()
    except sa.exc.DBAPIError as error:
        if any(said in f"{type(error.orig).__name__} {error.orig}" for said in NO_SUCH_COLUMN):
            _refuse_by_version_alone(connection)
        raise
    if row is None:
        raise DatabaseProblem(NOT_INITIALISED)
    refuse_other_schema(row.schema_version)
    return Dataset(**row._mapping)


def _refuse_by_version_alone(connection: sa.Connection) -> None:
    """A `dataset` with other columns is of another schema, which its own row names."""
    connection.rollback()
    refuse_other_schema(connection.scalar(sa.select(DATASET.c.schema_version)))


def refuse_other_schema(version: int | None) -> None:
    """Raise DatabaseProblem, saying what to do, unless the version is that of this app; none counts as the oldest."""
    version = version or 0
    if version < SCHEMA_VERSION:
        raise DatabaseProblem(
            f"The database must have schema version {SCHEMA_VERSION}, got: the older version "
            f"{version}. `python -m data_access.migrate` brings it from version {version} to "
            f"version {SCHEMA_VERSION}."
        )
    if version > SCHEMA_VERSION:
        raise DatabaseProblem(
            f"The database must have schema version {SCHEMA_VERSION}, got: the newer version {version}. Update the app."
        )


def select_of(table: sa.Table, scope: str) -> sa.Select:
    """The one SELECT of a table. Raises ValueError for an unknown access scope."""
    if scope not in SCOPES:
        raise ValueError(f"The access scope must be one of {', '.join(SCOPES)}, got: {scope!r}")
    return sa.select(*map(_selected, columns_of(table))).where(SCOPES[scope]).order_by(key_of(table))


def _selected(column: sa.Column):
    raw = _RAW.get(kind_of(column))
    return column if raw is None else sa.type_coerce(column, raw).label(column.name)


def fetch_table(connection: sa.Connection, table_name: str, scope: str) -> pd.DataFrame:
    """All rows of a table that the scope may see, in key order, with the dtypes of `values.py`.

    Raises ValueError for an unknown scope; DatabaseProblem when a value breaks its column's declaration.
    """
    table = TABLE[table_name]
    result = connection.execute(select_of(table, scope), execution_options={"yield_per": ROWS_AT_A_TIME})
    try:
        chunks = [_frame(table, list(zip(*rows, strict=True))) for rows in result.partitions()]
    except (ValueError, TypeError, ArithmeticError) as error:
        raise DatabaseProblem(
            f"The table {table_name} must hold what its columns declare, got: something else. Load the bundle again."
        ) from error
    return pd.concat(chunks, ignore_index=True) if chunks else empty_frame(table)


def _frame(table: sa.Table, values: list) -> pd.DataFrame:
    columns = columns_of(table)
    return pd.DataFrame({c.name: from_database(c, v) for c, v in zip(columns, values, strict=True)})


def empty_frame(table: sa.Table) -> pd.DataFrame:
    """No rows, every column, right dtypes."""
    return pd.DataFrame({column.name: empty_series(column) for column in columns_of(table)})


def fetch_tables(connection: sa.Connection, scope: str) -> dict[str, pd.DataFrame]:
    """Every table, `dataset` included: {table name: frame}."""
    return {table.name: fetch_table(connection, table.name, scope) for table in TABLES}


def read_cohort(connection: sa.Connection, dataset: Dataset, scope: str) -> dict[str, pd.DataFrame]:
    """Every table, after a check that dataset row and tables are, value by value, what was imported.

    A flipped byte passes every check of the database itself. Raises DatabaseProblem when the content hash differs. One
    table at a time is hashed and made compact, so that a large cohort stands in memory once.
    """
    content, texts, tables = _content_of(dataset), Texts(), {}
    for table in TABLES:
        frame = fetch_table(connection, table.name, scope)
        if table in BUNDLE_TABLES:
            content.add(table, frame)
        tables[table.name] = compact(frame, texts, ROW_KEYS)
    if content.hexdigest() != dataset.content_sha256:
        raise DatabaseProblem(OTHER_CONTENT)
    return tables


def content_sha256(dataset: Dataset, tables: dict[str, pd.DataFrame]) -> str:
    """The content hash of what was read, to compare with the one that the import wrote down."""
    content = _content_of(dataset)
    for table in BUNDLE_TABLES:
        content.add(table, tables[table.name])
    return content.hexdigest()


def _content_of(dataset: Dataset) -> Content:
    return Content(
        title=dataset.title,
        data_cutoff=dataset.data_cutoff,
        schema_version=dataset.schema_version,
        source=dataset.source,
        synthetic=dataset.synthetic,
    )
