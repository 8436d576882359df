"""Rows under headings: each row has its own name, and a heading in bold says what the rows under it are of."""

import json
from collections.abc import Iterable

import altair as alt

from charts import lettering

WHOLE_KEY = "overall"
Rows = tuple[tuple[str, str], ...]  # (heading, name) from top to bottom; '' for a row without a heading


def row_key(heading: str, name: str) -> str:
    """The y value of a row: unique although many headings have a row of one name."""
    return f"{heading}\t{name}" if heading else WHOLE_KEY


def key_words(heading: str, name: str) -> str:
    """The same as an expression of the columns that have heading and name."""
    return f"datum.{heading} + '\\t' + datum.{name}"


def lines_of(rows: Rows) -> dict[str, str]:
    """y value -> label: rows, and a line of its own for each heading."""
    lines: dict[str, str] = {}
    for heading, name in rows:
        if heading:
            lines.setdefault(f"{heading}\t", heading)
        lines[row_key(heading, name)] = name
    return lines


def height_of(rows: Rows, row: float) -> float:
    """px of the plot of these rows, headings among them. row: px of one at least."""
    lines = lines_of(rows)
    return lettering.row_height(lines.values(), row) * len(lines)


def grouped(rows: Rows, column: str = "key") -> alt.Y:
    """The y channel of the rows; column: that has `row_key`."""
    lines = lines_of(rows)
    bold = {"test": f"indexof({json.dumps(list(_bold(lines)))}, datum.value) >= 0", "value": "bold"}
    axis = lettering.row_axis(lines, labelFontWeight={"condition": bold, "value": "normal"})
    return alt.Y(f"{column}:N", scale=alt.Scale(domain=list(lines)), axis=axis, sort=None)


def _bold(lines: Iterable[str]) -> Iterable[str]:
    return (key for key in lines if key == WHOLE_KEY or key.endswith("\t"))
