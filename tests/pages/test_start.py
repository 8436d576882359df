"""The start page under its own name."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.requests import Request

from pages.parts.data.start import START


@pytest.mark.parametrize(
    ("query", "to"),
    [
        ("", "./"),
        ("by=product&sex=female", "./?by=product&sex=female"),
        ("next=//elsewhere.example", "./?next=//elsewhere.example"),
    ],
)
def test_overview_as_a_path_leads_to_the_start_page_with_its_choices(query, to):
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/overview",
        "query_string": query.encode(),
        "headers": [],
        "server": ("localhost", 80),
        "scheme": "http",
    }
    with ThreadPoolExecutor(1) as thread:  # a browser's loop may already run in this one
        answer = thread.submit(asyncio.run, START[0].endpoint(Request(scope))).result()
    assert answer.status_code == 307 and answer.headers["location"] == to
