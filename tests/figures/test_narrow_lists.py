"""Lists on a narrow screen: what they are about first, long cells in words, rules that nobody breaks apart."""

import pandas as pd
import pytest

from analyses.monitoring.quality import plausibility
from analyses.monitoring.watchlist import watchlist
from data_access.bundle.checks import judge_all
from data_access.bundle.plausibility import RULES
from figures.columns import list_order
from figures.row_words import is_cut, row_in_words
from figures.rules import broken_rules, kept_rules
from pages.parts.tables import look_of
from tests.analyses.cohorts import sample, sample_cohort


@pytest.fixture(scope="module")
def numbers():
    data = sample()
    return plausibility(sample_cohort(), judge_all(RULES, data.tables, data.data_cutoff)).numbers


def test_every_rule_is_in_one_of_the_two_lists(numbers):
    broken, kept = broken_rules(numbers), kept_rules(numbers)
    assert len(broken) + len(kept) == len(RULES) and (broken["n_broken"] > 0).all()
    assert sorted([*broken["code"], *kept["code"]]) == sorted(rule.code for rule in RULES)


def test_what_was_checked_and_is_as_it_must_be_does_not_read_like_an_error(numbers):
    kept = kept_rules(numbers)
    assert not kept.isin(["Error", "Warning"]).any(axis=None)
    assert set(kept["if_broken"]) == {"the file is refused", "a warning"}


def test_a_rule_says_what_it_is_about(numbers):
    rules = broken_rules(numbers).set_index("code")["rule"]
    assert (
        rules["mrd-negative-without-sensitivity"]
        == "MRD assessment, sensitivity: a negative result must say its sensitivity"
    )
    assert broken_rules(numbers)["rows"].iloc[0] == "137 of 1771"


def test_a_list_begins_with_the_patient_and_what_was_found():
    found = watchlist(sample_cohort()).rows
    assert list_order(found)[:2] == ["USUBJID", "FINDING"]
    assert set(list_order(found)) == set(found) - {"RULECD", "KIND"}
    assert list_order(["SITEID", "id", "rule", "rows"]) == ["SITEID", "rule", "rows"]


def test_a_short_list_of_sentences_wraps_them_and_a_long_one_is_read_by_the_line():
    short = pd.DataFrame({"rule": ["must not be after death and so on, at length"] * 20, "rows": "1 of 2"})
    assert look_of(short, "", 12)["row_height"] > 64
    assert look_of(short, "", 12)["column_config"]["rule"]["width"] < 300
    assert look_of(pd.concat([short, short]), "", 12)["row_height"] < 64


def test_the_longest_sentence_of_a_wrapped_list_is_whole():
    heights = [look_of(pd.DataFrame({"rule": ["x" * n, "y"]}), "", 12)["row_height"] for n in (40, 27 * 5, 27 * 5 + 1)]
    assert heights == [84, 12 + 5 * 18, 12 + 6 * 18]
    assert look_of(pd.DataFrame({"FINDING": pd.Series([], dtype="str")}), "", 12)["row_height"] == 84


def test_a_chosen_row_is_read_in_words_where_its_cells_are_long():
    row = pd.DataFrame({"SITEID": ["C01"], "FINDING": ["<b>MRD</b> detected on 2026-08-07, long"], "USUBJID": "P1"})
    assert is_cut(row) and not is_cut(row.assign(FINDING="MRD"))
    told = row_in_words(row.assign(ADT=pd.NaT))
    assert told.index("P1") < told.index("&lt;b&gt;MRD") < told.index("C01")
    assert "<b>" not in told and told.count("<dt>") == 3
