"""One cohort database and two versions of its data, to be swapped under a running app, on SQLite and on PostgreSQL.

BEFORE: the twelve patients of tests/pages/twelve.py, cut-off day 800: 10 infused, of whom 4 died. AFTER: without P01
and without centre C03 (P07, P08, P09), with P13 who was infused on day 760, cut-off day 900: 7 infused, of whom 4 died.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from data_access.load import load_bundle
from tests.literal import date, patient
from tests.pages import twelve
from tests.pages.twelve import write_bundle

ENGINES = ("sqlite", "postgresql")
GONE = ("P01", "P07", "P08", "P09")
NEW = patient(
    "P13",
    birth_month="2001-01",
    site_code="C02",
    sex="female",
    infused=760,
    enrolled=700,
    last_contact=880,
    course=dict(apheresis_date=710, manufacturing_outcome="released"),
    responses={788: "CR"},
)
BEFORE, AFTER = "before", "after"
COHORTS = {
    BEFORE: (twelve.PATIENTS, date(800)),
    AFTER: ((*(one for one in twelve.PATIENTS if one["patient"][0]["patient_id"] not in GONE), NEW), date(900)),
}
INFUSED, DIED = {BEFORE: 10, AFTER: 7}, {BEFORE: 4, AFTER: 4}
CUTOFF = {name: cutoff.date().isoformat() for name, (_, cutoff) in COHORTS.items()}


@dataclass(frozen=True)
class Swapped:
    """`reader`: the URL that the app has; import_(BEFORE) or import_(AFTER) puts that version there and gives its
    code."""

    reader: str
    owner: str
    folder: Path

    def import_(self, name: str) -> str:
        """Import one of the two, as the command does."""
        return load_bundle(self.folder / name, self.owner).content_sha256[:12]


@contextmanager
def swapped(engine: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[Swapped]:
    """A database of that kind, empty; a PostgreSQL server is started by the first that asks for it."""
    for name, (patients, cutoff) in COHORTS.items():
        write_bundle(folder / name, *patients, cutoff=cutoff)
    if engine == "sqlite":
        url = f"sqlite:///{folder / 'cohort.db'}"
        yield Swapped(url, url, folder)
    else:
        server = request.getfixturevalue("postgresql")
        made = server.fresh()
        yield Swapped(made.reader, made.owner, folder)
        server.disconnect(made.name)
        server.drop(made)
