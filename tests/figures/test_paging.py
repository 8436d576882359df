"""A long table in pages: every row stands on one page, and a search looks at all of them."""

import pandas as pd
import pytest

from figures.paging import CELLS, FEWEST, MOST, matching, page_of, page_with, pages_of, rows_per_page


@pytest.mark.parametrize("n, columns", [(0, 2), (1, 2), (CELLS // 4, 4), (CELLS // 4 + 1, 4), (1_000, 500)])
def test_every_row_stands_on_one_page_and_no_page_is_larger_than_the_bound(n, columns):
    table = pd.DataFrame({f"c{i}": range(n) for i in range(columns)})
    pages = [page_of(table, number) for number in range(1, pages_of(table) + 1)]
    assert pd.concat(pages)["c0"].tolist() == list(range(n))
    assert all(page.size <= max(CELLS, FEWEST * columns) and len(page) <= MOST for page in pages)
    for row in (0, n // 2, n - 1):
        assert n < 1 or row in page_of(table, page_with(table, row))["c0"].tolist()


def test_a_search_finds_words_in_any_text_column_of_any_row():
    table = pd.DataFrame(
        {
            "USUBJID": [f"P{i:05d}" for i in range(9_000)],
            "PRODLABEL": ["Tisagenlecleucel"] * 8_999 + [None],
            "TRTSDT": pd.Timestamp("2024-01-02"),
            "AGE": 7,
        }
    )
    assert rows_per_page(table) < len(table)
    assert matching(table, "p08999")["USUBJID"].tolist() == ["P08999"]
    assert len(matching(table, "TISA")) == 8_999 and len(matching(table, " ")) == len(table)
    assert len(matching(table, "2024-01-02")) == len(table) and matching(table, ".*").empty
