"""`python -m figures.report --cohort saved.json --figures os efs watchlist --out FOLDER`: a meeting's report of every
saved cohort of a file, as a self-contained HTML page and as slides. No Streamlit, no browser, no network.

Exit code: 0 done, 1 the saved cohorts do not fit, 2 wrong command line, 4 database or file could not be read or
written.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from analyses.cohort import CohortData, choose
from analyses.monitoring.saved import NotSaved, SavedCohort, from_json
from data_access.bundle.problems import DatabaseProblem
from data_access.private import make_file, make_folder
from data_access.reading.address import add_database_option, database_of
from data_access.reading.engine import connect, ensure_sample, open_engine
from data_access.reading.queries import dataset_row, read_cohort
from endpoints.rules import Rules
from figures.figure import Figure
from figures.reporting.catalogue import FIGURE, FIGURES
from figures.reporting.html_page import html_page
from figures.reporting.slides import slides

DONE, REFUSED, UNREADABLE = 0, 1, 4
WHOLE = SavedCohort("All patients")
EXIT_CODES = (
    "Exit code: 0 done, 1 the saved cohorts do not fit, 2 wrong command line, 4 database or file could not be read or "
    "written."
)


def main(arguments: list[str] | None = None) -> int:
    """Make the files; the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        data = _load(database_of(parser, options) or ensure_sample())
        cohorts = _saved(options.cohort, data) if options.cohort else (WHOLE,)
        make_folder(options.out)
        for place, saved in enumerate(cohorts, start=1):
            print(f"{saved.name}: {len(options.figures)} figures ...", flush=True)
            _write(options.out / f"report_{place}", figures_of(saved, data, options.figures), saved.name)
    except NotSaved as reason:
        return _fail(str(reason), REFUSED)
    except DatabaseProblem as problem:
        return _fail(problem.sentence, UNREADABLE)
    except (OSError, subprocess.SubprocessError) as error:
        return _fail(f"A file could not be read or written, got: {type(error).__name__}.", UNREADABLE)
    return DONE


def _parser() -> argparse.ArgumentParser:
    codes = [one.code for one in FIGURES]
    parser = argparse.ArgumentParser(
        prog="python -m figures.report", description="Make a report of saved cohorts: HTML and PPTX.", epilog=EXIT_CODES
    )
    parser.add_argument("--cohort", type=Path, help="file of saved cohorts; without it, everybody")
    parser.add_argument("--figures", nargs="+", choices=codes, default=codes, help="in this order; default: all")
    parser.add_argument("--out", type=Path, required=True, help="folder for the files")
    add_database_option(parser)
    return parser


def _fail(sentence: str, code: int) -> int:
    print(f"No report was made. {sentence}", file=sys.stderr)
    return code


def _load(url: str) -> CohortData:
    with connect(open_engine(url)) as connection:
        row = dataset_row(connection)
        tables = read_cohort(connection, row, "all")
    cutoff = pd.Timestamp(row.data_cutoff)
    return CohortData(row.title, cutoff, row.version, row.source, row.synthetic, "all", tables)


def _saved(file: Path, data: CohortData) -> tuple[SavedCohort, ...]:
    return from_json(file.read_bytes(), data.levels(Rules()))


def figures_of(saved: SavedCohort, data: CohortData, codes: Sequence[str]) -> list[Figure]:
    """The named figures of one saved cohort."""
    cohort = choose(data, saved.choice())
    return [FIGURE[code].make(cohort) for code in codes]


def _write(stem: Path, figures: Sequence[Figure], title: str) -> None:
    for ending, make in (("html", html_page), ("pptx", slides)):
        _put(stem.with_suffix(f".{ending}"), make(figures, title))
        print(f"  {stem.name}.{ending}", flush=True)


def _put(path: Path, content: bytes) -> None:
    """A file of its owner alone, which replaces what was there."""
    path.unlink(missing_ok=True)
    with os.fdopen(make_file(path), "wb") as file:
        file.write(content)


if __name__ == "__main__":
    sys.exit(main())
