"""A long table in pages: what reaches the browser has a bound, however many rows there are."""

import numpy as np
import pandas as pd

CELLS = 10_000  # of a page, at most 200 kB on their way to the browser, sentences in it or not
FEWEST, MOST = 100, 1_000  # rows of a page


def rows_per_page(table: pd.DataFrame) -> int:
    """How many rows stand on a page."""
    return min(MOST, max(FEWEST, CELLS // max(table.shape[1], 1)))


def pages_of(table: pd.DataFrame) -> int:
    """How many pages a table has."""
    return max(1, -(-len(table) // rows_per_page(table)))


def page_of(table: pd.DataFrame, number: int) -> pd.DataFrame:
    """The rows of a page, the first of which is 1."""
    size = rows_per_page(table)
    return table.iloc[(number - 1) * size : number * size]


def page_with(table: pd.DataFrame, row: int) -> int:
    """The page on which a row (by position) stands."""
    return row // rows_per_page(table) + 1


def matching(table: pd.DataFrame, words: str) -> pd.DataFrame:
    """The rows in which any text holds the words, whatever the case; all for none."""
    wanted = words.strip().casefold()
    if not wanted:
        return table
    texts = [table[name].astype("str") for name in table if not pd.api.types.is_numeric_dtype(table[name])]
    found = [text.str.casefold().str.contains(wanted, regex=False, na=False).to_numpy() for text in texts]
    return table[np.logical_or.reduce(found)] if found else table.iloc[:0]
