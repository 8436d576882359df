"""The browser is told where the server is: it does not look for it under the name of every page."""

import asyncio
import gzip
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route

from pages.parts.server.base import BASE, TAG, TellsBase

PAGE = f'<html><head><script type="module" src="./a.js"></script>{"x" * 2000}</head></html>'
ROUTES = [Route("/survival", lambda _: HTMLResponse(PAGE)), Route("/said", lambda _: PlainTextResponse(PAGE))]
APP = Starlette(routes=[*BASE, *ROUTES], middleware=[Middleware(TellsBase), Middleware(GZipMiddleware)])


def asked(path, accept="text/html,*/*", encoding=""):
    """(headers, body) of the answer to a GET."""
    headers = [(b"accept", accept.encode()), (b"accept-encoding", encoding.encode())]
    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": headers}
    told = []

    async def receive():
        return {"type": "http.request", "body": b""}

    async def send(message):
        told.append(message)

    with ThreadPoolExecutor(1) as thread:  # a browser's loop may already run in this one
        thread.submit(lambda: asyncio.run(APP(scope, receive, send))).result()
    return Headers(raw=told[0]["headers"]), b"".join(message.get("body", b"") for message in told[1:])


@pytest.mark.parametrize("encoding", ["", "gzip, br"])
def test_a_page_loads_the_script_before_any_other_and_its_length_is_true(encoding):
    headers, body = asked("/survival", encoding=encoding)
    page = gzip.decompress(body) if encoding else body
    assert page.count(b"<script") == 2 and page.index(TAG) < page.index(b"a.js")
    assert headers.get("content-encoding", "") == ("gzip" if encoding else "")
    assert int(headers["content-length"]) == len(body)


def test_whatever_is_no_page_stays_as_it_is():
    assert asked("/said")[1] == asked("/survival", accept="*/*")[1] == PAGE.encode()


def test_the_script_says_the_folder_that_it_came_from():
    headers, body = asked("/base.js")
    assert headers["content-type"].startswith("text/javascript")
    assert b"new URL('.', document.currentScript.src).href" in body
