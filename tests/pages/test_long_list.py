"""A list longer than the browser should be given comes in pages; the file has every row."""

from streamlit.testing.v1 import AppTest

from figures.paging import MOST


def app(n):
    from dataclasses import replace

    import pandas as pd
    import streamlit as st

    from analyses.cohort import left_out_frame
    from analyses.monitoring.results import Listed
    from figures.figure import ROWS, figure_of
    from pages.parts.listed import show_list
    from pages.parts.session.cohort import choose_cohort
    from tests.pages.tiny import loaded

    cohort = choose_cohort(loaded())
    rows = pd.DataFrame({"USUBJID": [f"R{i:05d}" for i in range(n)]})
    left_out = left_out_frame({"x": ("x", cohort.n - 1)})
    found = Listed(cohort=cohort, n=1, patients=rows, rows=rows, left_out=left_out, what="rows")
    figure = figure_of(found, "Long", code="long")
    show_list(figure, found)
    st.text(str(len(replace(figure, tables={ROWS: found.rows}).csv(ROWS, {}).splitlines()) > n))


def ids(shown):
    return shown.dataframe[0].value["USUBJID"].tolist()


def opened(n):
    shown = AppTest.from_function(app, args=(n,), default_timeout=60).run()
    assert not shown.exception
    return shown


def test_m06_a_long_list_is_paged_by_the_server():
    shown = opened(2 * MOST + 500)
    assert (ids(shown)[0], ids(shown)[-1], len(ids(shown))) == ("R00000", f"R{MOST - 1:05d}", MOST)
    shown = shown.number_input[0].set_value(2).run()
    assert (ids(shown)[0], ids(shown)[-1]) == (f"R{MOST:05d}", f"R{2 * MOST - 1:05d}")
    shown = shown.number_input[0].set_value(3).run()
    assert len(ids(shown)) == 500 and shown.number_input[0].max == 3
    assert shown.text[-1].value == "True"


def test_a_row_of_any_page_is_found_by_its_words():
    shown = opened(2 * MOST + 500)
    shown = next(one for one in shown.text_input if one.label == "Search all rows").set_value("r02007").run()
    assert ids(shown) == ["R02007"]


def test_a_short_list_is_one_page():
    shown = opened(MOST)
    assert len(ids(shown)) == MOST and "Search all rows" not in [one.label for one in shown.text_input]
