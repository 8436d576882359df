"""Choices that are numbers, in the address."""

import pytest

from pages.parts.session.address import Reader, encode


@pytest.mark.parametrize("text", ["-1", "1e3", "99999", "x", "", "12.5", "10"])
def test_a_number_out_of_its_declaration_is_refused_with_a_sentence(text):
    reader = Reader({"transplant_landmark": [text]})
    assert reader.state["transplant_landmark"] == 90
    assert reader.problems == [f"Landmark cannot be '{text}'; the default is used."]


def test_a_number_that_is_not_at_its_default_stands_in_the_url():
    state = Reader({"transplant_landmark": ["60"]}).state
    assert state["transplant_landmark"] == 60
    assert encode(state) == {"transplant_landmark": ["60"]}
