"""Chromium against a live server: `start` gives just-started ones, `screen` a fresh browser that knows when to wait."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.chromium import find_or_install
from tests.live import ROOT, Server

__all__ = ["ROOT", "Server"]
VIEWPORT = {"width": 1400, "height": 1000}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
POLL = 20  # ms
# Resolves once nothing of the page has changed for 250 ms. Its timer waits its turn behind what the page has yet to
# draw, so a busy machine is waited for; after three seconds it is something that never stands still.
STILL = """() => new Promise(done => {
  let timer;
  const seen = new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(stop, 250); });
  const stop = () => { seen.disconnect(); done(); };
  seen.observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
  timer = setTimeout(stop, 250);
  setTimeout(stop, 3000);
})"""
# A page that was just loaded looks idle before anything of the app stands on it.
IDLE = (
    "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"
    ":has([data-testid=stMain] [data-testid=stElementContainer])"
)


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


class Screen:
    """A browser page that knows when the app is idle: just after a click the app still looks idle, so the rerun
    requests sent and the finished scripts received are counted."""

    def __init__(self, page, server_url):
        self.page, self.url, self.origin = page, server_url, "/".join(server_url.split("/")[:3])
        self.sent, self.finished, self.requested = 0, 0, []
        page.on("websocket", self._listen)
        page.on("request", lambda request: self.requested.append(request.url))

    def _listen(self, socket_):
        socket_.on("framesent", self._count_sent)
        socket_.on("framereceived", self._count_finished)

    def _count_sent(self, frame):
        self.sent += isinstance(frame, bytes) and BackMsg.FromString(frame).HasField("rerun_script")

    def _count_finished(self, frame):
        """A run that asks for the next one (the first of a page on a cold server does) has not finished: what the
        reader waits for is drawn by that, and on a busy machine it begins half a second later."""
        message = ForwardMsg.FromString(frame) if isinstance(frame, bytes) else ForwardMsg()
        asks_again = message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN
        self.finished += message.HasField("script_finished") and not asks_again

    def open(self, path="/"):
        """A page that was just loaded asks the server, however long its scripts take to come on a busy machine."""
        return self.act(lambda: self.page.goto(self.url + path), asks_within=30)

    def act(self, action, asks_within=1):
        """Run the action (a click, a key, a history step), wait until a script that started since has finished and
        nothing has moved for a moment. An action that asks nothing of the server returns after a second."""
        sent, finished = self.sent, self.finished
        action()
        self._wait_until(lambda: self.sent > sent, asks_within)
        if self.sent > sent:
            self._wait_until(lambda: self.finished > finished, 60)
        self._wait_until_settled()
        return self

    def _wait_until(self, reached, seconds):
        until = time.monotonic() + seconds
        while not reached() and time.monotonic() < until:
            self.page.wait_for_timeout(POLL)

    def _wait_until_settled(self):
        """The app is idle, and while the page stood still nothing was asked, fetched (our elements are scripts of
        their own) or came."""
        before = None
        while before != (before := (self.sent, self.finished, len(self.requested))):
            self.page.wait_for_selector(IDLE, timeout=60_000)
            self.rest()

    def rest(self):
        """Wait until nothing moves."""
        self.page.evaluate(STILL)

    @property
    def query(self):
        return self.page.evaluate("location.search")

    @property
    def path(self):
        return self.page.evaluate("location.pathname")

    def text(self):
        return self.page.locator("[data-testid=stMain]").inner_text().replace("\u00a0", " ")


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_or_install(), headless=True, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def server():
    """One server with the sample cohort for the tests that do not need a fresh one."""
    running = Server()
    yield running
    running.stop()


@pytest.fixture
def start():
    """Start servers that live as long as the test: start(DATABASE_URL=...)."""
    running = []

    def make(**environment):
        running.append(Server(**environment))
        return running[-1]

    yield make
    for one in running:
        one.stop()


@pytest.fixture(scope="session")
def profile(browser):
    """A browser profile that lasts: it has read Streamlit's scripts once, which takes a second each time."""
    context = browser.new_context(viewport=VIEWPORT)
    yield context
    context.close()


@pytest.fixture
def screen(browser, profile):
    """screen(server) -> Screen: a page of its own, of which nothing stays behind but files in the cache.
    fresh: in a profile that has never seen the server."""
    contexts, views = [], []

    def make(server, fresh=False, width=VIEWPORT["width"], height=VIEWPORT["height"], scheme="light"):
        if fresh:
            contexts.append(browser.new_context(viewport=VIEWPORT))
        view = Screen((contexts[-1] if fresh else profile).new_page(), server.url)
        view.page.set_viewport_size({"width": width, "height": height})
        view.page.emulate_media(color_scheme=scheme)
        views.append(view)
        return view

    yield make
    for view in views:
        forget(view)
        view.page.close()
    profile.clear_permissions()
    for context in contexts:
        context.close()


def forget(view):
    """Cookies and what a page stored, whether its server still answers or not."""
    session = view.page.context.new_cdp_session(view.page)
    session.send("Storage.clearDataForOrigin", {"origin": view.origin, "storageTypes": "cookies,local_storage"})
    session.detach()
