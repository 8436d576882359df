"""Where the server is, told to the browser with the page: Streamlit's own script would else try it under the name of
every page first (`/survival/_stcore/health`), and two errors would stand in the console of all but the start page."""

import gzip
from functools import lru_cache

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.parts.server.paths import routes_of

PATH = "/base.js"
SCRIPT = b"window.__streamlit = { BACKEND_BASE_URL: new URL('.', document.currentScript.src).href };\n"
TAG = f'<script src=".{PATH}"></script>'.encode()
BEFORE = b'<script type="module"'  # the first of Streamlit's own


async def tell_base(_request: Request) -> Response:
    """The folder that it came from, behind whatever proxy. A file, since a policy may refuse inline scripts."""
    return Response(SCRIPT, media_type="text/javascript", headers={"Cache-Control": "public, max-age=86400"})


BASE = routes_of(tell_base, PATH)


class TellsBase:
    """A middleware that puts the script before Streamlit's own into every page of HTML."""

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        if "text/html" not in headers.get("accept", "") or scope.get("method") != "GET":
            await self._app(scope, receive, send)
            return
        plain = MutableHeaders(raw=list(scope["headers"]))  # what is to be changed must not be compressed yet
        del plain["accept-encoding"]
        zipped = "gzip" in headers.get("accept-encoding", "")
        await self._app({**scope, "headers": plain.raw}, receive, _with_script(send, zipped))


def _with_script(send: Send, zipped: bool) -> Send:
    """The start of an answer waits for its body, whose length it tells."""
    waiting: list[Message] = []
    body = bytearray()

    async def tell(message: Message) -> None:
        if message["type"] == "http.response.start" and _is_page(Headers(raw=message["headers"])):
            waiting.append(message)
        elif waiting and message["type"] == "http.response.body":
            body.extend(message.get("body", b""))
            if not message.get("more_body"):
                await _send_whole(send, waiting.pop(), bytes(body), zipped)
        else:
            await send(message)

    return tell


def _is_page(headers: Headers) -> bool:
    return headers.get("content-type", "").startswith("text/html") and "content-encoding" not in headers


async def _send_whole(send: Send, start: Message, body: bytes, zipped: bool) -> None:
    headers = MutableHeaders(raw=list(start["headers"]))
    if BEFORE in body:
        body = with_script(body, zipped)
        headers["content-length"] = str(len(body))
        headers["vary"] = "Accept-Encoding"
        if zipped:
            headers["content-encoding"] = "gzip"
    await send({**start, "headers": headers.raw})
    await send({"type": "http.response.body", "body": body})


@lru_cache(maxsize=4)
def with_script(page: bytes, zipped: bool) -> bytes:
    """The page with the script first, compressed or not."""
    whole = page.replace(BEFORE, TAG + BEFORE, 1)
    return gzip.compress(whole, mtime=0) if zipped else whole
