"""What an import writes besides the cohort: the row of `dataset`, and what was loaded when."""

import datetime
import secrets
from typing import Any

import sqlalchemy as sa

from data_access.bundle.problems import WARN
from data_access.bundle.stage import Staged
from data_access.schema.columns import columns_of
from data_access.schema.history import HISTORY_METADATA, IMPORT_HISTORY
from data_access.schema.tables import SCHEMA_VERSION

Entry = dict[str, Any]


def dataset_of(staged: Staged) -> Entry:
    """The row of `dataset` that this import writes."""
    manifest, now = staged.facts, datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    return dict(
        dataset_id="cohort",
        title=manifest.title,
        data_cutoff=manifest.data_cutoff,
        schema_version=SCHEMA_VERSION,
        imported_at=now,
        source=manifest.source,
        content_sha256=staged.content_sha256,
        synthetic=manifest.synthetic,
    )


def entry_of(staged: Staged, dataset: Entry) -> Entry:
    """The row of this import. Its id is drawn by lot: the same data may be loaded twice within a second."""
    problems = staged.problems
    return dict(
        import_history_id=f"{dataset['imported_at']} {secrets.token_hex(6)}",
        imported_at=dataset["imported_at"],
        content_sha256=staged.content_sha256,
        data_cutoff=dataset["data_cutoff"],
        patients=staged.rows["patient"],
        all_rows=sum(staged.rows.values()),
        warnings=problems.count(WARN),
        left_out=problems.n_left_out,
        set_aside=staged.facts.set_aside,
    )


def entries_in(connection: sa.Connection) -> list[Entry]:
    """The rows that a database holds; none in one that is older than the table."""
    if IMPORT_HISTORY.name not in sa.inspect(connection).get_table_names():
        return []
    return [dict(row) for row in connection.execute(sa.select(*columns_of(IMPORT_HISTORY))).mappings()]


def add_entries(connection: sa.Connection, entries: list[Entry]) -> None:
    """Write them down; the table is made where there is none."""
    HISTORY_METADATA.create_all(connection)
    connection.execute(sa.insert(IMPORT_HISTORY), entries)
