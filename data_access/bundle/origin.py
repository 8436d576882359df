"""Where the rows of a converted bundle come from, so that problems name the file that a centre can mend.

A reader of another format (REDCap, ADaM, SDTM) writes a bundle folder and returns an Origin beside it; the loader finds
problems in the bundle and says them with the source's file, row and column:

    origin = Origin(rows={"patient": [("redcap.csv", 2), ("redcap.csv", 9)]},
                    columns={("patient", "birth_month"): "dob_month"})
    load_bundle(folder, url, origin=origin, found=problems_of_the_reader)
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from data_access.bundle.problems import Problem, Problems

SAME_AS = re.compile(r"^the same as on line (\d+)$")


@dataclass(frozen=True)
class Origin:
    """rows: table -> (source file, source row) of each of its rows, in the order of the bundle's file.

    columns: (table, column) -> name of the source's column, where it differs. What is not here keeps its place in the
    bundle. refused: the cells of rows that gave none of ours.
    """

    rows: Mapping[str, Sequence[tuple[str, int]]]
    columns: Mapping[tuple[str, str], str] = field(default_factory=dict)
    refused: Mapping[tuple[str, int], Mapping[str, str]] = field(default_factory=dict)


def at_the_source(problems: Problems, origin: Origin, lines: Mapping[str, np.ndarray]) -> Problems:
    """The same problems, placed in the source files; `lines` has the line of each row of each bundle file."""
    return Problems(
        [_placed(problem, origin, lines) for problem in problems.errors],
        [_placed(problem, origin, lines) for problem in problems.warnings],
        problems.counts,
    )


def _placed(problem: Problem, origin: Origin, lines: Mapping[str, np.ndarray]) -> Problem:
    table = problem.file.removesuffix(".csv")
    if table not in origin.rows:
        return problem
    place: dict[int | None, tuple[str, int] | None] = dict(
        zip(_lines_of(problem), _sources(problem, origin, lines), strict=True)
    )
    file, row = place.get(problem.row) or (problem.file, problem.row)
    names = [origin.columns.get((table, name), name) for name in (problem.column or "").split("+")]
    value = problem.value and SAME_AS.sub(lambda said: _twin(place[int(said[1])], said[0]), problem.value)
    return replace(problem, file=file, row=row, column="+".join(names) or None, value=value)


def _lines_of(problem: Problem) -> list[int]:
    """The lines of the bundle that a problem names: its own and, for a repeated row, that of the first."""
    twin = SAME_AS.match(problem.value or "")
    return [line for line in (problem.row, twin and int(twin[1])) if line is not None]


def _sources(problem: Problem, origin: Origin, lines: Mapping[str, np.ndarray]) -> list[tuple[str, int] | None]:
    """(file, row) at the source for each line; None when no row of the bundle begins there."""
    table = problem.file.removesuffix(".csv")
    known, sources = lines.get(table, np.array([], int)), origin.rows[table]
    found = [(line, int(np.searchsorted(known, line))) for line in _lines_of(problem)]
    return [sources[at] if at < min(len(known), len(sources)) and known[at] == line else None for line, at in found]


def _twin(source: tuple[str, int] | None, said: str) -> str:
    return f"the same as {source[0]}, line {source[1]}" if source else said
