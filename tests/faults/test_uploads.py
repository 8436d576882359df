"""The one way in for a file: to a session of the same browser, of a stated and limited size, held in memory alone."""

from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest
from starlette.datastructures import Headers
from starlette.formparsers import MultiPartParser

from pages.parts.server import uploads
from pages.parts.server.uploads import MEGABYTE, Asked, Uploads, asked_of, hold_in_memory, largest
from tests.faults.handshake import status
from tests.faults.sessions import Session
from tests.live import Server

MINE, OTHER = ("cohort_visit=" + letter * 43 for letter in "ab")


@pytest.fixture(scope="module")
def server():
    running = Server()
    yield running
    running.stop()


@pytest.fixture
def mine(server):
    session = Session(server.url, cookie=MINE)
    yield f"/_stcore/upload_file/{session.id}/f1"
    session.close()


def put(server, path, method="PUT", **headers):
    return status(server.port, path, f"localhost:{server.port}", method=method, **headers)


def test_a_file_is_taken_from_the_browser_of_the_session_alone(server, mine):
    assert put(server, mine, Cookie=MINE, Content_Length="0") not in (404, 405, 411, 413)  # Streamlit's own word
    for headers in ({}, {"Cookie": OTHER}, {"Cookie": "cohort_visit=short"}):
        assert put(server, mine, Content_Length="0", **headers) == 405
    assert put(server, "/_stcore/upload_file/nobody/f1", Cookie=MINE, Content_Length="0") == 405
    assert put(server, mine, Cookie=MINE, Content_Length="0", Origin="https://evil.example") == 403
    assert put(server, mine, method="POST", Cookie=MINE, Content_Length="0") == 405
    assert put(server, mine, method="GET", Cookie=MINE) == 404


def test_m06_a_file_of_unknown_or_too_large_a_size_is_refused_before_it_is_read(server, mine):
    assert put(server, mine, Cookie=MINE, Transfer_Encoding="chunked") == 411
    assert put(server, mine, Cookie=MINE, Content_Length=str(60 * MEGABYTE)) == 413
    assert put(server, mine, Cookie=MINE, Content_Length="9" * 18) == 413


def test_where_it_is_switched_off_the_door_stays_closed(tmp_path):
    (tmp_path / "cohort.toml").write_text("[data]\ntry_own = false\n", "utf-8")
    running = Server(COHORT_CONFIG=str(tmp_path / "cohort.toml"))
    try:
        session = Session(running.url, cookie=MINE)
        assert put(running, f"/_stcore/upload_file/{session.id}/f1", Cookie=MINE, Content_Length="0") == 405
        session.close()
    finally:
        running.stop()


def held(monkeypatch, *asked):
    """What is said to requests (session, file, megabytes) one after the other; every session is going on."""
    monkeypatch.setattr(Uploads, "_forget_ended", lambda self: None)
    monkeypatch.setattr(uploads, "largest", lambda: 10 * MEGABYTE)
    doors = Uploads()
    return [
        doors.refusal(
            Asked("PUT" if size else "DELETE", session, file), Headers({"content-length": str(size * MEGABYTE)})
        )
        for session, file, size in asked
    ]


FULL = (413, "more files than can be held")


def test_m08_what_a_session_and_all_sessions_hold_is_bounded(monkeypatch):
    assert held(monkeypatch, ("a", "1", 10), ("a", "2", 10), ("a", "3", 1)) == [None, None, FULL]
    assert held(monkeypatch, ("a", "1", 10), ("a", "1", 9), ("a", "2", 10)) == [None, None, None]  # in its place
    assert held(monkeypatch, ("a", "1", 10), ("a", "2", 10), ("a", "1", 0), ("a", "3", 10)) == [None] * 4
    many = [(str(n), "1", 10) for n in range(11)]
    assert held(monkeypatch, *many) == [None] * 10 + [FULL]


def test_only_the_upload_of_a_file_is_asked():
    assert asked_of("/_stcore/upload_file/s-1/f-2", "PUT") == Asked("PUT", "s-1", "f-2")
    for path in ("/_stcore/upload_file/s/f/g", "/_stcore/upload_file/../x", "/_stcore/upload_file/s/", "/media/x"):
        assert asked_of(path, "PUT") is None
    assert asked_of("/_stcore/upload_file/s/f", "POST") is None


def form(content):
    """A form with one file, in pieces, as the server gets it."""
    boundary = "b0"
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="f"; filename="x.zip"\r\n\r\n'.encode()
    whole = head + content + f"\r\n--{boundary}--\r\n".encode()

    async def stream():
        for start in range(0, len(whole), 65536):
            yield whole[start : start + 65536]
        yield b""

    return MultiPartParser(Headers({"content-type": f"multipart/form-data; boundary={boundary}"}), stream())


def test_a_file_that_is_handed_over_never_reaches_the_disk(monkeypatch):
    monkeypatch.setattr(MultiPartParser, "spool_max_size", MultiPartParser.spool_max_size)
    hold_in_memory()

    async def roll(megabytes):
        parsed = await form(b"x" * (megabytes * MEGABYTE)).parse()
        on_disk = parsed["f"].file._rolled
        await parsed.close()
        return on_disk

    def rolled(megabytes):
        with ThreadPoolExecutor(1) as apart:  # a browser test leaves a loop running in this thread
            return apart.submit(anyio.run, roll, megabytes).result()

    assert MultiPartParser.spool_max_size > largest()
    assert not rolled(5)
    monkeypatch.setattr(MultiPartParser, "spool_max_size", MEGABYTE)
    assert rolled(5)  # as it would be without
