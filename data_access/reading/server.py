"""A PostgreSQL connection that never waits longer than it was told, even for a server that has stopped moving.

The server keeps `statement_timeout`, the kernel the keepalives; a frozen server trips neither. So every wait has a
deadline by our own clock, and a connection that missed it is closed.
"""

import math
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

import psycopg
import sqlalchemy as sa

from data_access.reading import limits

SETTINGS = dict(
    connect_timeout=limits.CONNECT_SECONDS,
    keepalives=1,
    keepalives_idle=10,
    keepalives_interval=5,
    keepalives_count=3,
    tcp_user_timeout=limits.QUERY_SECONDS * 1000,
    prepare_threshold=None,
    application_name="cart-cohort-dashboard",
)
FOR_THE_TRANSACTION = "; ".join(
    (
        f"SET LOCAL statement_timeout = '{limits.SERVER_SECONDS}s'",
        f"SET LOCAL lock_timeout = '{limits.LOCK_SECONDS * 1000:.0f}ms'",
        f"SET LOCAL idle_in_transaction_session_timeout = '{limits.READ_SECONDS}s'",
    )
)


class Limited(psycopg.Connection):
    """Waits `seconds` for an answer, and no longer than `until` for all of them."""

    seconds, until = limits.CONNECT_SECONDS, math.inf

    def wait(self, gen, interval=0.1, timeout=None):
        left = max(min(self.seconds, self.until - monotonic()), 0)
        try:
            return super().wait(gen, interval, left if timeout is None else min(left, timeout))
        except psycopg.errors._WaitTimeout:
            self.close()
            raise psycopg.OperationalError("no answer before the deadline") from None


def limit_waits(engine: sa.Engine) -> None:
    """Make every connection of the engine a limited one."""

    @sa.event.listens_for(engine, "do_connect")
    def connect(_dialect, _record, arguments, settings):
        try:
            return Limited.connect(*arguments, **(settings | SETTINGS))
        except psycopg.Error as error:
            traceback.clear_frames(error.__traceback__)  # else they would keep the half-made connection open
            raise


@contextmanager
def one_snapshot(connection: sa.Connection) -> Iterator[None]:
    """A read-only transaction with the server's own limits, and the app's longer waits for as long as it lasts."""
    connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    driver = connection.connection.driver_connection
    driver.seconds, driver.until = limits.QUERY_SECONDS, monotonic() + limits.READ_SECONDS
    try:
        connection.exec_driver_sql(FOR_THE_TRANSACTION)
        yield
    finally:
        driver.seconds, driver.until = limits.CONNECT_SECONDS, math.inf
