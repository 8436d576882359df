"""The problems of an import as a CSV file for a spreadsheet, and as a summary to read."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import astuple, fields
from itertools import groupby
from pathlib import Path

import pandas as pd

from data_access.bundle.accounts import Account
from data_access.bundle.problems import ERROR, WARN, Problem, Problems, shown
from data_access.bundle.spreadsheet import BOM, safe_cell
from data_access.private import write_text

COLUMNS = tuple(field.name for field in fields(Problem))
READ_FIRST = ("severity", "code", "file", "row", "column", "value", "message", "hint")
PLACES = 5  # how many places the summary names per kind of problem


def write_problems(path: Path, problems: Problems) -> None:
    """Every listed problem into a file that its owner alone can read."""
    with write_text(path) as file:
        file.write(problems_csv(problems))


def problems_csv(problems: Problems) -> str:
    """Every listed problem, errors first, one per line; a last line says the total when more were found than listed."""
    file = io.StringIO()
    file.write(BOM)
    rows = csv.writer(file, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for problem in problems.listed:
        rows.writerow([safe_cell("" if cell is None else str(cell)) for cell in astuple(problem)])
    if problems.total > len(problems.listed):
        cut = f"{len(problems.listed)} of {problems.total} problems are listed"
        rows.writerow(["", "", "", "", "list-cut", "", cut, "Mend these and run the import again."])
    return file.getvalue()


def problems_frame(problems: Problems) -> pd.DataFrame:
    """Every listed problem as a row, errors first: what a table on a screen sorts."""
    return pd.DataFrame([astuple(problem) for problem in problems.listed], columns=list(COLUMNS))[list(READ_FIRST)]


def summary(problems: Problems) -> str:
    """Problems grouped by severity and code: how many, the rule, the first places, what to do."""
    order = {pair: position for position, pair in enumerate(problems.counts)}
    listed = sorted(problems.listed, key=lambda problem: order[problem.severity, problem.code])
    groups = {pair: list(found) for pair, found in groupby(listed, key=lambda p: (p.severity, p.code))}
    ranked = sorted(problems.counts, key=lambda pair: (pair[0] != ERROR, order[pair]))
    return "\n".join(_group(pair, problems.counts[pair], groups.get(pair, [])) for pair in ranked)


def _group(pair: tuple[str, str], count: int, listed: list[Problem]) -> str:
    severity, code = pair
    lines = [f"{severity} {code}: {count:,}"]
    lines += [f"  {problem.place}: {problem.sentence}" for problem in listed[:PLACES]]
    lines += [f"  ... and {count - PLACES:,} more"] if count > PLACES and listed else []
    hints = dict.fromkeys(problem.hint for problem in listed[:PLACES] if problem.hint)
    return "\n".join([*lines, *(f"  -> {hint}" for hint in hints)])


def counted(problems: Problems) -> str:
    """How many of each severity, in words."""
    return f"{problems.count(ERROR):,} error(s), {problems.count(WARN):,} warning(s)"


def account_lines(accounts: Iterable[Account]) -> Iterator[str]:
    """Of each dataset the rows read, taken, refused and left out, with the conditions and values that left them out."""
    for account in accounts:
        refused = f", {account.refused:,} refused" if account.refused else ""
        books = f"{account.read:,} rows read, {account.taken:,} taken, {account.n_left_out:,} left out{refused}"
        yield f"{account.file}: {books}"
        ranked = sorted(account.left_out, key=lambda pair: -pair[1])
        for left_out, n in ranked[:PLACES]:
            purpose = " (on purpose)" if left_out.on_purpose else ""
            what = f"{left_out.variable} = '{shown(left_out.value)}'" if left_out.variable else left_out.value
            yield f"  {n:,} left out: {what}{purpose}"
        if len(ranked) > PLACES:
            yield f"  {sum(n for _, n in ranked[PLACES:]):,} left out: {len(ranked) - PLACES:,} other values"
