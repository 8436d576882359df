"""A CSV file of the app, taken apart as its first line says."""

import csv
import io

from figures.export import BETWEEN


def taken_apart(text: str) -> tuple[list[str], str]:
    """(what its comment lines say, a fact each, without `# `; the text of the table)."""
    count = int(text.split()[1])
    *comments, table = text.split("\r\n", count)
    assert all(line.startswith("# ") for line in comments) and len(comments) == count
    return [fact for line in comments for fact in line.removeprefix("# ").split(BETWEEN)], table


def facts_and_rows(content: bytes) -> tuple[list[str], list[list[str]]]:
    """(what its comment lines say, rows of cells)."""
    facts, table = taken_apart(content.decode("utf-8-sig"))
    return facts, list(csv.reader(io.StringIO(table, newline="")))
