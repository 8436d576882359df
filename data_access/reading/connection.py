"""From a database URL to an engine, and from a driver's errors to sentences."""

import re
import weakref
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.pool import NullPool

from data_access.bundle.problems import DatabaseProblem
from data_access.reading import limits

NOT_INITIALISED = (
    "The database must hold a cohort loaded with `python -m data_access.load`, got: a database without one."
)

READ_ONLY = "The cohort database is only read here, got: an attempt at something else."
HALF_CHANGED = "The cohort database must be whole, got: one whose last change was cut off. Load the bundle again."
TOO_SLOW = f"The cohort database gave no answer within {limits.QUERY_SECONDS} seconds. Try again."
BUSY = "The cohort database is busy: no connection is free. Try again in a moment."
CUT = "The connection to the database server was cut. Try again."
UNREACHABLE = "The database server does not answer. Try again."
DAMAGED = "The cohort database must be intact, got: a damaged file. Load the bundle again."
OTHER = "The cohort database answered with an error. Try again."

# What a driver says, or the class of its error (lower case) -> what the screen says; the first match counts.
SENTENCES = (
    ("file is not a database", "The cohort database must be an SQLite database, got: a file that is not one."),
    ("malformed", DAMAGED),
    ("locked", "The cohort database is locked by another program. Try again."),
    ("locknotavailable", "The cohort database is locked by another program. Try again."),
    ("no such table", NOT_INITIALISED),
    ("undefinedtable", NOT_INITIALISED),
    ("unable to open", "The cohort database must be a file that the app may read, got: none or one it may not open."),
    ("disk i/o error", "The cohort database could not be read to its end. Try again."),
    ("sqlite_readonly_rollback", HALF_CHANGED),
    ("sqlite_readonly_recovery", HALF_CHANGED),
    ("readonly", READ_ONLY),
    ("read-only", READ_ONLY),
    ("not authorized", READ_ONLY),
    ("prohibited", READ_ONLY),
    ("interrupted", TOO_SLOW),
    ("querycanceled", TOO_SLOW),
    ("no answer before the deadline", TOO_SLOW),
    ("too many clients", BUSY),
    ("too many connections", BUSY),
    ("connection slots are reserved", BUSY),
    ("password", "The database server must accept the user and password given, got: a refusal."),
    ("no pg_hba.conf entry", "The database server must let the app's machine and user in, got: a refusal."),
    ("insufficientprivilege", "The database user must be allowed to read the cohort, got: a refusal."),
    ("permission denied", "The database user must be allowed to read the cohort, got: a refusal."),
    ("invalidcatalogname", "The database named in DATABASE_URL must be on the server, got: none of that name."),
    ("fatal:  database", "The database named in DATABASE_URL must be on the server, got: none of that name."),
    ("adminshutdown", CUT),
    ("server closed the connection", CUT),
    ("connection reset", CUT),
    ("terminating connection", CUT),
)


_NO_POOL = dict(poolclass=NullPool)
NOT_AN_ADDRESS = (
    "DATABASE_URL must look like sqlite:////folder/cohort.db or postgresql+psycopg://user@server/database, got: "
    "something else."
)
FILE_ADDRESS = re.compile(r"sqlite(\+\w+)?:///(?P<path>.+)", re.DOTALL)


def parse_url(url: str) -> sa.URL:
    """The path of an SQLite file is taken as it is written: `?`, `%41` and `#` are letters of a name, or a file would
    be written elsewhere than where it seems. Raises DatabaseProblem, without repeating the URL: it may hold a
    password."""
    if file := FILE_ADDRESS.fullmatch(url):
        return sa.URL.create("sqlite", database=file["path"])
    try:
        return sa.make_url(url)
    except (exc.ArgumentError, ValueError):
        raise DatabaseProblem(NOT_AN_ADDRESS) from None


def make_engine(url: sa.URL, pooled: bool = False, **options) -> sa.Engine:
    """An engine that hides bound values. Raises DatabaseProblem when its driver is not installed.

    pooled: for the dashboard, which asks again and again; it closes what is open when nobody holds it any more. Who
    asks once, as an import does, leaves no connection behind: the server has few, and the dashboard needs them. SQLite
    gets no pool: a pooled connection would keep reading a file that an import has replaced.
    """
    is_file = url.get_backend_name() == "sqlite"
    pool = dict(pool_timeout=limits.POOL_SECONDS, pool_use_lifo=True) if pooled and not is_file else _NO_POOL
    try:
        engine = sa.create_engine(url, hide_parameters=True, pool_pre_ping=True, **(pool | options))
    except (ImportError, exc.NoSuchModuleError):
        raise DatabaseProblem(
            f"The driver of the database must be installed, got: none for '{url.drivername}'."
        ) from None
    weakref.finalize(engine, engine.pool.dispose)
    return engine


@contextmanager
def said_in_sentences() -> Iterator[None]:
    """Turn every database error inside the block into a DatabaseProblem."""
    try:
        yield
    except exc.SQLAlchemyError as error:
        raise DatabaseProblem(_sentence(error)) from error
    except UnicodeDecodeError as error:  # the driver reads names and messages, too, as UTF-8
        raise DatabaseProblem(DAMAGED) from error


def _sentence(error: exc.SQLAlchemyError) -> str:
    original = getattr(error, "orig", None)
    if isinstance(error, exc.TimeoutError):
        return BUSY
    code = getattr(original, "sqlite_errorname", "")
    words = f"{type(original).__module__} {type(original).__name__} {code} {original}".lower()
    known = next((sentence for said, sentence in SENTENCES if said in words), None)
    from_server = isinstance(error, (exc.OperationalError, exc.InterfaceError)) and "sqlite" not in words
    return known or (UNREACHABLE if from_server else OTHER)
