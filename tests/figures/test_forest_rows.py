"""No forest is higher than a screen holds until all of it is asked for; the table has every row."""

import pytest

from analyses.status.response import RATE, response_by_subgroup
from figures.forest_rows import ALL, HIGHEST, drawn_rows
from figures.numbers import worded
from figures.rate_pictures import forest
from tests.analyses.cohorts import cohort, sample_cohort


@pytest.fixture(scope="module", params=[cohort, sample_cohort], ids=["twelve", "sample"])
def found(request):
    return response_by_subgroup(request.param(), next(iter(RATE)))


def test_the_characteristics_that_matter_are_drawn_and_how_many_are_not_is_said(found):
    [chart], [everything] = forest(found, "x", "main"), forest(found, "x", ALL)
    factors, drawn = set(found.rows["factor"]), set(drawn_rows(found, "main")[0]["factor"])
    assert chart.spec["height"] <= HIGHEST < everything.spec["height"]
    assert {"", "age_group", "sex", "prior_transplant"} & factors <= drawn < factors
    assert [note.text.split()[2] for note in chart.notes] == [str(len(factors - drawn))]
    assert len(everything.frame) == len(found.rows) == len(worded(found)) and not everything.notes


def test_a_characteristic_is_drawn_whole_and_rows_keep_their_order_and_numbers(found):
    drawn, _ = drawn_rows(found, "main")
    kept = found.rows[found.rows["factor"].isin(set(drawn["factor"]))]
    assert drawn.equals(kept)
    [chart], [everything] = forest(found, "x", "main"), forest(found, "x", ALL)
    whole = everything.frame.set_index("key")["text"]
    assert list(chart.frame["text"]) == list(whole[list(chart.frame["key"])])
