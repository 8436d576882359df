"""The command line of the import: its options, and which of them need or exclude each other."""

import argparse
from pathlib import Path

from data_access.reading.address import add_database_option, database_of

READERS = ("tables", "redcap", "cdisc")


def parsed(arguments: list[str] | None) -> argparse.Namespace:
    """The options, with the database that is meant. Ends the program with exit code 2 for a wrong command line. Raises
    DatabaseProblem when the configured address cannot be had."""
    parser = _parser()
    options = parser.parse_args(arguments)
    options.database_url = database_of(parser, options)
    _refuse_incomplete(parser, options)
    return options


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m data_access.load",
        description="Load a cohort into a database: all of it, or nothing and a list of what is wrong.",
        epilog="Exit code: 0 done or identical, 1 the bundle has errors, 2 wrong command "
        "line, 3 --confirm needed, 4 database or file could not be read or written.",
    )
    parser.add_argument(
        "source",
        type=Path,
        nargs="?",
        help="folder with one CSV file per table and manifest.json, a ZIP file of it, or what --from reads",
    )
    parser.add_argument("--from", dest="reader", choices=READERS, help="format of a source that is not a bundle")
    parser.add_argument("--mapping", type=Path, help="mapping file (TOML) for --from")
    add_database_option(parser)
    parser.add_argument("--check", action="store_true", help="check everything, load nothing; needs no database")
    parser.add_argument("--confirm", action="store_true", help="load although the cut-off goes back or rows are fewer")
    parser.add_argument("--rollback", action="store_true", help="bring the version before back; again: go forward")
    parser.add_argument("--purge-previous", action="store_true", help="remove the version before for good")
    parser.add_argument(
        "--set-aside",
        type=Path,
        metavar="FILE.csv",
        help="load what is right and put rows with errors into this file, with their reasons",
    )
    parser.add_argument("--problems", type=Path, metavar="FILE.csv", help="write every problem into this file")
    return parser


def _refuse_incomplete(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """Options that need each other, or exclude each other; ends the program with exit code 2."""
    if options.source is None and not (options.rollback or options.purge_previous):
        parser.error("name a bundle")
    if options.purge_previous and (options.rollback or options.check):
        parser.error("--purge-previous must be given with a bundle or alone, got: --rollback or --check as well")
    if not options.database_url and not (options.check and options.source):
        parser.error("name a database with --database-url or DATABASE_URL")
    if options.set_aside and not options.source:
        parser.error("--set-aside must be given with a bundle, got: none")
    if (options.reader is None) != (options.mapping is None):
        parser.error("--from and --mapping must be given together, got: one of them")
