"""What Streamlit's sign-in leaves undone: back to the page one came from, and cookies that end and need TLS."""

import re
from http.cookies import CookieError, SimpleCookie
from urllib.parse import quote, unquote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Scope, Send
from streamlit import config

from pages.parts.access.sign_in import LONGEST

LOGIN, LOGOUT, CALLBACK = "/auth/login", "/auth/logout", "/oauth2callback"
SIGN_IN_PATHS = (LOGIN, LOGOUT, CALLBACK)
BACK = "cohort_back"  # the cookie that remembers the page
BACK_SECONDS, LONGEST_ADDRESS = 600, 2_000
_MAX_AGE = re.compile(r"Max-Age=\d{4,}", re.I)


def coming_back(scope: Scope, path: str, send: Send) -> Send:
    """`send`, which remembers on the way to the provider where somebody was, and leads there on the way back."""
    if path not in SIGN_IN_PATHS:
        return send

    async def lead(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if path == LOGIN and (page := page_of(Headers(scope=scope))):
                headers.append("set-cookie", f"{BACK}={quote(page, safe='')}; Max-Age={BACK_SECONDS}; {_kind(scope)}")
            if path == CALLBACK and (page := remembered(Headers(scope=scope))):
                headers["location"] = page
                headers.append("set-cookie", f"{BACK}=; Max-Age=0; {_kind(scope)}")
            headers.raw[:] = [_safer(scope, name, value) for name, value in headers.raw]
        await send(message)

    return lead


def page_of(headers: Headers) -> str:
    """The page of ours that a request says it comes from: path and query; "" for any other place."""
    there = urlsplit(headers.get("referer", ""))
    return local_address(f"{there.path}?{there.query}") if there.netloc == headers.get("host") else ""


def remembered(headers: Headers) -> str:
    """The page in the cookie, if it is one of ours."""
    try:
        cookies = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return ""
    return local_address(unquote(cookies[BACK].value)) if BACK in cookies else ""


def local_address(address: str) -> str:
    """An address on this server that a browser may be sent to; "" for one that might lead elsewhere."""
    parts = urlsplit(address)
    is_local = re.fullmatch(r"/([A-Za-z0-9_-]+/?)*", parts.path) and not parts.netloc and not parts.scheme
    if not is_local or len(address) > LONGEST_ADDRESS or not address.isprintable() or "\\" in address:
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _kind(scope: Scope) -> str:
    return f"Path=/; HttpOnly; SameSite=Lax{_secure(scope)}"


def _secure(scope: Scope) -> str:
    return "; Secure" if scope["scheme"] == "https" or config.get_option("server.sslCertFile") else ""


def _safer(scope: Scope, name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """No cookie of a sign-in outlives the longest sign-in, or goes out without TLS where there is TLS."""
    if name.lower() != b"set-cookie":
        return name, value
    text = _MAX_AGE.sub(f"Max-Age={LONGEST}", value.decode("latin-1"))
    secure = _secure(scope)
    return name, f"{text}{secure if 'secure' not in text.lower() else ''}".encode("latin-1")
