"""What the R code of every figure is written with: how its file is read, how strings, times and groups are given."""

import json
from collections.abc import Iterable

from analyses.result import Outcome, Result
from analyses.time_to_event.table import MONTHS
from endpoints.cohort import MISSING, Group
from endpoints.rules import DAYS_PER_MONTH
from figures.export import safe_cell

READ = (
    'file <- "{name}"  # the file of patients of this figure',
    'd <- read.csv(file, skip = as.integer(sub("^\\\\D*(\\\\d+).*", "\\\\1", readLines(file, 1))), encoding = "UTF-8")',
)
TIMES = f"c({', '.join(f'{month:g}' for month in MONTHS)}) * {DAYS_PER_MONTH:g}"
BEYOND = "past the last day of a group: not estimable, unless everybody in it had an event"
PAIR = 2


def read_lines(name: str) -> tuple[str, ...]:
    """The file of patients as `d`."""
    return (READ[0].format(name=name), READ[1])


def reads_patients(code: str) -> bool:
    """Whether the code needs the file of patients; what does not is complete in itself."""
    return READ[1] in code


def text(words: str) -> str:
    """A string of R, as the file writes it."""
    return json.dumps(safe_cell(words), ensure_ascii=False)


def vector(words: Iterable[str]) -> str:
    """Strings of R."""
    return f"c({', '.join(map(text, words))})"


def filled(result: Result) -> tuple[Group | Outcome, ...]:
    """The groups that anybody in the file is in, in reading order."""
    there = set(result.patients["GROUP"])
    return tuple(group for group in result.strata if group.label in there)


def known(result: Result) -> tuple[Group | Outcome, ...]:
    """Those of them that can be compared: patients whose group is not known are shown and are no group."""
    return tuple(group for group in filled(result) if group.code != MISSING)


def grouped(result: Result) -> str:
    """Groups in reading order."""
    return f"d$GROUP <- factor(d$GROUP, levels = {vector(group.label for group in filled(result))})"


def known_rows(result: Result) -> str:
    """`k`: the patients that tests and comparisons are of."""
    unknown = [group.label for group in filled(result) if group.code == MISSING]
    return f"k <- droplevels(d[d$GROUP != {text(unknown[0])}, ])" if unknown else "k <- d"
