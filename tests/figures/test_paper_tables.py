"""Tables on paper: every cell of the screen, as inert text."""

import pandas as pd

from figures.paper import MOST_ROWS, paper_table

HOSTILE = '<img src=x onerror="alert(1)">'


def test_every_cell_is_written_as_the_screen_writes_it():
    table = pd.DataFrame(
        {
            "strata": ["A", HOSTILE],
            "n": [3, 4],
            "estimate": [0.1234567, None],
            "ADT": pd.to_datetime(["2024-02-29", None]),
            "reason": pd.Categorical([None, "few"]),
        }
    )
    html = paper_table(table, HOSTILE)
    assert (
        "<td>0.123</td>" in html and "<td>2024-02-29</td>" in html and "<td>3</td>" in html and "<td>few</td>" in html
    )
    assert "<img" not in html and html.count("&lt;img") == 2 and "nan" not in html.lower() and "NaT" not in html


def test_of_a_long_list_the_first_rows_and_how_many_there_are():
    html = paper_table(pd.DataFrame({"n": range(MOST_ROWS + 5)}), "List")
    assert html.count("<tr>") == MOST_ROWS + 1 and f"The first {MOST_ROWS} of {MOST_ROWS + 5} rows" in html
    assert "rows; the file" not in paper_table(pd.DataFrame({"n": [1]}), "List")
