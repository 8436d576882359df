"""The words say which of two groups is higher: a sign would have to be read against an order that nobody sees."""

import re

import numpy as np
import pytest

from analyses.time_to_event.survival import as_failure, survival
from analyses.words import ratio_way
from endpoints.catalogue import OS
from figures.answer import answer_line
from figures.directions import difference_words, mean_words
from tests.analyses.cohorts import sample_cohort
from tests.every_tab import draw, every_tab

NO_LIMIT = {"reason_low": "", "reason_high": ""}
PERCENT = [
    ((0.038, -0.041, 0.117), "Male is 4 percentage points higher than Female (4 lower to 12 higher)"),
    ((-0.07, -0.28, 0.15), "Male is 7 percentage points lower than Female (28 lower to 15 higher)"),
    ((0.11, 0.03, 0.2), "Male is 11 percentage points higher than Female (3 to 20 higher)"),
    ((-0.11, -0.2, -0.03), "Male is 11 percentage points lower than Female (20 to 3 lower)"),
    ((0.09, 0.001, 0.16), "Male is 9 percentage points higher than Female (0 to 16 higher)"),
    ((-0.09, -0.16, 0.001), "Male is 9 percentage points lower than Female (16 to 0 lower)"),
    ((0.0101, -0.03, 0.05), "Male is 1 percentage point higher than Female (3 lower to 5 higher)"),
    ((0.004, -0.06, 0.06), "Male and Female differ by 0 percentage points (6 lower to 6 higher)"),
    ((-0.01, np.nan, np.nan), "Male is 1 percentage point lower than Female (no interval)"),
]


def row_of(measure, values):
    return {"measure": measure, **dict(zip(("estimate", "conf_low", "conf_high"), values, strict=True)), **NO_LIMIT}


@pytest.mark.parametrize(("values", "words"), PERCENT)
def test_a_difference_names_the_group_that_is_higher_and_how_far_it_may_go(values, words):
    for measure in ("difference", "risk_difference"):
        assert difference_words(row_of(measure, values), "Male", "Female") == words


def test_a_difference_of_means_is_months_more_or_less():
    row = row_of("restricted_mean_difference", (-1.22, -3.0, 0.61)) | {"months": 24.0}
    assert mean_words(row, "Male") == "Male: 1.2 of 24 months less without the event (3.0 less to 0.6 more)"


@pytest.mark.parametrize(("ratio", "way"), [(1.15, "higher for"), (0.6, "lower for"), (1.004, "the same for")])
def test_a_ratio_says_for_whom_it_is_higher(ratio, way):
    assert ratio_way(ratio) == way


def test_the_words_turn_with_the_question():
    found = survival(sample_cohort(by="sex"), OS, "36", "log-log")
    alive, dead = answer_line(found, "Overall survival"), answer_line(as_failure(found), "Death")
    assert "Male is 4 percentage points higher than Female (4 lower to 12 higher)" in alive
    assert "Male is 4 percentage points lower than Female (12 lower to 4 higher)" in dead
    assert "hazard ratio 0.98 (0.75 to 1.27), lower for Male" in alive and "lower for Male" in dead


def lines_of(by):
    chosen = sample_cohort(by=by)
    for page, tab in every_tab():
        for figure in draw(tab, chosen, with_specs=False).figures:
            yield f"{page} {tab.code}", figure


def test_no_answer_line_of_two_groups_leaves_the_direction_to_a_sign():
    told = list(lines_of("sex"))
    said = [(place, f.answer) for place, f in told if f.result is not None and f.result.comparison is not None]
    assert [line for line in said if re.search(r"difference -?\d|minus", line[1])] == []
    compared = [line for _, line in said if "evidence of a difference" in line and " over " not in line]
    assert [line for line in compared if not re.search(r"(higher|lower) than |differ by 0|corrected for", line)] == []
    ratios = [line for _, line in told for line in [line.answer] if "azard ratio" in line and "no hazard" not in line]
    assert (
        len(compared) > 15 and [line for line in ratios if not re.search(r"(higher|lower|the same) for ", line)] == []
    )


def test_a_ratio_that_changes_over_time_is_shown_and_the_difference_of_means_stands_with_the_method():
    [tab] = [tab for page, tab in every_tab() if (page, tab.code) == ("transplant", "landmark")]
    [figure] = draw(tab, sample_cohort(), with_specs=False).figures
    ratio = figure.result.comparison.rows.set_index("measure").loc["hazard_ratio", "estimate"]
    assert f"hazard ratio {ratio:.2f} (" in figure.answer
    assert figure.answer.endswith(
        ", higher for Transplanted by day 90, but it changes over time (p = 0.038). Not adjusted."
    )
    mean = "Transplanted by day 90: 2.4 of 24 months less without the event (6.8 less to 2.0 more)."
    assert mean in " ".join(figure.method_lines())
