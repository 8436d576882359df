"""A cohort of schema version 1, as a bundle and as a database: 41 patients of the sample as it was then.

The database is made by the SQL of that version and filled cell by cell, so that no declaration of today takes part.
`CONTENT` and the numbers are what the app of that version computed and showed.
"""

import csv
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from data_access.reading.connection import make_engine

BUNDLE = Path(__file__).parent / "version_1"
SQL = Path(__file__).parents[2] / "data_access" / "schema" / "migrations" / "versions"
CONTENT = "ecb0a1afd7491768451bb8db0e64bcce32e7219bd1390a402606c1aa4ca016c1"
ROWS = 1042
SURVIVAL_AT_12_MONTHS = 0.6624521072796936  # of the 32 infused
BEST_RESPONSE = {"CR": 20, "CRi": 3, "no_remission": 5, "died": 2, "not_due": 5, "not_infused": 6}
RELAPSES_BY_CD19 = {"positive": 7, "negative": 3, "unknown": 1}


def tables() -> dict[str, list[dict[str, str]]]:
    """Every file of the bundle, in load order, as text."""
    names = json.loads((BUNDLE / "manifest.json").read_text(encoding="utf-8"))["files"]
    return {name.removesuffix(".csv"): _rows(BUNDLE / name) for name in names}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@contextmanager
def writing(url: str) -> Iterator[sa.Connection]:
    """A transaction on a connection that is closed afterwards."""
    engine = make_engine(sa.make_url(url))
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def make_database(url: str) -> None:
    """The database that the app of version 1 made of the bundle."""
    with writing(url) as connection:
        text = (SQL / f"0001_{connection.dialect.name}.sql").read_text(encoding="utf-8")
        for statement in text.split("\n\n"):
            connection.connection.cursor().execute(statement)
        for table, rows in {"dataset": [_dataset()], **tables()}.items():
            _insert(connection, table, rows)


def _dataset() -> dict[str, str]:
    facts = json.loads((BUNDLE / "manifest.json").read_text(encoding="utf-8"))
    return {
        "dataset_id": "cohort",
        **{name: facts[name] for name in ("title", "data_cutoff", "source")},
        "schema_version": "1",
        "imported_at": "2026-10-05T12:00:00+00:00",
        "content_sha256": CONTENT,
        "synthetic": "yes",
    }


def _insert(connection: sa.Connection, table: str, rows: list[dict[str, str]]) -> None:
    """Cells as literals: an empty one is NULL, yes and no are booleans, every database reads the rest from text."""
    for row in rows:
        literals = ", ".join({"": "NULL", "yes": "true", "no": "false"}.get(v, _quoted(v)) for v in row.values())
        connection.connection.cursor().execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({literals})")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
