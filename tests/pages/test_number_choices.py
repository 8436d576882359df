"""Choices that are numbers, in the address."""

import pytest
from streamlit.testing.v1 import AppTest

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


def test_a_number_whose_0_stands_for_a_day_shows_that_day_and_follows_its_visit():
    """The title says "from day 45": the control beside it must not say 0."""

    def page():
        import streamlit as st

        from pages.parts.session.cohort import choose_cohort
        from pages.parts.session.options import choose_number, choose_option
        from tests.pages.tiny import loaded

        choose_cohort(loaded())
        visit = choose_option("mrd_landmark_visit")
        st.text(f"{visit} {choose_number('mrd_landmark')}")

    def seen(app):
        assert not app.exception
        return app.number_input[0].value, app.main.text[-1].value

    app = AppTest.from_function(page, default_timeout=60).run()
    assert seen(app) == (45, "D28 0")
    assert seen(app.selectbox(key="choice:mrd_landmark_visit").select("M3").run()) == (120, "M3 0")
    assert seen(app.number_input[0].set_value(100).run()) == (100, "M3 100")
    assert seen(app.number_input[0].set_value(120).run()) == (120, "M3 0")
