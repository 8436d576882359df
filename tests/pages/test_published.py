"""The switch on the pages: off by default, marks with number and interval where they match, a sentence where not."""

import pytest

from figures.published import RULE
from tests.pages.twelve import figures, open_page, plain, visit

PAGES = {"overview": {}, "response": {}, "mrd": {}, "b_cell_aplasia": {}, "relapse": {}, "survival": {}, "toxicity": {}}
pytestmark = pytest.mark.usefixtures("twelve")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("query", [{}, {"product": "TISA", "age": "0-24"}, {"by": "product"}, {"age": "20-20"}])
def test_the_switch_draws_or_says_that_nothing_matches(page, query):
    app = open_page(page)
    assert not any(RULE[:40] in plain(c.value) for c in app.caption)
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
    assert (row["Published (95 % interval)"], row["Drawn"]) == ("76.0 % (63.0-86.0)", "yes")


def test_shares_of_responders_and_of_relapses_stand_beside_relapse_in_the_table_only():
    app = visit(open_page("relapse"), {"published": "on", "product": "TISA", "age": "0-24"})
    table = next(t.value for t in app.dataframe if "Citation" in t.value).set_index("Figure")
    assert set(table.loc[["Relapse, of responders"], "Drawn"]) == {"no: of responders"}
    eliana = table.loc[["CD19-negative, of relapses"]].set_index("Study").loc["ELIANA 2018"]
    assert eliana["Published (95 % interval)"].startswith("68.0") and eliana["Drawn"] == "no: no place on this chart"
    assert len(app.get("vega_lite_chart")) == 2 and not app.exception


def test_beside_the_enrolled_a_sentence_says_why_there_is_none():
    app = visit(open_page("response"), {"published": "on", "product": "TISA", "population": "enrolled"})
    assert any("Choose the population Infused" in c.value for c in app.caption)
