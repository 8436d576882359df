"""The imports into a database, as they were written down by the import."""

from dataclasses import dataclass

import sqlalchemy as sa

from data_access.schema.columns import columns_of, key_of
from data_access.schema.history import IMPORT_HISTORY


@dataclass(frozen=True)
class Import:
    """One import; rows that no table took, and rows put aside because of errors, are in the database's tables no more
    than those that never came."""

    imported_at: str
    content_sha256: str
    data_cutoff: object
    patients: int
    all_rows: int
    warnings: int
    left_out: int
    set_aside: int

    @property
    def version(self) -> str:
        return self.content_sha256[:12]


def fetch_history(connection: sa.Connection) -> tuple[Import, ...]:
    """The imports, the newest first; none in a database that is older than their table."""
    columns = [column for column in columns_of(IMPORT_HISTORY) if column is not key_of(IMPORT_HISTORY)]
    try:
        rows = connection.execute(sa.select(*columns).order_by(IMPORT_HISTORY.c.imported_at.desc())).all()
    except (sa.exc.OperationalError, sa.exc.ProgrammingError):
        connection.rollback()
        return ()
    return tuple(Import(*row) for row in rows)


def set_aside_of(content_sha256: str, history: tuple[Import, ...]) -> int:
    """How many rows the import of this content has put aside."""
    return next((one.set_aside for one in history if one.content_sha256 == content_sha256), 0)
