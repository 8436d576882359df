"""A click on a filter until the last chart has settled, in Chromium, beside a bare Streamlit app in the same run.

`python -m tests.benchmarks.click_to_settled --clicks 20 [--pages survival relapse] [--before CHECKOUT]`

The bare app (bare_app.py) has as many charts as the page, of the same marks, points and height, hand-written in
Vega-Lite and filled with new random points per click; it runs from an empty folder under the same .streamlit
configuration on a server of its own. Both stay open side by side and are clicked in turn: the option Female of the
filter Sex is chosen and removed, so that every click changes the data of every chart. The app keeps what a figure found
per request: so before Female is chosen in ours, unmeasured, the upper age is set one year lower, where hardly anybody
is, and the click asks for what was never asked before; its removal asks again (`again`). Medians of the clicks; ratios
are of new requests. `--before` puts an older version of the app, in a checkout of its own with its own packages, third
into the same turns. `kB` is what came over the WebSocket for the new request.

Definition, one for both apps and in the page's own clock: the click is the release of the mouse button on the option
(`pointerup`); a chart moves when anything inside its element mutates (Streamlit draws charts as SVG; of a page
without charts the tables count, which draw by `clearRect` on a canvas; what stands inside a canvas is for screen
readers, which a grid tells 300 ms later, and is not seen); settled is the last such movement before the
page is quiet, that is: a rerun was sent, a script has finished since, the app says it is idle, and for three moments of
150 ms, each ended by an idle callback of the browser, nothing has moved. `server` is the time from the WebSocket frame
with the rerun request to that with `script_finished`, by the browser's clock; the rest is the browser's work.
"""

import argparse
import base64
import json
import os
import shutil
import tempfile
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.benchmarks.bare_charts import PAGES, pages_to_draw
from tests.browser.chromium import find_or_install
from tests.browser.conftest import FLAGS, IDLE, ROOT, Server
from tests.browser.facets import option

WARM_UP = 4
QUIET_MOMENTS, MOMENT = 3, 150
PROBE = """selector => {
  const probe = window.probe = {click: 0, moved: 0, movements: 0};
  const unseen = element => element.parentElement?.closest('canvas');
  const move = node => {
    const element = node instanceof Element ? node : node.parentElement;
    if (element?.closest(selector) && !unseen(element)) { probe.moved = performance.now(); probe.movements += 1; }
  };
  addEventListener('pointerup', event => { probe.click = event.timeStamp; }, true);
  const told = record => record.type === 'childList' && record.target.nodeName === 'CANVAS';
  new MutationObserver(found => found.forEach(record => told(record) || move(record.target))).observe(
    document, {subtree: true, childList: true, attributes: true, characterData: true});
  const canvas = CanvasRenderingContext2D.prototype, clear = canvas.clearRect;
  canvas.clearRect = function (...area) { move(this.canvas); return clear.apply(this, area); };
}"""
MOVEMENTS = "() => new Promise(done => requestIdleCallback(() => done(window.probe?.movements)))"


class Tab:
    """One app in a browser tab: counts and times its WebSocket frames, clicks its filter, waits until it is quiet."""

    def __init__(self, browser, url: str, has_charts: bool):
        page = browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()
        self.page, self.sent, self.finished, self.bytes = page, [], [], 0
        self._listen(page.context.new_cdp_session(page))
        page.goto(url)
        self._wait(1)
        kind = "stVegaLiteChart" if has_charts else "stDataFrame"
        page.evaluate(PROBE, f"[data-testid=stMain] [data-testid={kind}]")
        page.keyboard.press("Escape")  # an overlay of Streamlit itself makes the rest of the page inert
        self._wait(0)

    def _listen(self, session) -> None:
        session.on("Network.webSocketFrameSent", lambda e: self._note(e, BackMsg, "rerun_script", self.sent))
        session.on(
            "Network.webSocketFrameReceived", lambda e: self._note(e, ForwardMsg, "script_finished", self.finished)
        )
        session.send("Network.enable")

    def _note(self, event: dict, kind, field: str, times: list[float]) -> None:
        if event["response"]["opcode"] == 2:
            data = base64.b64decode(event["response"]["payloadData"])
            self.bytes += len(data) if kind is ForwardMsg else 0
            message = kind.FromString(data)
            if message.HasField(field):
                times.append(event["timestamp"])

    def _wait(self, finished: int) -> None:
        """Until as many scripts have finished, the app is idle, and nothing has moved for a while."""
        while len(self.finished) < finished:
            self.page.wait_for_timeout(20)
        self.page.wait_for_selector(IDLE, timeout=60_000)
        quiet, before = 0, None
        while quiet < QUIET_MOMENTS:
            self.page.wait_for_timeout(MOMENT)
            now = (self.page.evaluate(MOVEMENTS) if before else 0, len(self.sent), len(self.finished))
            quiet, before = quiet + 1 if now == before and now[1] <= now[2] else 0, now

    def ask_for_another_cohort(self) -> None:
        """One year off the upper age, where hardly anybody is: nearly the same patients, a request never made."""
        finished = len(self.finished)
        if self._facets.count():
            self.page.get_by_role("spinbutton", name="Age to, years").press("ArrowDown")
        else:  # a version from before the facets: its filters stand in a section that is closed at first
            age = self.page.get_by_role("slider", name="Age")
            if not age.count():
                self.page.get_by_test_id("stSidebar").get_by_text("Patient", exact=True).click()
                age.first.wait_for()
                self._wait(finished)
            self.page.get_by_role("slider", name="Age").last.press("ArrowLeft")
        self._wait(finished + 1)

    @property
    def _facets(self):
        return self.page.get_by_test_id("stSidebar").locator(".facets")

    def click(self) -> tuple[float, float, float]:
        """Choose Female, or remove it again; (seconds until settled, seconds of the server, bytes received)."""
        target = self._target()
        sent, finished, self.bytes = len(self.sent), len(self.finished), 0
        target.click()
        self._wait(finished + 1)
        self.page.keyboard.press("Escape")
        click, moved = self.page.evaluate("() => [window.probe.click, window.probe.moved]")
        if moved <= click:
            raise RuntimeError(f"A click must move a chart, got: none on {self.page.url}")
        return (moved - click) / 1000, self.finished[-1] - self.sent[sent], self.bytes

    def _target(self):
        """Ours: the facet's checkbox. The bare app: the option in the opened list, or the cross of the chosen one; the
        list closes when the sidebar scrolls."""
        if self._facets.count():
            facet = option(self, "Sex", "Female")
            facet.scroll_into_view_if_needed()
            return facet
        box = self.page.get_by_role("combobox", name="Sex", exact=True)
        chosen = self.page.get_by_test_id("stMultiSelectTagsContainer").get_by_label("Remove Female", exact=True)
        box.scroll_into_view_if_needed()
        self.page.wait_for_timeout(200)
        if chosen.count():
            return chosen.last
        box.click()
        listed = self.page.get_by_role("option", name="Female", exact=True)
        listed.wait_for()
        return listed

    def close(self) -> None:
        self.page.context.close()


def compare(browser, urls: dict[str, str], has_charts: bool, clicks: int) -> dict[str, tuple[float, ...]]:
    """Medians of one page for every app, new and again: seconds until settled, seconds of the server, bytes."""
    tabs = {name: Tab(browser, url, has_charts) for name, url in urls.items()}
    found = [_round(tabs, turn) for turn in range(WARM_UP + clicks)][WARM_UP:]
    for tab in tabs.values():
        tab.close()
    return {name: tuple(map(median, zip(*(one[name] for one in found), strict=True))) for name in found[0]}


def _round(tabs: dict[str, Tab], turn: int) -> dict[str, tuple[float, ...]]:
    """Every app once, another one first each time."""
    names, found = [*tabs], {}
    for name in names[turn % len(names) :] + names[: turn % len(names)]:
        if name != "bare":
            tabs[name].ask_for_another_cohort()
        found[name] = tabs[name].click()
        found[f"{name} again"] = tabs[name].click()
    return found


def bare_folder(folder: Path, pages: dict[str, dict]) -> Path:
    """The bare app as an app of its own, with our configuration and what it has to draw."""
    shutil.copy(ROOT / "tests/benchmarks/bare_app.py", folder / "dashboard.py")
    shutil.copytree(ROOT / ".streamlit", folder / ".streamlit")
    (folder / "charts.json").write_text(json.dumps(pages), "utf-8")
    return folder


def measure(names: list[str], clicks: int, older: Path | None) -> None:
    pages = pages_to_draw()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        servers = {"ours": Server(), "bare": Server(folder=bare_folder(Path(folder), pages))}
        if older:
            servers["before"] = Server(folder=older)
        browser = playwright.chromium.launch(executable_path=find_or_install(), headless=True, args=FLAGS)
        try:
            print(f"Milliseconds from click to settled, median of {clicks}; load average {os.getloadavg()[0]:.1f}")
            for page in names:
                urls = {name: f"{server.url}/{page}" for name, server in servers.items()}
                urls["bare"] = f"{servers['bare'].url}/?page={page}"
                print(
                    _lines(page, pages[page], compare(browser, urls, bool(pages[page]["charts"]), clicks)), flush=True
                )
        finally:
            browser.close()
            for server in servers.values():
                server.stop()
    print(f"Load average at the end {os.getloadavg()[0]:.1f}")


def _lines(page: str, drawn: dict, found: dict[str, tuple[float, ...]]) -> str:
    """A line per app: what a click took, and ours against it."""
    lines = [f"{page}, {len(drawn['charts'])} charts"]
    for name, (settled, server, size) in found.items():
        ours = found["ours again" if name.endswith("again") else "ours"][0]
        lines.append(
            f"  {name:14}{1000 * settled:6.0f} ms, server {1000 * server:4.0f}, {size / 1000:6.1f} kB, "
            f"ours x {ours / settled:.2f}"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.click_to_settled")
    parser.add_argument("--clicks", type=int, default=20)
    parser.add_argument("--pages", nargs="+", default=list(PAGES), choices=PAGES)
    parser.add_argument("--before", type=Path)
    chosen = parser.parse_args()
    measure(chosen.pages, chosen.clicks, chosen.before)


if __name__ == "__main__":
    main()
