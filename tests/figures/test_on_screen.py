"""What a reader sees first: words in place of codes, and that a chosen comparison is not drawn."""

import pytest

from analyses.monitoring.watchlist import SHOWN
from endpoints.due import DUE
from figures.columns import column_words, without_codes
from tests.analyses.cohorts import cohort
from tests.every_tab import draw, every_tab

UNEVALUATED = ["USUBJID", "SITEID", "RULE", "REASON", "RULECD", "REASONCD"]
CELL = ["USUBJID", "AVALC", "AVALCAT"]


@pytest.mark.parametrize(
    ("names", "hidden"),
    [
        (SHOWN, {"RULECD", "KIND"}),
        (DUE, {"ASSESSCD"}),
        (UNEVALUATED, {"RULECD", "REASONCD"}),
        (CELL, {"AVALC"}),
        (["USUBJID", "WHY", "WHYCD"], {"WHYCD"}),
        (["USUBJID", "KIND"], set()),  # a column of words of that name
    ],
)
def test_a_list_shows_words_and_leaves_their_codes_to_the_file(names, hidden):
    assert {*names} - {*without_codes(names)} == hidden
    assert not [name for name in without_codes(names) if column_words(name).endswith("code")]


def test_a_comparison_that_is_not_drawn_is_the_first_thing_said_under_a_figure():
    compared = cohort(by="product")
    told = [
        figure.remarks()
        for page, tab in every_tab()
        if page == "transplant"
        for figure in draw(tab, compared, with_specs=False).figures
        if any(note.code == "not_by" for note in figure.notes) and not figure.nobody
    ]
    assert told and all(lines[0].startswith("Not split by product: ") for lines in told), told
