"""E16, H09: the log is lines of JSON without identifiers; an outage is one traceback, then counts."""

import json
import logging
import sqlite3
import time

import pytest

from data_access.bundle.problems import DatabaseProblem
from data_access.load import load_bundle
from pages.parts.server import log as log_module
from pages.parts.server.log import COUNT_SECONDS, LOG, QUIET_SECONDS, Incidents, JsonLines, Refusals
from tests.faults.sessions import Session
from tests.live import Server

SECRET = "patient P00123 of C04, born 2001-03-04, at 10.0.0.7"


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def lines():
    """What the log of the dashboard holds, read back."""
    found, handler = [], logging.Handler()
    handler.setFormatter(JsonLines())
    handler.emit = lambda record: found.append(json.loads(handler.format(record)))
    LOG.addHandler(handler)
    yield found
    LOG.removeHandler(handler)


def failed(error):
    """An exception as it is when it is handled: raised, with its cause."""
    try:
        try:
            raise sqlite3.OperationalError(SECRET)
        except sqlite3.OperationalError as cause:
            raise error from cause
    except Exception as raised:
        return raised


def outage(sentence="The database server does not answer. Try again."):
    return failed(DatabaseProblem(sentence))


def test_an_outage_is_one_traceback_and_then_counts_under_one_id(clock, lines):
    incidents, ids = Incidents(clock), set()
    for _ in range(240):  # ten tabs that try again every 5 seconds, for two minutes
        ids.add(incidents.report("not ready", outage()))
        clock.now += 0.5
    assert len(ids) == 1 and [bool(line.get("traceback")) for line in lines] == [True, False]
    assert lines[0]["error"] == lines[1]["error"] == ids.pop() and lines[0]["level"] == "ERROR"
    assert lines[1]["count"] == 2 * COUNT_SECONDS
    assert len("\n".join(map(json.dumps, lines))) < 4_000


def test_the_end_of_an_outage_is_a_line_with_all_its_failures(clock, lines):
    incidents = Incidents(clock)
    for _ in range(7):
        incidents.report("x", outage())
    incidents.is_well()
    assert len(lines) == 1, "a database that answers now and then is not well"
    clock.now += QUIET_SECONDS + 1
    incidents.is_well()
    incidents.is_well()
    assert [(line["message"], line.get("count")) for line in lines[1:]] == [("Over.", 7)]
    assert incidents.report("x", outage()) != lines[0]["error"] and "traceback" in lines[-1]


def test_another_sentence_in_the_same_outage_is_told_without_another_traceback(clock, lines):
    incidents = Incidents(clock)
    one, two = incidents.report("x", outage()), incidents.report("x", outage("It is busy."))
    assert one == two and lines[1]["message"] == "Again: It is busy." and "traceback" not in lines[1]


def test_other_failures_are_told_apart_by_type_and_place(clock, lines):
    incidents = Incidents(clock)
    first = {incidents.report("a page", failed(KeyError("months"))) for _ in range(3)}
    other = {incidents.report("a page", failed(ValueError("months"))) for _ in range(3)}
    assert len(first) == len(other) == 1 and first != other and len(lines) == 2
    assert any("KeyError: 'months'" in line for line in lines[0]["traceback"])


def test_h09_n09_no_line_has_an_identifier_and_each_has_time_level_and_error_id(clock, lines):
    error_id = Incidents(clock).report("The page cannot be drawn.", failed(RuntimeError(SECRET)))
    [line] = lines
    assert {"time", "level", "logger", "message", "error", "traceback"} == set(line) and line["error"] == error_id
    assert line["time"].endswith("+00:00") and "T" in line["time"]
    said = json.dumps(line)
    for part in ("P00123", "C04", "2001", "10.0.0.7", "/work", "/home", "site-packages"):
        assert part not in said
    assert any(frame.startswith("tests/faults/test_log.py:") for frame in line["traceback"])


@pytest.mark.parametrize("text", ["a\r\nb", "\x1b[31mred", "\u2028", '"}, {"level": "x"', "x" * 1_000_000])
def test_e16_whatever_is_said_is_one_line(text):
    record = logging.LogRecord("streamlit.x", logging.WARNING, "f", 1, "%s", (text,), None)
    written = JsonLines().format(record)
    assert written.isprintable() and written.isascii() and len(written) < 10_000
    assert json.loads(written)["level"] == "WARNING"


def test_session_ids_and_addresses_in_the_lines_of_other_loggers_are_hidden():
    said = ("Session with id %s is already connected from %s", ("0d9a1c7e-1111-4222-8333-444455556666", "10.0.0.7"))
    written = JsonLines().format(logging.LogRecord("streamlit.x", logging.WARNING, "f", 1, *said, None))
    assert json.loads(written)["message"] == "Session with id [hidden] is already connected from [hidden]"


def test_refusals_are_counted(clock, lines):
    refusals = Refusals(clock)
    for _ in range(500):
        refusals.note("a foreign host")
        clock.now += 0.25
    assert [line["count"] for line in lines] == [1, 240, 240]


def test_n09_a_live_server_writes_nothing_but_json_and_one_traceback_for_ten_tabs(tmp_path, bundle):
    path, log = tmp_path / "cohort.db", tmp_path / "log"
    load_bundle(bundle, f"sqlite:///{path}")
    server = Server(log=log, options=["--logger.hideWelcomeMessage", "true"], DATABASE_URL=f"sqlite:///{path}")
    try:
        path.rename(path.with_name("away"))
        before = len(log.read_text())
        tabs = [Session(server.url) for _ in range(10)]
        for tab in tabs:
            assert any("must be a file" in alert for alert in tab.run().alerts)
            assert server.ready()[0] == 503
        time.sleep(0.2)
        grown = log.read_text()[before:]
        for tab in tabs:
            tab.close()
    finally:
        server.stop()
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert all({"time", "level", "logger", "message"} <= set(line) for line in lines)
    assert sum("traceback" in line for line in lines) == 1 and len(grown) < 5_000
    assert str(tmp_path) not in log.read_text()


def test_the_id_on_the_screen_is_in_the_log(lines, tmp_path, monkeypatch):
    from tests.faults.screen import SITUATION
    from tests.pages.twelve import app_reads, open_page, plain

    monkeypatch.setattr(log_module.INCIDENTS, "_open", {})
    with app_reads(f"sqlite:///{tmp_path}/nowhere.db"):
        shown = SITUATION.fullmatch(plain(open_page("survival").error[0].value))["id"]
    assert shown in {line.get("error") for line in lines}
