"""Elements of our own (facets, tiles, share) come as files, once, below any base path and under the CSP of the docs."""

import json
import re

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from pages.parts.component import SERVED
from tests.browser.conftest import ROOT, Screen
from tests.browser.facets import counts, facets, pick
from tests.live import Server

MOST = 50_000  # bytes of a click on the survival page: 44,600; 61,300 with the scripts in every run
CSP = re.search(r'Content-Security-Policy "([^"]+)"', (ROOT / "docs/deployment/nginx.conf").read_text("utf-8")).group(1)


INDEX = "inline script"  # one line of Streamlit's own index.html: harmless, and refused
POLICE = """policy => new MutationObserver((_, seen) => {
  if (!document.head) return;
  seen.disconnect();
  const meta = document.createElement('meta');
  meta.httpEquiv = 'Content-Security-Policy';
  meta.content = policy;
  document.head.prepend(meta);
}).observe(document, {childList: true, subtree: true})"""


def under_csp(view):
    """The view under the policy of the docs, said from the first line of the page on. Returns what it refused."""
    refused = []
    view.page.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)
    policy = CSP.replace("frame-ancestors 'none'; ", "")  # which only a header can say
    view.page.add_init_script(f"({POLICE})({json.dumps(policy)})")
    return refused


def listened(view):
    """The frames that the server sends, as they come."""
    frames = []

    def take(frame):
        frames.append(frame)

    view.page.on("websocket", lambda socket: socket.on("framereceived", take))
    return frames


def test_below_a_base_path_and_under_the_policy_of_the_docs_every_element_is_drawn_and_answers(browser):
    server = Server(base="/cart")
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    try:
        view = Screen(context.new_page(), server.url)
        refused = under_csp(view)
        view.open("/survival")
        pick(view, "Sex", "Female")
        assert view.query == "?sex=female" and counts(view, "Product")
        view.page.get_by_role("button", name="Share", exact=True).click()
        view.page.get_by_text(re.compile("Address copied|Copy this address")).first.wait_for()
        view.open("/")
        assert view.page.locator("button.tile").count() == 7 and [said for said in refused if INDEX not in said] == []
        fetched = [url for url in view.requested if "bidi-components" in url]
        assert fetched and all(f"{server.url}/_stcore/bidi-components/cohort-" in url for url in fetched)
    finally:
        context.close()
        server.stop()


def test_a_script_comes_once_by_address_and_a_click_carries_none(screen, server):
    view = screen(server, fresh=True)
    frames = listened(view)
    view.open("/survival")
    facets(view)  # each is drawn by a script that the browser fetches by itself
    view.page.get_by_role("button", name="Share", exact=True).wait_for()
    scripts = [url for url in view.requested if "bidi-components" in url]
    assert {url.rsplit("/", 1)[1] for url in scripts} >= {"facets.js", "facets.css", "share.js"}
    assert len(scripts) == len(set(scripts))
    pick(view, "Sex", "Female")
    for _ in range(2):  # what Streamlit has sent once as a whole it names from then on
        frames.clear()
        pick(view, "Sex", "Female")
        assert sum(len(frame) for frame in frames) <= MOST
        assert not any(ForwardMsg.FromString(f).delta.new_element.bidi_component.js_content for f in frames)
    view.act(view.page.reload)
    assert facets(view).is_visible()
    kept = (
        "e => performance.getEntriesByType('resource').filter(e => e.name.includes('bidi-')).map(e => e.transferSize)"
    )
    assert set(view.page.evaluate(kept)) == {0}  # after a reload the browser has them still


def test_what_is_served_is_for_browsers_only():
    assert {path.suffix for path in SERVED.iterdir()} == {".js", ".css"}
