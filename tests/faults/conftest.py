"""The twelve literal patients as a bundle, and on the server; a file may have a bundle or cohort of its own."""

import pytest

from data_access.load import load_bundle
from tests.pages.twelve import PATIENTS, app_reads, write_bundle


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return write_bundle(tmp_path_factory.mktemp("twelve") / "bundle", *PATIENTS)


@pytest.fixture
def cohort(postgresql, bundle):
    """A PostgreSQL database with the twelve, which the app reads as the reader."""
    made = postgresql.copy_of("twelve", lambda database: load_bundle(bundle, database.owner))
    with app_reads(made.reader):
        yield made
    postgresql.drop(made)
