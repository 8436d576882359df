"""An empty bundle to fill in: `python -m data_access.template FOLDER`.

Writes one CSV file per table with its header, the data dictionary, and a manifest with the facts that are given on the
command line; after filling in the files, `python -m data_access.manifest FOLDER` counts and hashes them.
"""

import argparse
import datetime
import io
import sys
import tempfile
import zipfile
from pathlib import Path

from data_access.dictionary import MARKDOWN, dictionary
from data_access.manifest import write_manifest
from data_access.schema.tables import BUNDLE_TABLES, columns_of

TITLE, SOURCE = "Name of your cohort", "Where the data come from, in words"


def write_template(folder: Path, title: str, data_cutoff: datetime.date, source: str) -> None:
    """Write the empty bundle into a new or empty folder. Raises FileExistsError when there are files in it."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError
    for table in BUNDLE_TABLES:
        header = ",".join(column.name for column in columns_of(table))
        (folder / f"{table.name}.csv").write_text(f"{header}\r\n", encoding="utf-8", newline="")
    (folder / MARKDOWN).write_text(dictionary(), encoding="utf-8", newline="\n")
    write_manifest(folder, title, data_cutoff, source, synthetic=False)


def template_zip(title: str, data_cutoff: datetime.date, source: str) -> bytes:
    """The empty bundle and its data dictionary as a ZIP file."""
    packed = io.BytesIO()
    with tempfile.TemporaryDirectory() as name, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        write_template(Path(name), title, data_cutoff, source)
        for path in sorted(Path(name).iterdir()):
            archive.write(path, path.name)
    return packed.getvalue()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m data_access.template",
        description="Write an empty bundle: one "
        "CSV file per table with its header, the data dictionary and a manifest.",
    )
    parser.add_argument("folder", type=Path, help="a folder that is new or empty")
    parser.add_argument("--title", default=TITLE, help="name of the cohort, shown on every screen")
    parser.add_argument(
        "--data-cutoff",
        type=datetime.date.fromisoformat,
        default=datetime.datetime.now().astimezone().date(),
        metavar="YYYY-MM-DD",
        help="the 'today' of every analysis; default: today",
    )
    parser.add_argument("--source", default=SOURCE, help="where the data come from, in words")
    options = parser.parse_args(arguments)
    try:
        write_template(options.folder, options.title, options.data_cutoff, options.source)
    except OSError as error:
        print(
            f"The template is not complete. The folder must be new or empty and writable, got: {type(error).__name__}.",
            file=sys.stderr,
        )
        return 1
    print(
        f"{len(BUNDLE_TABLES)} empty files, {MARKDOWN} and manifest.json. Write title, data_cutoff and source into "
        "manifest.json, fill in the files, then: python -m data_access.manifest FOLDER"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
