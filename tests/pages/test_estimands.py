"""Both pages that draw the three ways to treat a transplant."""

import pytest

from analyses.time_to_event.estimands import estimands
from endpoints.estimands import ESTIMANDS, QUESTION
from tests.analyses.cohorts import sample_cohort
from tests.pages.twelve import open_page, visit

LABELS = [way.label for way in ESTIMANDS]


def test_both_pages_draw_it_and_say_what_each_answers():
    app = open_page("relapse", relapse_figure="estimands")
    said = " ".join(m.value for m in app.markdown)
    assert all(f"{label}" in said for label in LABELS) and "hypothetical" in said
    assert "Three ways to treat a transplant" in [e.label for e in app.expander]
    app = open_page("survival", survival_figure="estimands", estimand_endpoint="RFS", estimand="compete")
    assert app.header[0].value.startswith("Relapse or death, three ways")
    enrolled = visit(app, {"survival_figure": "estimands", "population": "enrolled"})
    assert "infused patients only" in enrolled.info[0].value


def test_the_table_of_the_page_has_the_three_estimates_of_the_sample():
    result = estimands(sample_cohort(), QUESTION["EFS"], "follow", "36")
    table = open_page("survival", survival_figure="estimands").dataframe[0].value
    assert table["estimate"].tolist() == pytest.approx(result.numbers["estimate"].tolist(), abs=1e-12)
