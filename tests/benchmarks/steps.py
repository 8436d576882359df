"""One step of load_and_derive in a process of its own: `python -m tests.benchmarks.steps STEP FOLDER [PATIENTS]`.

FOLDER holds the bundle and receives the databases. Prints JSON: a list of (what, seconds, peak MB since process start).
"""

import csv
import json
import resource
import sqlite3
import sys
import time
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from data_access.load import load_bundle
from data_access.reading.engine import connect, open_engine
from data_access.reading.queries import dataset_row, read_cohort
from data_access.schema.tables import BUNDLE_TABLES, METADATA, columns_of
from endpoints.catalogue import CATALOGUE
from endpoints.mrd import derive_mrd
from endpoints.response import RESPONSES, derive_response
from endpoints.rules import Rules
from endpoints.study import derive_study
from endpoints.time_to_event import derive_tte
from endpoints.visits import VISITS
from sample_data.generate import generate

DATABASE, BARE, SERVER = "cohort.db", "bare.db", "server-url"


class Clock:
    """Laps of (what, seconds, peak MB); the peak grows over the laps of one process."""

    def __init__(self):
        self.laps, self._last = [], time.perf_counter()
        self.lap("imports")

    def lap(self, what: str) -> None:
        now = time.perf_counter()
        self.laps.append((what, now - self._last, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))
        self._last = time.perf_counter()


def make_bundle(folder: Path, clock: Clock, patients: int) -> None:
    """The bundle to measure with."""
    generate(folder, patients)
    clock.lap("generate")


def load(folder: Path, clock: Clock) -> None:
    """The app's loader: types, keys and references checked, content hash, file moved into place."""
    load_bundle(folder, f"sqlite:///{folder / DATABASE}")
    clock.lap("load")


def load_bare(folder: Path, clock: Clock) -> None:
    """The same rows as text by csv.reader and executemany: no type, no key, no check, no hash."""
    with sqlite3.connect(folder / BARE) as database:
        for table in BUNDLE_TABLES:
            names = [column.name for column in columns_of(table)]
            database.execute(f"CREATE TABLE {table.name} ({', '.join(names)})")
            with (folder / f"{table.name}.csv").open(encoding="utf-8", newline="") as file:
                rows = csv.reader(file)
                next(rows)
                database.executemany(f"INSERT INTO {table.name} VALUES ({', '.join('?' * len(names))})", rows)
    clock.lap("load, bare")


def load_server(folder: Path, clock: Clock) -> None:
    """The app's import into an empty PostgreSQL database, and another version in place of it."""
    url = (folder / SERVER).read_text("utf-8")
    load_bundle(folder, url)
    clock.lap("PostgreSQL")
    facts = json.loads((folder / "manifest.json").read_text("utf-8"))
    (folder / "manifest.json").write_text(json.dumps(facts | {"title": facts["title"] + " again"}), "utf-8")
    load_bundle(folder, url)
    clock.lap("PostgreSQL, replace")


def load_server_bare(folder: Path, clock: Clock) -> None:
    """The same files by COPY into the same tables (keys and references are checked there, too), in one transaction."""
    engine = sa.create_engine((folder / SERVER).read_text("utf-8"))
    with engine.begin() as connection:
        METADATA.create_all(connection)
        for table in BUNDLE_TABLES:
            statement = f"COPY {table.name} FROM STDIN (FORMAT csv, HEADER)"
            with connection.connection.driver_connection.cursor().copy(statement) as copy:
                copy.write((folder / f"{table.name}.csv").read_bytes())
    clock.lap("PostgreSQL, bare")


def read_bare(folder: Path, clock: Clock) -> None:
    """The same tables by pandas.read_sql: dates stay text, yes/no stays 0/1, codes stay strings."""
    with sqlite3.connect(folder / DATABASE) as database:
        tables = [pd.read_sql(f"SELECT * FROM {table.name}", database) for table in BUNDLE_TABLES]
    clock.lap("read, bare")
    assert all(len(table) for table in tables)


def derive(folder: Path, clock: Clock) -> None:
    """What the app does from its start to the last endpoint: every table, its content checked, study, ADTTE, status."""
    with connect(open_engine(f"sqlite:///{folder / DATABASE}")) as connection:
        dataset = dataset_row(connection)
        tables = read_cohort(connection, dataset, "all")
    clock.lap("read")
    rules = Rules()
    study = derive_study(tables, rules, pd.Timestamp(dataset.data_cutoff))
    clock.lap("study")
    endpoints = [derive_tte(study.course, endpoint, rules) for endpoint in CATALOGUE]
    clock.lap(f"{len(endpoints)} endpoints")
    statuses = [
        *(derive_response(study, endpoint) for endpoint in RESPONSES),
        *(derive_mrd(study, visit) for visit in VISITS),
    ]
    clock.lap(f"{len(statuses)} statuses")


STEPS = {
    step.__name__: step for step in (make_bundle, load_bare, load, load_server_bare, load_server, read_bare, derive)
}


if __name__ == "__main__":
    watch = Clock()
    STEPS[sys.argv[1]](Path(sys.argv[2]), watch, *map(int, sys.argv[3:]))
    json.dump(watch.laps, sys.stdout)
