"""Chromium against a live server: `start` gives just-started ones, `screen` a fresh browser that knows when to wait."""

from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.chromium import find_or_install
from tests.live import ROOT, Server

__all__ = ["ROOT", "Server"]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
IDLE = "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


class Screen:
    """A browser page that knows when the app is idle: just after a click the app still looks idle, so the rerun
    requests sent and the finished scripts received are counted."""

    def __init__(self, page, server_url):
        self.page, self.url, self.sent, self.finished, self.requested = page, server_url, 0, 0, []
        page.on("websocket", self._listen)
        page.on("request", lambda request: self.requested.append(request.url))

    def _listen(self, socket_):
        socket_.on("framesent", self._count_sent)
        socket_.on("framereceived", self._count_finished)

    def _count_sent(self, frame):
        self.sent += isinstance(frame, bytes) and BackMsg.FromString(frame).HasField("rerun_script")

    def _count_finished(self, frame):
        self.finished += isinstance(frame, bytes) and ForwardMsg.FromString(frame).HasField("script_finished")

    def open(self, path="/"):
        return self.act(lambda: self.page.goto(self.url + path))

    def act(self, action, moments=4):
        """Run the action (a click, a key, a history step), wait until a script that started since has finished and
        nothing has moved for a moment. An action that asks nothing of the server returns after a second. moments: of
        100 ms without a movement."""
        sent, finished = self.sent, self.finished
        action()
        self._wait_until(lambda: self.sent > sent, 1)
        if self.sent > sent:
            self._wait_until(lambda: self.finished > finished, 60)
        self.page.wait_for_selector(IDLE, timeout=60_000)
        self._wait_until_quiet(moments)
        return self

    def _wait_until(self, reached, seconds):
        for _ in range(seconds * 20):
            if reached():
                return
            self.page.wait_for_timeout(50)

    def _wait_until_quiet(self, moments=4):
        quiet, before = 0, None
        while quiet < moments:
            self.page.wait_for_timeout(100)
            now = (self.sent, self.finished, self.page.locator(IDLE).count())
            quiet = quiet + 1 if now == before and now[2] else 0
            before = now

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


@pytest.fixture
def screen(browser):
    """screen(server) -> Screen: a fresh browser profile each."""
    contexts = []

    def make(server):
        contexts.append(browser.new_context(viewport={"width": 1400, "height": 1000}, accept_downloads=True))
        return Screen(contexts[-1].new_page(), server.url)

    yield make
    for context in contexts:
        context.close()
