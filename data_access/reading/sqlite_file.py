"""An SQLite file opened so that nothing but reading its tables is possible, whatever statement is sent.

Three barriers, each enough by itself: mode=ro, query_only, and an authorizer that refuses at the time a statement is
prepared. `immutable` would also ignore the lock of a program that is writing: it is used only for a database in WAL
mode without a log, which nobody is writing and whose side files SQLite would otherwise create.
"""

import math
import sqlite3
from pathlib import Path
from time import monotonic
from urllib.parse import quote

from data_access.bundle.problems import DatabaseProblem
from data_access.reading import limits

NO_FILE = "The cohort database must be a file, got: none at the configured place."
EMPTY_FILE = "The cohort database must hold a cohort loaded with `python -m data_access.load`, got: an empty file."
NOT_READABLE = "The cohort database must be a file that the app may read, got: one it may not open."
STEPS_BETWEEN_LOOKS = 10_000  # of SQLite's virtual machine, well under a millisecond
PRAGMAS = {"read_uncommitted"}  # SQLAlchemy asks for it, without a value, at the first connection
WAL = b"\x02\x02"  # bytes 18 and 19 of the file


class Cursor(sqlite3.Cursor):
    """Gives SQLite a new deadline for each thing asked of it."""

    connection: "Connection"

    def execute(self, *arguments):
        self.connection.start_clock()
        return super().execute(*arguments)

    def fetchmany(self, *arguments):
        self.connection.start_clock()
        return super().fetchmany(*arguments)

    def fetchall(self):
        self.connection.start_clock()
        return super().fetchall()


class Connection(sqlite3.Connection):
    """A connection that SQLite leaves when `until` (by the monotonic clock) has passed."""

    until = math.inf

    def start_clock(self):
        self.until = min(monotonic() + limits.QUERY_SECONDS, self.last)

    def cursor(self, factory=Cursor):
        return super().cursor(factory)

    def protect(self):
        """Raise the barriers; from here on only tables can be read."""
        self.last = monotonic() + limits.READ_SECONDS
        self.execute("PRAGMA query_only = ON")
        self.execute("PRAGMA trusted_schema = OFF")
        self.execute("PRAGMA temp_store = MEMORY")
        self.set_progress_handler(lambda: monotonic() > self.until, STEPS_BETWEEN_LOOKS)
        self.set_authorizer(only_reading_tables)


def open_file(path: Path) -> Connection:
    """Open what is there: a missing file would be created and an empty one be a database without tables.

    No transaction begins by itself; `BEGIN` makes what follows one snapshot. Raises DatabaseProblem, sqlite3.Error.
    """
    opened = sqlite3.connect(
        f"file:{quote(str(path.resolve()))}?{_how(path)}",
        uri=True,
        isolation_level=None,
        timeout=limits.LOCK_SECONDS,
        check_same_thread=False,
        factory=Connection,
    )
    opened.protect()
    return opened


def _how(path: Path) -> str:
    """The parameters of the URI. Raises DatabaseProblem when there is no file with something in it to read."""
    try:
        with path.open("rb") as file:
            header = file.read(20)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        raise DatabaseProblem(NO_FILE) from None
    except OSError as error:
        raise DatabaseProblem(NOT_READABLE) from error
    if not header:
        raise DatabaseProblem(EMPTY_FILE)
    without_log = header[18:20] == WAL and not Path(f"{path}-wal").exists()
    return "mode=ro&immutable=1" if without_log else "mode=ro"


def only_reading_tables(action, first, second, _database, inside) -> int:
    """What SQLite asks before it prepares a statement. What a view or trigger does (`inside`) is refused, too: the
    schema has none, and one that somebody made could cost any time."""
    reads = (
        action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_TRANSACTION)
        or (action == sqlite3.SQLITE_READ and inside is None)
        or (action == sqlite3.SQLITE_FUNCTION and second in ("count", "max", "min", "sum"))
        or (action == sqlite3.SQLITE_PRAGMA and first in PRAGMAS and second is None)
    )
    return sqlite3.SQLITE_OK if reads else sqlite3.SQLITE_DENY
