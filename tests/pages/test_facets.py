"""What the facets are told and what they may ask, without a browser; how they look and answer: tests/browser."""

import json

import pytest

from endpoints.cohort import EVERY_FILTER, FILTER
from endpoints.outcome import OUTCOME_FILTERS
from pages.parts.session import sidebar as sidebar_module
from pages.parts.session.choices import defaults, with_choice
from pages.parts.session.facets import MOST_USED, changes_in
from tests.pages.test_sidebar import open_app, query
from tests.pages.tiny import HOSTILE


@pytest.fixture
def told(monkeypatch):
    """told(**query) -> what the element of the facets is told on the page of twelve patients."""
    monkeypatch.setattr(sidebar_module, "is_plain", lambda: False)

    def ask(**address):
        app = open_app(**address)
        assert not app.exception
        [element] = app.sidebar.get("bidi_component")
        return json.loads(element.proto.json or element.proto.mixed.json)

    return ask


def controls(told):
    return {facet["code"]: facet for section in told["sections"] for facet in section["facets"]}


def test_the_six_most_used_come_first_and_every_filter_stands_once(told):
    sections = told()["sections"]
    assert sections[0]["name"] == "" and [facet["code"] for facet in sections[0]["facets"]] == list(MOST_USED)
    assert [section["name"] for section in sections[1:]] == [
        *("Product: more", "Patient: more", "Disease", "Before CAR-T: more", "Outcome")
    ]
    facets = [facet for section in sections for facet in section["facets"]]
    codes = [one["code"] for facet in facets for one in (facet, *facet["parts"])]
    assert sorted(codes) == sorted(f.code for f in EVERY_FILTER)


def test_age_stands_in_one_control(told):
    age = controls(told())["age"]
    assert age["range"] == [0, 100] and age["unit"] == "years"
    assert [part["code"] for part in age["parts"]] == ["age_25", "age_18", "age_group"]
    assert [code for code, _ in age["parts"][1]["levels"]] == ["under_18", "from_18"]


def test_counts_are_those_under_the_other_filters(told):
    # Infused: four women, four men, two of unknown sex; of the women two got BREXU.
    counts = told(sex=["female"], product=["BREXU"])["counts"]
    assert counts["sex"] == {"female": 2, "male": 2, "missing": 1} and counts["product"]["TISA"] == 2


def test_a_level_that_nobody_has_is_not_offered_until_it_is_chosen(told):
    assert [code for code, _ in controls(told())["down"]["levels"]] == ["missing"]
    assert [code for code, _ in controls(told(down=["yes"]))["down"]["levels"]] == ["yes", "missing"]


def test_what_is_chosen_and_compared_goes_in_with_codes(told):
    data = told(sex=["female"], age="3-40", by="product")
    assert data["chosen"] == {"sex": ["female"], "age": [3, 40]} and data["by"] == "product"
    assert data["heard"] == 0 and data["address"] is None


def test_nothing_compares_by_an_outcome_or_a_range(told):
    compares = {code for code, facet in controls(told()).items() if facet["compares"]}
    assert not compares & {f.code for f in OUTCOME_FILTERS} and "age" not in compares and "sex" in compares


def test_outcomes_are_counted_only_when_their_section_is_open_or_one_of_them_narrows(told):
    assert not {f.code for f in OUTCOME_FILTERS} & set(told()["counts"])
    counts = told(transplanted="none")["counts"]
    assert counts["transplanted"]["none"] == 10 and counts["remission_now"] == {"yes": 0, "no": 10}


def test_a_name_from_the_database_goes_in_as_it_is(told):
    assert [HOSTILE, HOSTILE] in controls(told())["centre"]["levels"]


@pytest.mark.parametrize(
    "asked, heard",
    [
        ({"sex": ["female"]}, {"sex": ["female"]}),
        ({"sex": []}, {"sex": []}),
        ({"age": [40, 3]}, {"age": (3, 40)}),
        ({"age": [-5, 400]}, {"age": (0, 100)}),
        ({"by": "product"}, {"by": "product"}),
        ({"by": ""}, {"by": ""}),
    ],
)
def test_a_change_is_read_as_the_choice_has_it(asked, heard):
    assert changes_in(asked) == heard


@pytest.mark.parametrize(
    "asked",
    [
        None,
        [],
        "sex",
        {"zzz": ["1"]},
        {"sex": "female"},
        {"sex": {"female": 1}},
        {"age": ["3", "40"]},
        {"age": [3]},
        {"age": [1.5, 3]},
        {"by": "remission_now"},
        {"by": ["product"]},
        {"group": ["C1"]},
        {"mrd_cut": "any"},
    ],
)
def test_what_a_browser_cannot_ask_is_left_out(asked):
    assert changes_in(asked) == {}


def test_of_one_control_the_last_choice_counts_and_others_stay():
    state = with_choice(defaults(), "sex", ["female"])
    for code, value in (("age_18", ["under_18"]), ("age", (3, 40)), ("age_group", ["3_9"])):
        state = with_choice(state, code, value)
        narrowed = {c for c in FILTER if state[c] != defaults()[c]}
        assert narrowed == {"sex", code} and state[code] == value


def test_an_address_may_still_have_two_conditions_of_one_control():
    app = open_app(age="0-40", age_18="under_18")
    assert query(app) == {"age": ["0-40"], "age_18": ["under_18"]}
