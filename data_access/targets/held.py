"""What a database holds before an import, and when replacing it must be confirmed."""

import datetime
from dataclasses import dataclass

import sqlalchemy as sa

from data_access.bundle.stage import Staged
from data_access.schema.tables import BUNDLE_TABLES, DATASET

FEWER = 0.3  # share of rows missing against the loaded version that must be confirmed
FEW_ROWS = 10  # in smaller tables, one row is a large share


@dataclass(frozen=True)
class LoadedVersion:
    """The loaded version: None for what could not be read."""

    content_sha256: str | None
    data_cutoff: datetime.date | None
    schema_version: int | None
    rows: dict[str, int]

    @property
    def version(self) -> str:
        return (self.content_sha256 or "")[:12]


UNREADABLE = LoadedVersion(None, None, None, {})


class NeedsConfirmation(Exception):
    """The bundle is right, but to replace the loaded version by it must be meant; nothing was changed."""

    def __init__(self, reasons: list[str]):
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def held_in(connection: sa.Connection, schema: str | None = None) -> LoadedVersion | None:
    """The version that a database (or a schema of it) holds; None when it holds none."""
    names = set(sa.inspect(connection).get_table_names(schema))
    if DATASET.name not in names:
        return None
    part = {None: schema}
    row = connection.execute(
        sa.select(DATASET.c.content_sha256, DATASET.c.data_cutoff, DATASET.c.schema_version),
        execution_options={"schema_translate_map": part},
    ).first()
    if row is None:
        return None
    rows = {
        table.name: connection.execute(
            sa.select(sa.func.count()).select_from(table), execution_options={"schema_translate_map": part}
        ).scalar_one()
        for table in BUNDLE_TABLES
        if table.name in names
    }
    return LoadedVersion(row.content_sha256, row.data_cutoff, row.schema_version, rows)


def reasons(held: LoadedVersion | None, staged: Staged) -> list[str]:
    """Why replacing the loaded version must be confirmed, a sentence each; empty when nothing speaks against it."""
    if held is None:
        return []
    if held.data_cutoff is None:
        return ["What is there cannot be read as a cohort database."]
    found = []
    if staged.facts.data_cutoff < held.data_cutoff:
        found.append(f"The data cut-off must not go back, got: {staged.facts.data_cutoff} after {held.data_cutoff}.")
    total = {"all tables together": (sum(held.rows.values()), sum(staged.rows.values()))}
    tables = {name: (before, staged.rows.get(name, 0)) for name, before in held.rows.items()}
    found += [
        f"The bundle must not have {FEWER:.0%} fewer rows than the loaded version, got: {now:,} after {before:,} "
        f"in {name}."
        for name, (before, now) in (tables | total).items()
        if before >= FEW_ROWS and now <= before * (1 - FEWER)
    ]
    return found
