"""Nothing stale is readable: while a run goes on, what stands there is veiled and one word says why."""

import pytest

SOON = 150  # ms
VEIL = """(soon) => new Promise(done => {
  const app = document.querySelector('[data-testid=stApp]'), main = app.querySelector('[data-testid=stMain]');
  const seen = [];
  const look = () => {
    const over = getComputedStyle(main, '::after').content, chart = main.querySelector('[data-testid=stVegaLiteChart]');
    seen.push([performance.now(), over, chart && Number(getComputedStyle(chart).opacity)]);
    if (seen.at(-1)[0] - seen[0][0] < soon) requestAnimationFrame(look); else done(seen.at(-1).slice(1));
  };
  [...document.querySelectorAll('button')].find(b => b.textContent.trim() === 'Slow').click();
  look();
})"""
APP = """
import time
import pandas as pd
import streamlit as st
from pages.parts.style.sheets import put_on_styles

st.title("Slow")
put_on_styles()
if st.button("Slow"):
    time.sleep(3)
st.vega_lite_chart(pd.DataFrame({"x": [1, 2]}), {"mark": "point", "encoding": {"x": {"field": "x"}}})
st.header("Old")
"""


@pytest.fixture(scope="module")
def slow(tmp_path_factory):
    """A page of ours whose run takes three seconds on a click."""
    from tests.live import ROOT, Server

    folder = tmp_path_factory.mktemp("slow")
    (folder / "dashboard.py").write_text(APP)
    (folder / "pages").symlink_to(ROOT / "pages")
    running = Server(folder, options=("--client.toolbarMode", "minimal"))
    yield running
    running.stop()


def opacity(view, test_id):
    return float(view.page.get_by_test_id(test_id).first.evaluate("e => getComputedStyle(e).opacity"))


def word(view):
    return view.page.get_by_test_id("stMain").evaluate("e => getComputedStyle(e, '::after').content")


def test_the_old_figure_is_veiled_at_once_and_one_word_stands_over_it(screen, slow):
    view = screen(slow).open("/")
    assert (word(view), opacity(view, "stVegaLiteChart")) == ("none", 1)
    over, veiled = view.page.evaluate(VEIL, SOON)
    assert over == '"Calculating"' and veiled <= 0.25
    view.page.wait_for_timeout(1000)
    assert word(view) == '"Calculating"' and opacity(view, "stVegaLiteChart") <= 0.25
    assert [opacity(view, name) for name in ("stButton",)] == [1]
    view.page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    view.page.wait_for_timeout(300)
    assert (word(view), opacity(view, "stVegaLiteChart")) == ("none", 1)


@pytest.mark.parametrize("path", ["/survival?by=product"])
def test_a_page_is_veiled_while_it_runs(screen, server, path):
    """The sheets are on every page from its first element on: the state of a run is enough."""
    view = screen(server).open(path)
    view.page.evaluate("document.querySelector('[data-testid=stApp]').dataset.testScriptState = 'running'")
    view.page.wait_for_timeout(SOON)
    assert word(view) == '"Calculating"' and opacity(view, "stVegaLiteChart") <= 0.25
