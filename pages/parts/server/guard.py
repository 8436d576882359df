"""What stands before Streamlit: whom it answers, which of its endpoints are there, and which messages it may hear.

An ASGI middleware of the `st.App`. Streamlit looks at Host and Origin of a WebSocket only, takes any port of localhost
for its own, and does what a message says, whoever sent it.
"""

import time
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

from pages.parts.server.exposure import is_loopback, may_be_reached, settings
from pages.parts.server.log import refused
from pages.parts.server.proxy import named
from pages.parts.server.settings import OIDC
from pages.parts.server.sign_in_routes import SIGN_IN_PATHS, coming_back
from pages.parts.server.uploads import Asked, Uploads, asked_of, may_try_own
from pages.parts.server.visits import COOKIE, Listener, Visits, new_token, token_of

READING = ("GET", "HEAD", "OPTIONS")
OWN = "/_stcore/"
NEEDED = ("health", "host-config", "stream", "bidi-components/")  # of Streamlit's own endpoints
CLOSED = ("/component/",)
ELEMENTS = f"{OWN}bidi-components/"  # scripts and styles; the address changes with what is in them
MEDIA = "/media/"
WATCHED = ("/ready", "/ready/", "/_stcore/health")  # for whatever watches the server
HEARD = {"rerun_script", "stop_script", "app_heartbeat"}
FILE_PLACE = "file_urls_request"  # where a file that is handed over may go
ASKED = {"deferred_file", "dataframe_chunk"}  # of `backend_operation_request`: another one installs files
PORTS = {"http": 80, "https": 443}
SAFER = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # the address of a view says what was asked
    "x-frame-options": "SAMEORIGIN",
}


class Guard:
    """The middleware."""

    def __init__(self, app: ASGIApp):
        self._app, self._visits, self._uploads = app, Visits(), Uploads()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        scope, is_known = named(scope)
        headers = Headers(scope=scope)
        token = token_of(_cookies(headers))
        found = self._refusal(scope, headers, token, is_known)
        if found is not None:
            await _refuse(scope, receive, send, *found)
        elif scope["type"] == "http":
            await self._app(scope, receive, coming_back(scope, path_of(scope), _dressed(scope, token, send)))
        else:
            await self._app(self._own_session(scope, headers, token), _hearing(receive), self._telling(token, send))

    def _refusal(self, scope: Scope, headers: Headers, token: str | None, is_known: bool) -> tuple[int, str] | None:
        """Status and reason; None: go on."""
        path = path_of(scope)
        if not is_known and path not in WATCHED:
            return 403, "a request that did not come from the proxy"
        if not may_be_reached() and not is_loopback((scope.get("server") or ("127.0.0.1",))[0]):
            return 403, "an address that is not open"
        if not is_host_allowed(headers.get("host")):
            return 403, "a foreign host"
        if not _is_own_origin(scope, headers):
            return 403, "a foreign origin"
        if scope["type"] == "http" and (asked := self._own_file(scope, path, token)) is not None:
            return self._uploads.refusal(asked, headers)
        if scope["type"] == "http" and scope["method"] not in READING:
            return 405, "a method that changes something"
        if _is_closed(path):
            return 404, "an endpoint that is closed"
        if path.startswith(MEDIA) and not self._gives(scope["method"], token, path.removeprefix(MEDIA)):
            return 403, "a file of somebody else"
        return None

    def _gives(self, method: str, token: str | None, name: str) -> bool:
        """Whether a browser may have a file, which leaves once for each time that it was asked for on a page."""
        return self._visits.take(token, name, time.monotonic()) if method == "GET" else self._visits.knows(token, name)

    def _own_file(self, scope: Scope, path: str, token: str | None) -> Asked | None:
        """A file that this browser hands over to a session of its own, where that is allowed at all."""
        asked = asked_of(path, scope["method"])
        known = asked is not None and self._visits.knows(token, asked.session)
        return asked if known and may_try_own() else None

    def _own_session(self, scope: Scope, headers: Headers, token: str | None) -> Scope:
        """The same request, without the id of a session that this browser does not own: it gets a new one."""
        asked = [part.strip() for part in headers.get("sec-websocket-protocol", "").split(",")]
        if len(asked) < 3 or self._visits.knows(token, asked[2]):
            return scope
        refused("a session of somebody else")
        kept = MutableHeaders(raw=list(scope["headers"]))
        kept["sec-websocket-protocol"] = ", ".join(asked[:2])
        return {**scope, "headers": kept.raw, "subprotocols": asked[:2]}

    def _telling(self, token: str | None, send: Send) -> Send:
        if token is None:
            return send
        listener = Listener(self._visits, token)

        async def tell(message: Message) -> None:
            if message["type"] == "websocket.send" and message.get("bytes"):
                listener.hear(message["bytes"])
            await send(message)

        return tell


def path_of(scope: Scope) -> str:
    """The path below the base path."""
    base = "/" + (config.get_option("server.baseUrlPath") or "").strip("/")
    path = scope["path"]
    return path.removeprefix(base) if base != "/" and path.startswith(f"{base}/") else path


def _cookies(headers: Headers) -> dict[str, str]:
    try:
        return {name: value.value for name, value in SimpleCookie(headers.get("cookie", "")).items()}
    except CookieError:
        return {}


def _is_own_origin(scope: Scope, headers: Headers) -> bool:
    """No Origin (not a browser, or a plain navigation), the page's own, or one that is listed whole."""
    origins = headers.getlist("origin")
    if not origins:
        return True
    if len(origins) > 1:
        return False
    listed = {origin.strip().rstrip("/").lower() for origin in config.get_option("server.corsAllowedOrigins")}
    return origins[0].lower() in listed or _same_place(origins[0], headers.get("host", ""))


def _same_place(origin: str, host: str) -> bool:
    """Name and port, not the scheme: a proxy may end TLS."""
    try:
        there, here = urlsplit(origin), urlsplit(f"//{host}")
        default = PORTS.get(there.scheme)
        return default is not None and (there.hostname, there.port or default) == (here.hostname, here.port or default)
    except ValueError:
        return False


def _is_closed(path: str) -> bool:
    if path.startswith(OWN):
        rest = path.removeprefix(OWN)
        return not any(rest == name or (name.endswith("/") and rest.startswith(name)) for name in NEEDED)
    return path.startswith(CLOSED) or (path in SIGN_IN_PATHS and settings().sign_in != OIDC)


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, reason: str) -> None:
    refused(reason)
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    await PlainTextResponse(f"Refused: {reason}.\n", status)(scope, receive, send)


def _dressed(scope: Scope, token: str | None, send: Send) -> Send:
    """Safer headers on every answer, and a token for a browser that has none."""
    path = path_of(scope)
    is_new = token is None and not path.startswith((MEDIA, "/static/"))

    async def dress(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in SAFER.items():
                headers.setdefault(name, value)
            if path.startswith(MEDIA):
                headers["cache-control"] = "private, no-store"
            if path.startswith(ELEMENTS) and message["status"] == 200:
                headers["cache-control"] = "public, max-age=31536000, immutable"
            if is_new:
                headers.append("set-cookie", _cookie(scope["scheme"]))
        await send(message)

    return dress


def _cookie(scheme: str) -> str:
    secure = "; Secure" if scheme == "https" or config.get_option("server.sslCertFile") else ""
    return f"{COOKIE}={new_token()}; Path=/; HttpOnly; SameSite=Lax{secure}"


def _hearing(receive: Receive) -> Receive:
    """What a browser says, without the messages that the dashboard has no use for (emptying every cache is one)."""

    async def hear() -> Message:
        while True:
            message = await receive()
            if message["type"] != "websocket.receive" or _is_heard(message.get("bytes") or b""):
                return message
            refused("a message that is not heard")

    return hear


def _is_heard(content: bytes) -> bool:
    """What cannot be read goes on: Streamlit ends the connection itself."""
    try:
        said = BackMsg.FromString(content)
    except Exception:
        return True
    kind = said.WhichOneof("type")
    if kind == FILE_PLACE:
        return may_try_own()
    return kind in HEARD or (
        kind == "backend_operation_request" and said.backend_operation_request.WhichOneof("payload") in ASKED
    )
