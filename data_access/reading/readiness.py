"""Whether the dashboard could show right numbers now: cheap when nothing has changed since the last time.

Pages and `/ready` ask here, so that they say the same.
"""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from data_access.reading.engine import connect, rights_and_signs
from data_access.reading.kept import Shelf
from data_access.reading.queries import ROW_KEYS, Dataset, dataset_row, read_cohort

TABLES = "tables"  # the name under which they are kept


@dataclass(frozen=True)
class State:
    """The dataset row, and what changes with any write to the database, known without reading the rows."""

    dataset: Dataset
    signs: tuple


def state_of(connection: sa.Connection) -> State:
    """The state of the database, after a check of role and schema version. Raises DatabaseProblem."""
    signs = rights_and_signs(connection)
    return State(dataset_row(connection), signs or _signs_of_file(Path(str(connection.engine.url.database))))


def check(engine: sa.Engine, good: State | None, app: str) -> State:
    """The state of the database, after a check of role, schema version and content.

    The content is read and hashed only when the state differs from `good`, what an earlier check returned, and from
    what is kept. Raises DatabaseProblem with the sentence that says what is wrong.
    """
    with connect(engine) as connection:
        state = state_of(connection)
        if state != good and not shelf_of(connection, state, app).has(TABLES):
            fetch_verified(connection, state, app)
        return state


def fetch_verified(connection: sa.Connection, state: State, app: str) -> dict[str, pd.DataFrame]:
    """Every table of the content that the state names: what is kept of it, else read, compared with the content hash
    and kept. app: the version of the app. Raises DatabaseProblem."""
    shelf = shelf_of(connection, state, app)
    tables = shelf.take(TABLES)
    if tables is None:
        tables = read_cohort(connection, state.dataset, "all")
        shelf.put(TABLES, tables, ROW_KEYS)
    return tables


def shelf_of(connection: sa.Connection, state: State, app: str) -> Shelf:
    """What is kept of the database in this state."""
    return Shelf(connection.engine.url, (app, state.dataset, *state.signs))


def _signs_of_file(path: Path) -> tuple:
    return tuple(
        (s.st_ino, s.st_size, s.st_mtime_ns, s.st_ctime_ns)
        for s in (file.stat() for file in (path, Path(f"{path}-wal")) if file.exists())
    )
