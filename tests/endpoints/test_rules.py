"""Rules: each declared once, defaults as the definitions say, other values refused in words."""

from dataclasses import fields

import pytest

from endpoints.dictionary import LABELS
from endpoints.rules import RULES, Rules
from tests.endpoints.reading import cohort
from tests.literal import patient


def test_the_defaults_are_those_of_the_definitions():
    assert Rules() == Rules(
        population="infused",
        bca_rule="pct3_marrow1",
        bca_confirm="yes",
        bca_relapse="yes",
        mlfs="no",
        mrd_failure="no",
        mrd_cut="1e-4",
        mrd_sensitivity="1e-6",
        molecular="no",
        failure="last_nr",
        maintenance="no",
        bridging="no",
        burden_cut=5.0,
    )


def test_every_rule_is_declared_with_its_default_and_at_default_none_is_shown_as_changed():
    assert [f.name for f in fields(Rules)] == [rule.code for rule in RULES]
    assert [getattr(Rules(), rule.code) for rule in RULES] == [rule.default for rule in RULES]
    assert Rules().changed() == ()


def test_changed_rules_stand_in_titles_in_words():
    ((rule, value),) = Rules(molecular="yes").changed()
    assert (rule.label, rule.words(value)) == ("Molecular relapse counts as relapse", "Yes")
    ((rule, value),) = Rules(burden_cut=25).changed()
    assert rule.words(value) == "25 % blasts"


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (dict(molecular="maybe"), "must be one of no, yes, got: 'maybe'"),
        (dict(mrd_cut=1e-4), "must be one of 1e-4, quantifiable, any"),
        (dict(burden_cut=0), "must be a number from 1 to 100, got: 0"),
        (dict(bca_count="many"), "must be a number from 1 to 1000, got: 'many'"),
        (dict(burden_cut=float("nan")), "must be a number from 1 to 100, got: nan"),
    ],
)
def test_a_value_outside_its_declaration_is_refused_in_words(choice, words):
    with pytest.raises(ValueError, match=words):
        Rules(**choice)


def test_every_derived_column_has_a_name_for_screens():
    study = cohort(patient("P1"))
    assert set(study.adsl) | set(study.course) <= set(LABELS)
