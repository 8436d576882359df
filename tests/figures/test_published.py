"""The switch on the pages: off by default, marks with number and interval where they match, a sentence where not."""

import pandas as pd
import pytest

from charts.published import with_marks
from charts.step_curve import step_curve
from charts.theme import series_of_groups
from endpoints.benchmarks import published
from figures.published import _frame, _lines, _side_by_side, _table_only
from tests.pages.twelve import figures, open_page, visit

PAGES = {"overview": {}, "response": {}, "mrd": {}, "b_cell_aplasia": {}, "relapse": {}, "survival": {}, "toxicity": {}}
pytestmark = pytest.mark.usefixtures("twelve")


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
    assert (row["Published (95 % interval)"], row["Drawn"]) == ("76.0 % (63.0-86.0)", "yes")


def test_shares_of_responders_and_of_relapses_stand_beside_relapse_in_the_table_only():
    app = visit(open_page("relapse"), {"published": "on", "product": "TISA", "age": "0-24"})
    table = next(t.value for t in app.dataframe if "Citation" in t.value).set_index("Figure")
    assert table.loc["Relapse, of responders", "Drawn"] == "no: of responders"
    row = table.loc["CD19-negative, of relapses"]
    assert (row["Study"], row["Published (95 % interval)"][:4], row["Drawn"]) == (
        "ELIANA 2018",
        "68.0",
        "no: no place on this chart",
    )
    assert len(app.get("vega_lite_chart")) == 2 and not app.exception


def test_marks_lie_on_the_axes_of_the_chart():
    plain = step_curve(series_of_groups([("A", 0)]), "OS", 36)
    marked = with_marks(plain)
    point = marked["layer"][-3]["encoding"]
    assert point["x"]["scale"] == plain["layer"][-1]["encoding"]["x"]["scale"] and point["y"]["field"] == "estimate"
    assert marked["layer"][: len(plain["layer"])] == plain["layer"]


def test_numbers_that_would_cover_each_other_stand_side_by_side():
    row = dict(outcome="OS", time=12.0)
    rows = [
        row | dict(estimate=0.76, no=2),
        row | dict(estimate=0.79, no=7),
        row | dict(estimate=0.60, no=8),
        row | dict(estimate=0.76, no=9, time=24.0),
    ]
    assert _side_by_side(rows) == [None, "7, 2", "8", "9"]


def figure(study, metric="ORR_CR_CRi"):
    return next(p for p in published() if (p.study, p.metric) == (study, metric))


def rates(*groups):
    return pd.DataFrame(
        [
            {
                "outcome": outcome,
                "strata": group,
                "estimate": 0.5,
                "conf_low": 0.2,
                "conf_high": 0.8,
                "text": "2/4, 50 % (20-80)",
            }
            for outcome in ("CR + CRi", "CR")
            for group in groups
        ]
    )


def test_a_published_rate_has_a_line_beneath_the_group_of_its_product_and_of_no_other():
    tisa, brexu = figure("ELIANA_2018"), figure("ZUMA3_P2")
    lines = _lines(
        rates("Brexu", "Tisa"),
        {brexu: ["Brexu"], tisa: ["Tisa"]},
        {brexu: "CR + CRi", tisa: "CR + CRi"},
        {brexu: 1, tisa: 2},
    )
    assert [(line.label, line.kind) for line in lines] == [
        ("CR + CRi", "heading"),
        ("Brexu", "ours"),
        ("1: ZUMA3 P2, 2021", "published"),
        ("Tisa", "ours"),
        ("2: ELIANA 2018", "published"),
        ("CR", "heading"),
        ("Brexu", "ours"),
        ("Tisa", "ours"),
    ]
    row = _frame(lines).query("kind == 'published'").iloc[1]
    assert (row["estimate"], row["conf_low"], row["conf_high"], row["text"]) == (0.81, 0.71, 0.89, "81 % (71-89)")


def test_what_may_stand_beside_several_groups_comes_after_them_and_says_where_it_was_read():
    female_and_male = figure("FELIX_FDA", "CR_only")
    lines = _lines(
        rates("Female", "Male"), {female_and_male: ["Female", "Male"]}, {female_and_male: "CR"}, {female_and_male: 1}
    )
    assert [line.label for line in lines[3:]] == ["CR", "Female", "Male", "1: FELIX FDA, 2024 (secondary source)"]


def test_one_group_has_its_outcome_as_label_and_a_rate_without_interval_says_so():
    alone = figure("ELIANA_UPD")
    lines = _lines(rates("All patients"), {alone: ["All patients"]}, {alone: "CR + CRi"}, {alone: 1})
    assert [line.label for line in lines] == ["CR + CRi", "1: ELIANA UPD, 2018", "CR"]
    assert lines[1].values["text"] == "82 % (no interval)"
    assert "3-24y r/r B-ALL" in lines[1].values["WORDS"]


def test_beside_the_enrolled_a_sentence_says_why_there_is_none():
    app = visit(open_page("response"), {"published": "on", "product": "TISA", "population": "enrolled"})
    assert any("Choose the population Infused" in c.value for c in app.caption)


def test_what_stands_in_the_table_only_is_named_by_number_and_reason():
    found = (
        figure("ELIANA_2018"),
        figure("ROCCA", "ICANS_ge3"),
        figure("CIBMTR_2020", "CRS_ge3"),
        figure("ELIANA_2018", "MRDneg_among_responders"),
        figure("FELIX", "ICANS_ge3"),
    )
    assert _table_only(found, [found[0]], "no scale") == (
        "In the table only: 2, 5 (no scale); 3 (of a subgroup); 4 (of responders)."
    )
    assert _table_only(found[:1], [found[0]], "no scale") == ""
