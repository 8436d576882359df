"""Tables on the screen: widths, formats and order of their columns."""

import re
from typing import Any

import pandas as pd
import streamlit as st

from figures.columns import READ_FIRST, column_words, decimals, reading_order
from figures.glossary import help_words
from figures.labels import escape_markdown, written

ROW_HEIGHT = 26  # px
LINE, MARGIN, LETTERS_OF_LINE = 18, 12, 27  # px and px and letters of a wrapped cell
TALL_ROW = MARGIN + 4 * LINE  # px; Streamlit wraps words in rows of more than 4 rem
WRAPPED, WRAPPED_WIDTH = ("rule", "FINDING"), 215  # px: beside a patient or a count on a telephone
MOST_TALL = 20  # rows: a longer list is read by the line
NO_VALUE = ""  # an empty cell, not the word None
WIDEST = dict.fromkeys(
    ("comparison", "strata", "factor", "outcome", "stage", "variable", "level", "measure"), 320
)  # px
WIDEST |= dict.fromkeys(("WHY", "DONOR", "MRDTX", "RULE", "rule", "protects"), 320)
WIDEST |= dict.fromkeys(("FINDING",), 520)
WIDEST |= dict.fromkeys(
    ("reason", "among", "out", "WORDS", "DETAILS", "facts", "rights", "pages"), 700
)  # the last columns
WIDEST_OF_TWO = 222  # px: the result is in sight beside two columns of words on a screen of 1024 px
DATE_WIDTH = 100  # px; a column that begins with empty cells would be cut to its heading
SHORT_WORDS = 12  # letters that fit without help


def draw_table(numbers: pd.DataFrame, alt: str, rows: int) -> None:
    """The numbers of a figure; more than `rows` of them scroll."""
    st.dataframe(as_written(numbers), column_order=reading_order(numbers), **look_of(numbers, alt, rows))


def draw_list(rows: pd.DataFrame, alt: str, most: int) -> None:
    """Rows that are no numbers of a figure, in their own order of columns."""
    st.dataframe(as_written(rows), **look_of(rows, alt, most))


def as_written(table: pd.DataFrame) -> pd.DataFrame:
    """The table as it is read: units with the letters that people write, names and values of columns as words, where a
    file keeps those of the data."""
    there = {name: read for name, read in AS_READ.items() if name in table}
    return table.assign(**{name: table[name].map(read, na_action="ignore") for name, read in there.items()})


def _spelt(details: str) -> str:
    """'donor = matched_unrelated' -> 'donor: matched unrelated'; 'igg_mg_dl = 560' -> 'igg (mg/dL): 560'"""
    measured = UNIT_OF_NAME.sub(lambda found: f" ({UNITS_OF_NAMES[found[1]]})", details)
    return written(measured.replace(" = ", ": ").replace("_", " "))


UNITS_OF_NAMES = {"mg_dl": "mg/dL", "per_ul": "per µL", "pct": "%", "e6": "10⁶"}  # how names of columns end
UNIT_OF_NAME = re.compile(rf"_({'|'.join(UNITS_OF_NAMES)})(?= = )")
CODED = ("DOMAIN", "DETAILS", "RELLVL", "RELCD19", "RELCD22", "ESCAPE", "SITES", "NEXT")
AS_READ = {**dict.fromkeys(("UNIT", "unit", "WORDS"), written), **dict.fromkeys(CODED, _spelt)}


def look_of(table: pd.DataFrame, alt: str, rows: int) -> dict[str, Any]:
    """What every table has in common, as arguments of st.dataframe."""
    return {
        "hide_index": True,
        "column_config": _formats(table) | _wide_enough(table),
        "alt": alt,
        "row_height": _tall_row(table) if _is_wrapped(table) else ROW_HEIGHT,
        "placeholder": NO_VALUE,
        "height": "content" if len(table) <= rows else ROW_HEIGHT * rows,
    }


def _is_wrapped(table: pd.DataFrame) -> bool:
    """A short list of sentences: each is read in full, on any screen."""
    return len(table) <= MOST_TALL and any(name in table for name in WRAPPED)


def _tall_row(table: pd.DataFrame) -> int:
    """px: rows are of one height, so that the longest sentence is whole."""
    longest = max(len(str(word)) for name in WRAPPED if name in table for word in ("", *table[name].dropna()))
    return max(TALL_ROW, MARGIN + LINE * -(-longest // LETTERS_OF_LINE))


def _wide_enough(table: pd.DataFrame) -> dict[str, Any]:
    """Columns of words as wide as their longest: left alone, only the first rows would decide."""
    longest = {
        name: max((len(str(word)) for word in table[name].dropna()), default=0) for name in WIDEST if name in table
    }
    wide = {name: n for name, n in longest.items() if n > SHORT_WORDS}
    most = {
        name: px if len({*wide} & {*READ_FIRST}) < 2 or name not in READ_FIRST else WIDEST_OF_TWO
        for name, px in WIDEST.items()
    } | (dict.fromkeys(WRAPPED, WRAPPED_WIDTH) if _is_wrapped(table) else {})
    return {
        name: st.column_config.Column(column_words(name), help=_explained(name), width=min(24 + 6 * n, most[name]))
        for name, n in wide.items()
    }


def _formats(table: pd.DataFrame) -> dict[str, Any]:
    """Columns under the words people use, dates without hours, whole counts without decimals."""
    return {name: _format(name, table[name]) for name in table.columns}


def _format(name: str, values: pd.Series) -> Any:
    words = column_words(name)
    if pd.api.types.is_datetime64_dtype(values):
        width = max(DATE_WIDTH, 24 + 7 * len(words))
        return st.column_config.DateColumn(words, format="YYYY-MM-DD", help=_explained(name), width=width)
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        return st.column_config.NumberColumn(words, format=decimals(name, values), help=_explained(name))
    return st.column_config.Column(words, help=_explained(name))


def _explained(name: str) -> str:
    """What points at the head of a column: its name in files, and what its abbreviations stand for."""
    return escape_markdown(". ".join(filter(None, (name, help_words(column_words(name))))), 1000)
