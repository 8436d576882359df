"""Servers that several rooms' tests share: one PostgreSQL per test worker, started by the first test that asks."""

import pytest

from tests.postgresql import Server


@pytest.fixture(scope="session")
def postgresql():
    """The server; `postgresql.fresh()` gives an empty database, `postgresql.copy_of(key, load)` a loaded one."""
    server = Server()
    yield server
    server.remove()


@pytest.fixture
def empty_database(postgresql):
    """A PostgreSQL database with the README's roles and no table: `.owner` imports, `.reader` reads."""
    made = postgresql.fresh()
    yield made
    postgresql.drop(made)
