"""Reasons are codes with words of their own: every code has words, every estimator gives declared codes."""

import ast
from pathlib import Path

import numpy as np
import pytest

from endpoints.rules import DAYS_PER_MONTH
from estimators import reasons
from estimators.reasons import AFTER_FOLLOW_UP, BEFORE_START, NOT_REACHED, REASONS, UNITS, duration, verdict, words

ROOM = sorted((Path(__file__).parents[2] / "estimators").glob("*.py"))
CONSTANTS = {name: value for name, value in vars(reasons).items() if name.isupper() and isinstance(value, str)}
FACTS = {"time": 30, "minimum": 10, "who": "patients in a (9)"}


def test_every_code_is_declared_with_words_and_is_its_own_name():
    assert {value for name, value in CONSTANTS.items() if name not in ("SECTION", "NONE")} == set(REASONS)
    assert all(name.lower() == value for name, value in CONSTANTS.items() if value in REASONS)


@pytest.mark.parametrize("code", REASONS)
def test_every_code_has_words_that_begin_with_its_short_form(code):
    sentence = words(code, **FACTS)
    assert sentence.startswith(verdict(code)) and "{" not in sentence and not sentence.endswith((".", ":", " "))


def test_a_time_is_written_in_the_unit_asked_for():
    assert words(AFTER_FOLLOW_UP, time=30) == "not estimable: last follow-up at 30 days"
    assert words(BEFORE_START, time=60.875, unit="months") == "not estimable: the curve starts at 2.0 months"
    seen = words(AFTER_FOLLOW_UP, time=30.4375, unit="months", last="last B-cell sample or event")
    assert seen == "not estimable: last B-cell sample or event at 1.0 months"
    assert UNITS["months"][0] == DAYS_PER_MONTH


def test_no_reason_is_no_words_and_unknown_codes_units_and_missing_facts_are_refused():
    assert words("") == verdict("") == "" and words(NOT_REACHED) == "not reached"
    with pytest.raises(ValueError, match="code must be one of no_patients, .*, got: tired"):
        words("tired")
    with pytest.raises(ValueError, match="unit must be one of days, months, got: weeks"):
        duration(3, "weeks")
    with pytest.raises(KeyError, match="time"):
        words(AFTER_FOLLOW_UP)


@pytest.mark.parametrize("path", ROOM, ids=lambda path: path.stem)
def test_no_estimator_writes_or_searches_a_sentence_of_a_reason(path):
    """Outside of reasons.py no text says "not estimable" but in a docstring."""
    if path.stem == "reasons":
        return
    tree = ast.parse(path.read_text("utf-8"))
    docs = {
        ast.get_docstring(node, clean=False)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
    }
    texts = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    assert not [text for text in texts if text not in docs and any(r.verdict in text for r in REASONS.values())]


def test_every_code_is_given_by_an_estimator():
    """A code that nobody gives is dead."""
    text = "\n".join(path.read_text("utf-8") for path in ROOM if path.stem != "reasons")
    assert not [name for name, value in CONSTANTS.items() if value in REASONS and name not in text]


def test_durations_are_written_as_whole_days_or_with_one_decimal_of_months():
    assert duration(np.int64(30)) == "30 days" and duration(30.5) == "30.5 days"
    assert duration(365.25, "months") == "12.0 months"
