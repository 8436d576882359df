"""Propose a mapping file for your own tables: `python -m data_access.suggest FOLDER > COPY.toml`.

FOLDER is what the tables reader takes: a folder, a ZIP file, a workbook, or one file. The proposal is printed, with a
comment for each guess and a list of what was not placed. Nothing is imported, and no value of a patient is in it but
the texts of short code lists.

Exit codes: 0 done, 1 nothing could be read.
"""

import argparse
import sys
from pathlib import Path

from data_access.bundle.problems import BundleRefused, Problems
from data_access.bundle.report import summary
from data_access.sources.files.found import Place, opened_source, unreadable_in
from data_access.sources.proposal.looks import form_of, read_place
from data_access.sources.proposal.propose import DatasetGuess, propose, settle
from data_access.sources.proposal.reasons import hint_of
from data_access.sources.proposal.write import text_of


def suggested(places: list[Place], problems: Problems) -> list[DatasetGuess]:
    """What the names and cells of these datasets suggest."""
    guesses = [guess for place in places if (guess := _guess(place, problems)) is not None]
    settle(guesses)
    return guesses


def _guess(place: Place, problems: Problems) -> DatasetGuess | None:
    form = form_of(place)
    sheet = read_place(place, form, problems)
    return None if sheet is None else propose(place, form, sheet)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m data_access.suggest", description="Propose a mapping file for your own tables."
    )
    parser.add_argument("source", type=Path, help="a folder, a ZIP file, a workbook or one file of tables")
    options = parser.parse_args(arguments)
    problems = Problems()
    try:
        with opened_source(options.source) as places:
            guesses = suggested(places, problems)
        text = text_of(guesses, unreadable_in(options.source))
    except BundleRefused as refused:
        print(summary(refused.problems), file=sys.stderr)
        return 1
    except OSError as error:
        print(f"The source must be readable, got: {type(error).__name__}.", file=sys.stderr)
        return 1
    print(text, end="")
    if hint := hint_of(guesses):
        print(hint, file=sys.stderr)
    if problems.total:
        print(summary(problems), file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
