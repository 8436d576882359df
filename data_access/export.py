"""Write the cohort database back as the CSV bundle that the import reads.

`python -m data_access.export FOLDER [--database-url URL]`; importing the bundle again gives the same content hash.
"""

import argparse
import csv
import sys
from pathlib import Path

from data_access.audit import audited
from data_access.bundle.problems import DatabaseProblem
from data_access.manifest import NAME, write_manifest
from data_access.private import FILE, make_folder, write_text
from data_access.reading.address import add_database_option, database_of
from data_access.reading.engine import connect, open_engine
from data_access.reading.history import fetch_history, set_aside_of
from data_access.reading.queries import dataset_row, read_cohort
from data_access.schema.tables import BUNDLE_TABLES, columns_of
from data_access.schema.values import to_text


def export_bundle(folder: Path, url: str) -> str:
    """Write every table and the manifest into a new or empty folder; the version of the dataset written."""
    folder = Path(folder)
    engine = open_engine(url)
    with connect(engine) as connection:
        row = dataset_row(connection)
        frames = read_cohort(connection, row, "all")
    with connect(engine) as connection:
        set_aside = set_aside_of(row.content_sha256, fetch_history(connection))
    make_folder(folder)
    if any(folder.iterdir()):
        raise FileExistsError
    for table in BUNDLE_TABLES:
        _write(folder / f"{table.name}.csv", table, frames[table.name])
    write_manifest(folder, row.title, row.data_cutoff, row.source, row.synthetic, set_aside=set_aside)
    (folder / NAME).chmod(FILE)
    return row.version


def _write(path: Path, table, frame) -> None:
    """CRLF line ends: only then does the writer quote a lone CR inside a cell."""
    columns = columns_of(table)
    with write_text(path) as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow([column.name for column in columns])
        writer.writerows(zip(*(to_text(column, frame[column.name]) for column in columns), strict=True))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m data_access.export",
        description="Write the cohort database as a CSV bundle into a new or empty folder.",
    )
    parser.add_argument("folder", type=Path, help="a folder that is new or empty")
    add_database_option(parser)
    options = parser.parse_args(arguments)
    try:
        url = database_of(parser, options)
        if not url:
            print("Name a database with --database-url or DATABASE_URL.", file=sys.stderr)
            return 1
        with audited("export"):
            version = export_bundle(options.folder, url)
        print(f"Dataset version {version}")
    except DatabaseProblem as problem:
        print(f"Nothing was exported. {problem.sentence}", file=sys.stderr)
        return 1
    except OSError as error:
        print(
            f"The export is not complete. The folder must be new or empty and writable, got: {type(error).__name__}.",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
