"""A PostgreSQL connection that never waits longer than it was told, even for a server that has stopped moving.

The server keeps `statement_timeout`, the kernel the keepalives; a frozen server trips neither. So every wait has a
deadline by our own clock, and a connection that missed it is closed.
"""

import math
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

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


# Of this role and every role that it can become: rights on the cohort's tables (of their columns, too), on schemas and
# on the database; ownership, and the attributes and roles that give any right. What is written by others shows in
# counts (some seconds later) and in the catalogue's row of the table (at once: TRUNCATE, GRANT, ALTER).
RIGHTS_AND_SIGNS = sa.text(r"""
WITH me AS (
    SELECT oid, rolname, rolsuper OR rolcreaterole AS rules FROM pg_roles WHERE pg_has_role(current_user, oid, 'MEMBER')
), room AS (
    SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
), named AS (
    SELECT c.oid, c.relowner FROM pg_class c JOIN room ON room.oid = c.relnamespace
    WHERE c.relname = ANY(:names) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
), cohort AS (
    SELECT c.oid, c.relname || ':' || c.relfilenode || ':' || c.xmin AS made FROM unnest(CAST(:names AS text[])) AS name
    JOIN pg_class c ON c.oid = to_regclass(quote_ident(name))
)
SELECT
    EXISTS (SELECT FROM me WHERE rules OR has_database_privilege(oid, current_database(), 'CREATE')
        OR rolname IN ('pg_write_all_data', 'pg_write_server_files', 'pg_execute_server_program'))
    OR EXISTS (SELECT FROM me, room WHERE has_schema_privilege(me.oid, room.oid, 'CREATE'))
    OR EXISTS (SELECT FROM me, named WHERE me.oid = named.relowner
        OR has_table_privilege(me.oid, named.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
        OR has_any_column_privilege(me.oid, named.oid, 'INSERT, UPDATE, REFERENCES')) AS may_write,
    EXISTS (SELECT FROM cohort WHERE NOT has_table_privilege(oid, 'SELECT') AND EXISTS (
        SELECT FROM pg_attribute WHERE attrelid = cohort.oid AND attnum > 0 AND NOT attisdropped
        AND NOT has_column_privilege(cohort.oid, attnum, 'SELECT'))) AS may_not_read,
    (SELECT coalesce(sum(pg_stat_get_tuples_inserted(oid) + pg_stat_get_tuples_updated(oid)
        + pg_stat_get_tuples_deleted(oid)), 0) FROM cohort) AS written,
    (SELECT string_agg(made, ' ' ORDER BY made) FROM cohort) AS made
""")


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
    """Make every connection of the engine a limited one; a cursor whose server is gone is closed on our side."""

    @sa.event.listens_for(engine, "do_connect")
    def connect(_dialect, _record, arguments, settings):
        try:
            return Limited.connect(*arguments, **(settings | SETTINGS))
        except psycopg.Error as error:
            traceback.clear_frames(error.__traceback__)  # else they would keep the half-made connection open
            raise

    @sa.event.listens_for(engine, "handle_error")
    def close_cursor(context: sa.engine.ExceptionContext) -> None:
        cursor: Any = context.execution_context and context.execution_context.cursor
        if context.is_disconnect and isinstance(cursor, psycopg.Cursor):
            psycopg.Cursor.close(cursor)  # its own way would ask the server


def rights_and_signs(connection: sa.Connection, names: list[str]) -> sa.Row:
    """may_write and may_not_read of the tables of those names; written and made change with any write to them."""
    return connection.execute(RIGHTS_AND_SIGNS, {"names": names}).one()


@contextmanager
def one_snapshot(connection: sa.Connection) -> Iterator[None]:
    """A read-only transaction with the server's own limits, and the app's longer waits for as long as it lasts."""
    connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    driver: Any = connection.connection.driver_connection
    driver.seconds, driver.until = limits.QUERY_SECONDS, monotonic() + limits.READ_SECONDS
    try:
        connection.exec_driver_sql(FOR_THE_TRANSACTION)
        yield
    finally:
        driver.seconds, driver.until = limits.CONNECT_SECONDS, math.inf
