"""The problems of an import as a CSV file for a spreadsheet, and as a summary to read."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import astuple, fields, replace
from itertools import groupby
from pathlib import Path

import pandas as pd

from data_access.bundle.accounts import Account, LeftOut, Reasons, TableAccount
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
    """What is said of several rows in the same words stands there once, with the first lines."""
    severity, code = pair
    alike: dict[tuple, list[Problem]] = {}
    for problem in listed:
        alike.setdefault((problem.file, problem.column, problem.sentence), []).append(problem)
    told = list(alike.values())[:PLACES]
    rest = count - sum(map(len, told))
    lines = [f"{severity} {code}: {count:,}"]
    lines += [f"  {_places(found)}: {found[0].sentence}" for found in told]
    lines += [f"  ... and {rest:,} more"] if rest and listed else []
    hints = dict.fromkeys(found[0].hint for found in told if found[0].hint)
    return "\n".join([*lines, *(f"  -> {hint}" for hint in hints)])


def _places(alike: list[Problem]) -> str:
    """The place of one problem, or the lines of several of one file and column."""
    first = alike[0]
    rows = [f"{problem.row}" for problem in alike if problem.row is not None]
    if len(rows) <= 1:
        return first.place
    more = f" and {len(rows) - PLACES:,} more" if len(rows) > PLACES else ""
    return replace(first, file=f"{first.file}, lines {', '.join(rows[:PLACES])}{more}", row=None).place


def counted(problems: Problems) -> str:
    """How many of each severity, in words."""
    return f"{problems.count(ERROR):,} error(s), {problems.count(WARN):,} warning(s)"


def book_lines(problems: Problems) -> Iterator[str]:
    """What became of every row and of every variable with values: of each dataset that was read, and which were not."""
    for account in problems.accounts:
        yield from _account_lines(account)
    for dataset in problems.not_read:
        purpose = " (on purpose)" if dataset.on_purpose else ""
        rows = "its rows could not be counted" if dataset.rows is None else f"{_rows(dataset.rows)} left out"
        yield f"{dataset.file}: not read{purpose}, {rows}"


def _account_lines(account: Account) -> Iterator[str]:
    """Rows read, taken, refused and left out, with the conditions and values that left them out; the same for each
    [[table]] where several read the dataset; then the cells that nothing takes."""
    yield f"{account.file}: {_books(account.read, account)}"
    yield from (f"  {line}" for line in _reason_lines(account.left_out))
    for table in account.tables:
        yield f"  {table.name}: {_books(account.read, table)}"
        yield from (f"    {line}" for line in _reason_lines(table.left_out, mark=False))
    for purpose, words in ((False, "values that nothing takes"), (True, "values that nothing takes, on purpose")):
        cells = [(one.variable, one.cells) for one in account.not_taken if one.on_purpose is purpose]
        yield from _cell_line(words, cells)
    yield from _cell_line("cells that say nothing is known, as declared", account.missing)
    yield from _cell_line("gaps in the instances, declared as deleted", account.gaps)


def _books(read: int, account: Account | TableAccount) -> str:
    refused = f", {account.refused:,} refused" if account.refused else ""
    return f"{_rows(read)} read, {account.taken:,} taken, {_sum(account.left_out):,} left out{refused}"


def _rows(n: int) -> str:
    return f"{n:,} row{'s' * (n != 1)}"


def _sum(reasons: Iterable[tuple[LeftOut, int]]) -> int:
    return sum(n for _, n in reasons)


def _cell_line(words: str, cells: Iterable[tuple[str, int]]) -> Iterator[str]:
    """One line for all of them, the most frequent first."""
    ranked = sorted(cells, key=lambda pair: -pair[1])
    if ranked:
        yield f"  {words}: {', '.join(f'{name} ({n:,})' for name, n in ranked)}"


def _reason_lines(reasons: Reasons, *, mark: bool = True) -> Iterator[str]:
    """A line for each of the most frequent reasons; mark: say which are on purpose."""
    ranked = sorted(reasons, key=lambda pair: -pair[1])
    for reason, n in ranked[:PLACES]:
        yield f"{n:,} left out: {_reason(reason)}{' (on purpose)' if mark and reason.on_purpose else ''}"
    if len(ranked) > PLACES:
        yield f"{_sum(ranked[PLACES:]):,} left out: {len(ranked) - PLACES:,} other values"


def _reason(reason: LeftOut) -> str:
    if reason.is_empty:
        others = "" if reason.on_purpose else ", although others are filled"
        return f"{reason.variable} is empty{others}"
    return f"{reason.variable} = '{shown(reason.value)}'" if reason.variable else reason.value
