"""Whether the dashboard could show right numbers now: cheap when nothing has changed since the last time."""

from pathlib import Path

import sqlalchemy as sa

from data_access.reading.engine import connect, refuse_writer
from data_access.reading.queries import Dataset, dataset_row, read_cohort
from data_access.schema.tables import TABLES

CHANGES = sa.text(
    "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_user_tables WHERE relname = ANY(:names)"
)
State = tuple[Dataset, tuple]


def check(engine: sa.Engine, good: State | None) -> State:
    """The state of the database, after a check of role, schema version and content.

    The content is read and hashed only when the state differs from `good`, what an earlier check returned. Raises
    DatabaseProblem with the sentence that says what is wrong.
    """
    with connect(engine) as connection:
        refuse_writer(connection)
        dataset = dataset_row(connection)
        state = (dataset, _signs_of_change(connection))
        if state != good:
            read_cohort(connection, dataset, "all")
        return state


def _signs_of_change(connection: sa.Connection) -> tuple:
    """What changes with any write, without reading the rows: the file's own facts, or the server's counts of rows
    written (which reach its statistics some seconds later)."""
    if connection.dialect.name == "postgresql":
        return (connection.scalar(CHANGES, {"names": [table.name for table in TABLES]}),)
    path = Path(connection.engine.url.database)
    return tuple(
        (s.st_ino, s.st_size, s.st_mtime_ns)
        for s in (file.stat() for file in (path, Path(f"{path}-wal")) if file.exists())
    )
