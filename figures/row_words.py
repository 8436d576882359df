"""One row of a list in words: what a narrow screen cuts off in the grid is read in full under it."""

from html import escape

import pandas as pd

from figures.columns import LONG_WORDS, column_words, list_order
from figures.paper import written_cells

CUT_FROM = 30  # letters of a cell that a telephone has no room for


def is_cut(table: pd.DataFrame) -> bool:
    """Whether a cell of the table is longer than a telephone is wide."""
    texts = (table[name].dropna().astype(str).str.len().max() for name in LONG_WORDS if name in table)
    return any(longest > CUT_FROM for longest in texts)


def row_in_words(row: pd.DataFrame) -> str:
    """A table of one row as inert HTML: what it says under each heading, without what is empty."""
    cells = {name: written_cells(name, row[name])[0] for name in list_order(row)}
    told = (f"<dt>{escape(column_words(name))}</dt><dd>{escape(cell)}</dd>" for name, cell in cells.items() if cell)
    return f'<dl class="row">{"".join(told)}</dl>'
