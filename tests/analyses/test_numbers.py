"""Who is who, by number: a column of identifiers is looked up once, and equal texts have one number."""

import numpy as np
import pandas as pd
import pytest

from analyses.identifiers import CODES, NUMBERS, Numbers, among, kept, place_among
from analyses.members import in_groups, split
from analyses.monitoring.outcome_board import outcome_board
from endpoints.cohort import Group
from tests.analyses.cohorts import cohort as chosen
from tests.analyses.cohorts import sample_cohort


@pytest.fixture
def numbers():
    return Numbers(columns=3, most=5)


def texts(*words):
    return pd.Series(words, dtype="str")


def test_equal_texts_have_one_number_in_whatever_column_they_stand(numbers):
    (first, second), n = numbers(texts("A", "B", "A"), texts("B", "C"))
    assert n == 3 and first[0] == first[2] != first[1] == second[0] and second[1] not in first
    [(again,), _] = numbers(texts("C", "A"))
    assert again.tolist() == [second[1], first[0]]


def test_two_views_of_one_array_are_two_columns(numbers):
    words = np.array(["A", "B", "C", "D"], dtype=object)
    [(first, other), _] = numbers(pd.Series(words[:2], copy=False), pd.Series(words[::2], copy=False))
    assert first[0] == other[0] and first[1] != other[1]


def test_what_is_known_is_forgotten_when_it_is_too_much_and_columns_of_one_call_agree(numbers):
    numbers(texts(*"ABCDEFGH"))
    (first, second), n = numbers(texts("X", "A"), texts("A", "X"))
    assert n == 2 and first.tolist() == second[::-1].tolist()


def test_only_so_many_columns_are_held(numbers):
    for i in range(10):
        numbers(texts("A", str(i % 4)))
    assert len(numbers._held) == 3


def test_among_says_of_each_row_whether_its_patient_is_one_of_the_others():
    assert among(texts("A", "B", "A", "C"), texts("C", "A", "A")).tolist() == [True, False, True, True]
    assert among(texts(), texts("A")).tolist() == [] and among(texts("A"), texts()).tolist() == [False]


def test_what_is_taken_of_a_column_is_known_without_being_looked_up(monkeypatch):
    rows = pd.DataFrame({"USUBJID": texts(*"ABCDA"), "RULECD": texts(*"xyxzx"), "n": range(5)})
    before = NUMBERS(rows["USUBJID"])[0][0]
    CODES(rows["RULECD"])
    monkeypatch.setattr(Numbers, "_looked_up", lambda _, words: pytest.fail(f"looked up: {words}"))
    found = kept(rows, rows["n"] != 1, "RULECD").reset_index(drop=True)
    assert NUMBERS(found["USUBJID"])[0][0].tolist() == before[[0, 2, 3, 4]].tolist()
    assert found.equals(rows[rows["n"] != 1].reset_index(drop=True)) and len(CODES(found["RULECD"])[0][0]) == 4


def test_the_place_among_a_few_words():
    assert place_among(texts(*"bcaxb"), ["a", "b", "c"]).tolist() == [1, 2, 0, -1, 1]
    assert place_among(texts(*"bcaxb"), ["x"]).tolist() == [-1, -1, -1, 0, -1]
    assert place_among(pd.Series(["b", np.nan], dtype=object), ["b"]).tolist() == [0, -1]
    assert place_among(texts(), ["a"]).tolist() == []


def test_rows_are_split_by_group_as_comparing_each_row_would():
    cohort = sample_cohort(by="centre")
    rows = in_groups(cohort, cohort.whole.adsl[["USUBJID", "AGE"]])
    for group, part in zip(cohort.groups, split(rows, cohort.groups), strict=True):
        assert part.equals(rows[rows["CODE"] == group.code]) and set(part["GROUP"]) == {group.label}
    [nobody] = split(rows, [Group("nobody", "Nobody", 0)])
    assert nobody.empty


def test_a_patient_of_two_groups_stands_in_both_in_the_order_of_the_rows():
    cohort = sample_cohort()
    two = pd.DataFrame({"USUBJID": ["P2", "P1", "P1", "P9"], "GROUP": ["a", "b", "a", "a"]}, dtype="str")
    members = object.__new__(type(cohort))
    vars(members).update(vars(cohort) | {"members": two, "groups": (Group("a", "A", 0), Group("b", "B", 1))})
    rows = in_groups(members, pd.DataFrame({"USUBJID": texts("P1", "P3", "P2"), "AGE": [1, 3, 2]}))
    assert rows[["USUBJID", "CODE", "GROUP", "AGE"]].to_numpy().tolist() == [
        ["P1", "b", "B", 1],
        ["P1", "a", "A", 1],
        ["P2", "a", "A", 2],
    ]


def test_the_columns_of_the_outcome_board_stand_in_one_order():
    columns = list(outcome_board(chosen(), "centre").numbers)
    assert columns[9:14] == ["estimate", "conf_low", "conf_high", "reason", "reason_time"]
