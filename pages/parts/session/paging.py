"""A long table in pages, with a search over all of it: the server sends one page."""

import pandas as pd
import streamlit as st

from figures.paging import matching, page_of, page_with, pages_of, rows_per_page

LONGEST = 60  # letters that are searched for


def choose_page(table: pd.DataFrame, key: str, chosen: int | None) -> pd.DataFrame:
    """The rows on the page that the reader has opened; a table that fits on one page is given as it is, and no widget
    is drawn. key: of this table of this request; chosen: the position of the row that the page opens with."""
    if pages_of(table) == 1:
        return table
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input("Search all rows", key=f"search:{key}", width=260)
        found = matching(table, words)
        first = page_with(table, chosen) if chosen is not None and not words else 1
        number = _choose_number(found, f"page:{key}:{words}", first)
        shown = page_of(found, number)
        st.text(_place(found, shown, number), width="content")
    return shown


def search_words(what: str, key: str) -> str:
    """What is searched for on this page."""
    return st.text_input(f"Search {what}", key=f"search:{key}", max_chars=LONGEST, width=320)


def _choose_number(found: pd.DataFrame, key: str, first: int) -> int:
    last = pages_of(found)
    if last == 1:
        return 1
    return st.number_input(f"Page, 1 to {last:,}", 1, last, first, key=key, width=160)


def _place(found: pd.DataFrame, shown: pd.DataFrame, number: int) -> str:
    if found.empty:
        return "No row holds these words."
    begin = (number - 1) * rows_per_page(found)
    return f"Rows {begin + 1:,} to {begin + len(shown):,} of {len(found):,}. The file has all of them."


def place_of(column: pd.Series, value: str | None) -> int | None:
    """The position of the first row with a value; None: there is none."""
    found = [] if value is None else (column == value).to_numpy().nonzero()[0].tolist()
    return found[0] if found else None


def place_on(page: pd.DataFrame, whole: pd.DataFrame) -> str:
    """Which page it is, for a key: positions are those of the page. "" where there is only one."""
    return "" if len(page) == len(whole) else f":{'-'.join(map(str, (len(page), *page.index[:1])))}"
