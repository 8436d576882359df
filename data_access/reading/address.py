"""Which database is meant, without its password in any command line: those are read by everybody on the machine."""

import argparse
import os
from pathlib import Path

from data_access.bundle.problems import DatabaseProblem
from data_access.reading.connection import parse_url

HELP = "default: the variable DATABASE_URL, or the file that DATABASE_URL_FILE names; without a password"
ONE_ONLY = "DATABASE_URL or DATABASE_URL_FILE must be set, got: both."
NO_FILE = "The file that DATABASE_URL_FILE names must hold the address of the database, got: no file that can be read."
NO_LINE = (
    "The file that DATABASE_URL_FILE names must hold the address of the database in one line, got: something else."
)
NO_PASSWORD = (
    "--database-url must hold no password: other users of the machine can read it. Leave it out and keep it in the "
    "file that PGPASSFILE names, or keep the whole address in the file that DATABASE_URL_FILE names (docs/operating.md)"
)


def database_url() -> str | None:
    """The configured database, or None: then the sample cohort is shown. Raises DatabaseProblem."""
    given, file = (os.environ.get(name, "").strip() for name in ("DATABASE_URL", "DATABASE_URL_FILE"))
    if given and file:
        raise DatabaseProblem(ONE_ONLY)
    return _line_of(Path(file)) if file else given or None


def _line_of(file: Path) -> str:
    try:
        lines = file.read_text("utf-8-sig").split()
    except (OSError, UnicodeDecodeError):
        raise DatabaseProblem(NO_FILE) from None
    if len(lines) != 1:
        raise DatabaseProblem(NO_LINE)
    return lines[0]


def add_database_option(parser: argparse.ArgumentParser) -> None:
    """The option --database-url."""
    parser.add_argument("--database-url", help=HELP)


def database_of(parser: argparse.ArgumentParser, options: argparse.Namespace) -> str | None:
    """The database of the option, else the configured one; None: neither. Ends the program with exit code 2 for a
    password in the option. Raises DatabaseProblem."""
    if not options.database_url:
        return database_url()
    url = parse_url(options.database_url)
    if url.password or any("password" in name.lower() for name in url.query):
        parser.error(NO_PASSWORD)
    return options.database_url
