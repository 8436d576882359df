"""Whether the dashboard could show right numbers now: cheap when nothing has changed since the last time.

Pages and `/ready` ask here, so that they say the same.
"""

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from data_access.reading.engine import connect, rights_and_signs
from data_access.reading.queries import Dataset, dataset_row, read_cohort


@dataclass(frozen=True)
class State:
    """The dataset row, and what changes with any write to the database, known without reading the rows."""

    dataset: Dataset
    signs: tuple


def state_of(connection: sa.Connection) -> State:
    """The state of the database, after a check of role and schema version. Raises DatabaseProblem."""
    signs = rights_and_signs(connection)
    return State(dataset_row(connection), signs or _signs_of_file(Path(str(connection.engine.url.database))))


def check(engine: sa.Engine, good: State | None) -> State:
    """The state of the database, after a check of role, schema version and content.

    The content is read and hashed only when the state differs from `good`, what an earlier check returned. Raises
    DatabaseProblem with the sentence that says what is wrong.
    """
    with connect(engine) as connection:
        state = state_of(connection)
        if state != good:
            read_cohort(connection, state.dataset, "all")
        return state


def _signs_of_file(path: Path) -> tuple:
    return tuple(
        (s.st_ino, s.st_size, s.st_mtime_ns, s.st_ctime_ns)
        for s in (file.stat() for file in (path, Path(f"{path}-wal")) if file.exists())
    )
