"""Load what is right, put the rest aside: rows with an error leave the bundle, and those that refer to them follow.

Never by itself: the file that takes the rows must be named. A bundle whose files, columns or manifest are wrong is
refused as ever, since then nobody can say which rows are right.
"""

import csv
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from data_access.bundle.origin import Origin
from data_access.bundle.problems import ERROR, BundleRefused, Problems
from data_access.bundle.source import opened
from data_access.bundle.spreadsheet import BOM, safe_cell
from data_access.bundle.stage import DiscardedStaging, stage
from data_access.manifest import FILES, Manifest, write_manifest
from data_access.private import AnyFile, AnyFolder, UnnamedFolder, unnamed_folder, write_text

COLUMNS = ("file", "line", "reasons", "row")
OF_THE_FILE = (  # no row is to blame, whatever line is named
    *("not-csv", "cell-too-long", "header", "separator", "duplicate-column", "too-large"),
    *("label-header", "missing-field", "unknown-field", "checkbox-field", "event-not-declared", "identifier-field"),
)
FIRST_ROW = 2
MAX_ROUNDS = 20  # each follows references one table further; there are three
Reasons = dict[tuple[str, int], list[str]]  # (file, line) -> why


@dataclass
class RowProblems(Problems):
    """Problems that also remember every row with an error, not only the first ten thousand."""

    wrong: Reasons = field(default_factory=dict)
    without_row: bool = False

    def add(self, file: str, code: str, message: str, *, row: int | None = None, severity: str = ERROR, **more) -> None:
        """As Problems.add."""
        super().add(file, code, message, row=row, severity=severity, **more)
        if severity == ERROR:
            self._remember(file, code, message, row, more.get("column"))

    def extend(self, others: Problems) -> None:
        """As Problems.extend."""
        super().extend(others)
        for problem in others.errors:
            self._remember(problem.file, problem.code, problem.message, problem.row, problem.column)

    def _remember(self, file: str, code: str, message: str, row: int | None, column: str | None) -> None:
        if row is None or code in OF_THE_FILE:
            self.without_row = True
        place = f"{column}: " if column else ""
        self.wrong.setdefault((file, row or 0), []).append(f"{place}{code}: {message}")


@dataclass(frozen=True)
class SetAside:
    """One row that was put aside: where it is at the source, why, and what stands in it."""

    file: str
    line: int
    reasons: tuple[str, ...]
    cells: dict[str, str]


@contextmanager
def right_rows(
    bundle: AnyFolder, origin: Origin | None, found: Problems | None, path: Path | None
) -> Iterator[tuple[AnyFolder, Origin | None, Problems | None, int]]:
    """(bundle, origin, problems, rows put aside): as they came, or without the wrong rows, which go into the file."""
    if path is None:
        yield bundle, origin, found, 0
        return
    with opened(bundle) as folder, unnamed_folder() as into:
        placed, problems, rows = sound_part(folder, origin or Origin({}), found or Problems(), into)
        write_set_aside(path, rows)
        yield (into if rows else folder), placed, problems, len(rows)


def sound_part(
    bundle: AnyFolder, origin: Origin, found: Problems, into: UnnamedFolder
) -> tuple[Origin, Problems, list[SetAside]]:
    """Write the right rows of a bundle `into` a folder: (their origin, problems without errors, the rows put aside).

    found: what a reader of another format has found. Raises BundleRefused when something else than rows is wrong.
    """
    reader = found.wrong if isinstance(found, RowProblems) else {}
    if isinstance(found, RowProblems) and found.without_row:
        raise BundleRefused(found)
    aside = [
        SetAside(file, line, tuple(reasons), dict(origin.refused.get((file, line), {})))
        for (file, line), reasons in reader.items()
        if (file, line) in origin.refused
    ]
    source, of_reader = bundle, {place: why for place, why in reader.items() if place not in origin.refused}
    for _ in range(MAX_ROUNDS):
        problems = RowProblems()
        staged = stage(source, DiscardedStaging(), origin=Origin({}), found=Problems(), problems=problems)
        wrong = _checked(problems)
        if not wrong and not of_reader and (source is into or not aside):
            break
        origin, more = _without(source, origin, wrong, of_reader, into)
        aside, of_reader = [*aside, *more], {}
        _write_manifest(into, staged.facts, len(aside))
        source = into
    told = {(row.file, row.line) for row in aside}
    gone = [SetAside(*place, tuple(why), {}) for place, why in reader.items() if place not in told]
    if gone:  # rows that gave nothing, not even a refused one
        aside = [*aside, *gone]
        _write_manifest(into, staged.facts, len(aside))
    return origin, _without_errors(found), aside


def _checked(problems: RowProblems) -> Reasons:
    """The rows with an error. Raises BundleRefused when an error is of no row."""
    headers = any(line < FIRST_ROW for _, line in problems.wrong)
    if problems.without_row or headers:
        raise BundleRefused(problems)
    return problems.wrong


def _without_errors(found: Problems) -> Problems:
    counts = type(found.counts)({pair: n for pair, n in found.counts.items() if pair[0] != ERROR})
    return Problems([], found.warnings, counts, found.accounts, found.not_read)


def _without(
    source: AnyFolder, origin: Origin, wrong: Reasons, of_reader: Reasons, into: UnnamedFolder
) -> tuple[Origin, list[SetAside]]:
    """Copy every file without the wrong rows; their origin likewise."""
    places, aside = dict(origin.rows), []
    for name in FILES:
        table = name.removesuffix(".csv")
        if not (source / name).is_file():
            continue
        header, *rows = list(_rows(source / name))
        known = list(origin.rows.get(table, ()))
        kept, kept_places = [], []
        for index, (line, cells) in enumerate(rows):
            place = known[index] if index < len(known) else (name, line)
            reasons = [*wrong.get((name, line), ()), *of_reader.get(place, ())]
            if reasons:
                aside.append(SetAside(*place, tuple(dict.fromkeys(reasons)), dict(zip(header[1], cells, strict=False))))
            else:
                kept.append(cells)
                kept_places.append(place)
        _write(into / name, [header[1], *kept])
        places[table] = kept_places
    return Origin(places, origin.columns), aside


def _rows(path: AnyFile) -> Iterator[tuple[int, list[str]]]:
    """(first line, cells) of every row, the header first."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader, before = csv.reader(file), 0
        for row in reader:
            yield before + 1, row
            before = reader.line_num


def _write(path: AnyFile, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\r\n").writerows(rows)


def _write_manifest(folder: UnnamedFolder, facts: Manifest, set_aside: int) -> None:
    told = (facts.title, facts.data_cutoff, facts.source, facts.synthetic, facts.schema_version)
    write_manifest(folder, *told, set_aside=set_aside)


def write_set_aside(path: Path, rows: list[SetAside]) -> None:
    """Every row that was put aside, with its reasons and its cells: for the owner's eyes, as the source itself is."""
    with write_text(path) as file:
        file.write(BOM)
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        for row in rows:
            cells = json.dumps({name: text for name, text in row.cells.items() if text}, ensure_ascii=False)
            writer.writerow([safe_cell(str(cell)) for cell in (row.file, row.line, "; ".join(row.reasons), cells)])
