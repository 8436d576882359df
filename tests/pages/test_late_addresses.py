"""C09: clicks faster than the answers. The address that a click brings may be one that the session has replaced
meanwhile; what the reader clicked last stays, and the browser's Back is still heard."""

import pytest

from pages.parts.session import state
from tests.pages.test_sidebar import LEVELS

FEMALE = {"sex": ["female"]}


class Browser:
    """What Streamlit is to the session: its state, the address of the request, and the runs. `address`: what the
    browser will show in the end; `same`: the runs go on in one context, as when a click comes before the end of one."""

    def __init__(self, patched):
        self.session_state, self.query_params, self.address = {}, self, {}
        self.context, self._url = Context(), {}
        patched.setattr(state, "st", self)
        patched.setattr(state, "get_script_run_ctx", lambda: self.context)

    def __iter__(self):
        return iter(self._url)

    def get_all(self, code):
        return self._url[code]

    def from_dict(self, url):
        self.address = url

    def run(self, brings, picked=None, without_pause=True):
        if not without_pause:
            self.context = Context()
        if picked is not None:
            state.choose("sex", picked)
        self._url = brings
        state.listen_rules()
        state.listen_filters(LEVELS)
        return state.choices()["sex"]

    def draw_figure(self, picked):
        """A run of the figure alone, after a pause: it asks for no address and leaves one."""
        self.context = Context()
        state.choose("sex", picked)
        state.listen_in_fragment()
        state.write_url()


class Context:
    page_script_hash = "survival"


@pytest.fixture
def browser(monkeypatch):
    """A browser on a page with one run behind it."""
    opened = Browser(monkeypatch)
    opened.run({})
    return opened


def test_a_filter_taken_back_before_its_address_arrived_stays_taken_back(browser):
    assert browser.run({}, ["female"]) == ["female"] and browser.address == FEMALE
    assert browser.run(FEMALE, []) == [] and browser.address == {}
    # set and taken back once more: the two arrive as one, in which nothing has changed, with the address before
    assert browser.run(FEMALE) == [] and browser.address == {}
    assert browser.run({}, without_pause=False) == []


def test_the_address_is_left_anew_when_a_click_brings_an_empty_one_that_is_on_its_way_out(browser):
    assert browser.run({}, ["female"]) == ["female"]
    assert browser.run({}, []) == [] and browser.address == {}  # else the browser would end at the one before
    assert browser.run({}, ["female"]) == ["female"] and browser.address == FEMALE


def test_an_address_of_three_clicks_ago_does_not_speak_either(browser):
    for brings, picked in (({}, ["female"]), (FEMALE, ["male"]), (FEMALE, ["female", "male"])):
        browser.run(brings, picked)
    assert browser.run({"sex": ["male"]}) == ["female", "male"]
    assert browser.address == {"sex": ["female", "male"]}


def test_back_is_heard_when_nothing_is_being_calculated(browser):
    browser.run({}, ["female"])
    browser.run(FEMALE, [], without_pause=False)
    assert browser.run(FEMALE, without_pause=False) == ["female"]
    assert browser.run({"sex": ["male"]}) == ["male"]  # a pasted one that the session never left


def test_a_click_while_only_the_figure_was_drawn_may_bring_the_address_before_that(browser):
    browser.run({}, ["female"])
    browser.draw_figure(["male"])
    assert browser.run(FEMALE) == ["male"] and browser.address == {"sex": ["male"]}
    browser.draw_figure(["female"])
    assert browser.run({"sex": ["male"]}, without_pause=False) == ["male"]  # Back
