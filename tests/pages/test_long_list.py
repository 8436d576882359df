"""A list longer than the browser should be given comes in parts; the file has every row."""

from streamlit.testing.v1 import AppTest


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
    found = Listed(cohort=cohort, n=1, patients=rows, rows=rows, left_out=left_out_frame({"x": ("x", cohort.n - 1)}))
    figure = figure_of(found, "Long", code="long")
    show_list(figure, found)
    st.text(str(len(replace(figure, tables={ROWS: found.rows}).csv(ROWS, {}).splitlines()) > n))


def ids(shown):
    return shown.dataframe[0].value["USUBJID"].tolist()


def test_a_long_list_is_paged_by_the_server():
    shown = AppTest.from_function(app, args=(2500,), default_timeout=60).run()
    assert not shown.exception and (ids(shown)[0], ids(shown)[-1]) == ("R00000", "R00999")
    following = next(b for b in shown.button if b.label == "Next rows")
    shown = following.click().run()
    assert (ids(shown)[0], ids(shown)[-1]) == ("R01000", "R01999")
    shown = next(b for b in shown.button if b.label == "Next rows").click().run()
    assert len(ids(shown)) == 500 and next(b for b in shown.button if b.label == "Next rows").disabled
    assert shown.text[-1].value == "True"


def test_a_short_list_has_no_parts():
    shown = AppTest.from_function(app, args=(1000,), default_timeout=60).run()
    assert len(ids(shown)) == 1000 and not [b for b in shown.button if b.label == "Next rows"]
