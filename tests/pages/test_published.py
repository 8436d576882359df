"""The switch on the pages: off by default, marks with number and interval where they match, a sentence where not."""

import pytest

from charts.published import with_marks
from charts.step_curve import step_curve
from charts.theme import series_of_groups
from pages.parts.published import _side_by_side
from tests.pages.twelve import database, figures, open_page, visit

PAGES = {"overview": {}, "response": {}, "mrd": {}, "b_cell_aplasia": {}, "relapse": {}, "survival": {}, "toxicity": {}}


@pytest.fixture(scope="module", autouse=True)
def version(tmp_path_factory):
    with database(tmp_path_factory.mktemp("twelve")) as found:
        yield found


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("query", [{}, {"product": "TISA", "age": "0-24"}, {"by": "product"}, {"age": "20-20"}])
def test_the_switch_draws_or_says_that_nothing_matches(page, query):
    app = open_page(page)
    assert not any("Published figures stand here" in c.value for c in app.caption)
    shown = visit(app, query | {"published": "on"})
    assert not shown.exception and not shown.error and figures(shown)


def test_marks_are_the_published_figures_with_their_intervals():
    app = visit(open_page("survival"), {"published": "on", "product": "TISA", "age": "0-24"})
    picture = app.get("vega_lite_chart")[0].proto
    names = {d.name for d in picture.datasets}
    assert names == {"main", "published"}
    table = next(t.value for t in app.dataframe if "Citation" in t.value)
    assert {"ELIANA 2018", "CIBMTR 2020"} <= set(table["Study"])
    row = table[(table["Study"] == "ELIANA 2018") & (table["Month"] == 12)].iloc[0]
    assert (row["Published"], row["95 % from"], row["95 % to"]) == ("76.0 %", "63.0 %", "86.0 %")


def test_marks_lie_on_the_axes_of_the_chart():
    plain = step_curve(series_of_groups([("A", 0)]), "OS", 36)
    marked = with_marks(plain, "curve")
    point = marked["layer"][-2]["encoding"]
    assert point["x"]["scale"] == plain["layer"][-1]["encoding"]["x"]["scale"] and point["y"]["field"] == "estimate"
    assert marked["layer"][:len(plain["layer"])] == plain["layer"]


def test_numbers_that_would_cover_each_other_stand_side_by_side():
    row = dict(outcome="OS", time=12.0)
    rows = [row | dict(estimate=0.76, no=2), row | dict(estimate=0.79, no=7), row | dict(estimate=0.60, no=8),
            row | dict(estimate=0.76, no=9, time=24.0)]
    assert _side_by_side(rows) == [None, "7, 2", "8", "9"]
