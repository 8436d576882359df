"""Sessions of a live server without a browser: the WebSocket and its messages. Many fit into one test process."""

import io
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import pyarrow as pa
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

SECONDS = 120


@dataclass(frozen=True)
class Drawn:
    """What one run of a script sent, in the order it was sent: texts, headings and Markdown; tables as CSV; errors."""

    texts: tuple[str, ...]
    tables: tuple[str, ...]
    alerts: tuple[str, ...]

    def without(self, alert: str) -> "Drawn":
        """The same without the alerts that hold some words."""
        return Drawn(self.texts, self.tables, tuple(a for a in self.alerts if alert not in a))


class Session:
    """One visitor. `pages`: {url path: script hash}, known after the first run; id: of the session, as the server says
    it. cookie: what the browser shows; resume: the id of a session to go on with; page: the script hash of the first
    page; headers: more of them, by name. seconds, received: how long the last run took, and how many bytes it sent."""

    def __init__(self, url: str, query: str = "", cookie: str = "", resume: str = "", page: str = "", **headers: str):
        self.query, self.pages, self.page, self.id, self._files = query, {}, "", "", []
        self.seconds, self.received, self._first_page = 0.0, 0, page
        place = urlsplit(url)
        self._socket = connect(
            f"ws://{place.netloc}{place.path}/_stcore/stream",
            origin=f"{place.scheme}://{place.netloc}",
            subprotocols=["streamlit", *(["no-token", resume] if resume else [])],
            additional_headers=headers | ({"Cookie": cookie} if cookie else {}),
            max_size=None,
            legacy=True,
        )
        self.first = self.run()

    def open(self, page: str) -> Drawn:
        """Go to a page by the menu."""
        self.page = page
        return self.run()

    def run(self) -> Drawn:
        """Rerun the page and wait for its end."""
        message = BackMsg()
        message.rerun_script.query_string = self.query
        message.rerun_script.page_script_hash = self.pages.get(self.page, self._first_page)
        start, self.received = time.perf_counter(), 0
        self._socket.send(message.SerializeToString())
        drawn = self._until_finished()
        self.seconds = time.perf_counter() - start
        return drawn

    def empty_caches(self) -> None:
        """What the developer's menu does: every cache of the server is emptied, for everybody."""
        self.say(BackMsg(clear_cache=True))

    def say(self, message: BackMsg) -> None:
        """Send any message."""
        self._socket.send(message.SerializeToString())

    def download(self) -> str:
        """Ask for the first file that the page offers; its address."""
        request = BackMsg()
        request.backend_operation_request.request_id = "1"
        request.backend_operation_request.session_id = self.id
        request.backend_operation_request.deferred_file.file_id = self._files[0]
        self.say(request)
        while True:
            message = ForwardMsg.FromString(self._socket.recv(SECONDS))
            if message.WhichOneof("type") == "backend_operation_response":
                return message.backend_operation_response.deferred_file.url

    def _until_finished(self) -> Drawn:
        texts, tables, alerts = [], [], []
        while True:
            content = self._socket.recv(SECONDS)
            self.received += len(content)
            message = ForwardMsg.FromString(content)
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self.id = message.new_session.initialize.session_id
            elif kind == "navigation":
                self.pages = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
            elif kind == "script_finished":
                return Drawn(
                    tuple(sorted(texts)), tuple(tables), tuple(alerts)
                )  # a place that is filled later comes in another turn
            elif kind == "delta" and message.delta.HasField("new_element"):
                if message.delta.new_element.download_button.deferred_file_id:
                    self._files.append(message.delta.new_element.download_button.deferred_file_id)
                _note(message.delta.new_element, texts, tables, alerts)

    def close(self) -> None:
        self._socket.close()


def _note(element, texts: list[str], tables: list[str], alerts: list[str]) -> None:
    kind = element.WhichOneof("type")
    if kind in ("text", "heading", "markdown"):
        texts.append(getattr(element, kind).body)
    elif kind == "alert":
        alerts.append(element.alert.body)
    elif kind == "exception":
        alerts.append(element.exception.message)
    elif kind == "dataframe":
        tables.append(_csv(element.dataframe.arrow_data.data))
    elif kind == "vega_lite_chart":
        chart = element.vega_lite_chart
        tables.extend(_csv(data) for data in (chart.data.data, *(d.data.data for d in chart.datasets)) if data)


def _csv(content: bytes) -> str:
    return pa.ipc.open_stream(io.BytesIO(content)).read_pandas().to_csv()
