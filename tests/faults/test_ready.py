"""N04, B03, B04: `/ready` is 503 with a reason while the database, its schema or its content is not right."""

import asyncio
import json
import os
import shutil
import signal
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from data_access.load import load_bundle
from data_access.reading.readiness import check
from data_access.schema.tables import TABLE
from pages.parts.data import ready as ready_module
from pages.parts.data.ready import Readiness
from tests.faults.screen import LEAKS
from tests.live import Server
from tests.pages.twelve import app_reads, open_page, plain


@pytest.fixture
def path(tmp_path, bundle):
    """An SQLite database, which the app reads."""
    found = tmp_path / "cohort.db"
    load_bundle(bundle, f"sqlite:///{found}")
    with app_reads(f"sqlite:///{found}"):
        yield found


@pytest.fixture
def route():
    return Readiness()


def ask(route):
    """Status and reason of an answer; a reason leaks nothing and ends in an error id."""
    with ThreadPoolExecutor(1) as thread:  # this one may have a browser's event loop
        answer = thread.submit(asyncio.run, route.answer(None)).result()
    content = json.loads(answer.body)
    assert content["ready"] is (answer.status_code == 200) and set(content) <= {"ready", "reason"}
    assert not LEAKS.search(content.get("reason", "")), content
    return answer.status_code, content.get("reason")


def change(path, statement):
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute(statement)
    connection.close()


def test_n04_a_right_database_is_ready_and_is_read_once_only(path, route, monkeypatch):
    read = []
    monkeypatch.setattr("data_access.reading.readiness.read_cohort", lambda *arguments: read.append(arguments) or {})
    assert [ask(route)[0] for _ in range(3)] == [200, 200, 200] and len(read) == 1
    os.utime(path)
    assert ask(route)[0] == 200 and len(read) == 2


FAULTS = {
    "is gone": (lambda path: path.unlink(), "must be a file"),
    "is empty": (lambda path: path.write_bytes(b""), "an empty file"),
    "is no database": (lambda path: path.write_text("a,b\n" * 999), "must be an SQLite database"),
    "has an old schema": (lambda path: change(path, "UPDATE dataset SET schema_version = 0"), "older version 0"),
    "has a new schema": (lambda path: change(path, "UPDATE dataset SET schema_version = 9"), "newer version 9"),
    "has other content": (lambda path: change(path, "UPDATE patient SET sex = 'male'"), "exactly what was impor"),
    "has no row": (lambda path: change(path, "DELETE FROM dataset"), "a database without one"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_n04_a_file_that_is_not_right_is_503_until_it_is_right_again(path, route, fault):
    kept = shutil.copy(path, path.with_name("kept"))
    assert ask(route)[0] == 200
    do, said = FAULTS[fault]
    do(path)
    status, reason = ask(route)
    assert status == 503 and said in reason
    shutil.move(kept, path)
    assert ask(route)[0] == 200


def test_n04_b03_b04_a_stopped_server_is_503_until_it_is_back(postgresql, cohort, route):
    assert ask(route)[0] == 200
    postgresql.stop()
    try:
        status, reason = ask(route)
    finally:
        postgresql.start()
    assert status == 503 and "does not answer" in reason
    assert ask(route)[0] == 200


def test_n04_b05_a_frozen_server_is_503_within_ten_seconds(postgresql, cohort, route):
    assert ask(route)[0] == 200
    started = time.monotonic()
    try:
        postgresql.signal_all(signal.SIGSTOP)
        assert ask(route)[0] == 503 and time.monotonic() - started <= 10
    finally:
        postgresql.signal_all(signal.SIGCONT)
    assert ask(route)[0] == 200


def test_n04_a_value_changed_on_the_server_is_503(postgresql, cohort, route):
    assert ask(route)[0] == 200
    postgresql.execute("UPDATE patient SET sex = 'male' WHERE patient_id = 'P01'", cohort.name)
    for _ in range(100):  # until the statistics of the server tell
        status, reason = ask(route)
        if status == 503:
            break
        time.sleep(0.1)
    assert status == 503 and "exactly what was imported" in reason


def test_n04_a_role_that_may_write_is_503(cohort, route):
    with app_reads(cohort.owner):
        assert "no right but SELECT" in ask(route)[1]


def test_n04_an_answer_comes_in_time_and_many_ask_for_one_check(path, route, monkeypatch):
    release, checks = threading.Event(), []

    def slow(*arguments):
        checks.append(arguments)
        release.wait(10)
        return check(*arguments)

    monkeypatch.setattr(ready_module, "check", slow)
    monkeypatch.setattr(ready_module, "ANSWER_SECONDS", 0.2)
    started = time.monotonic()
    assert [ask(route) for _ in range(3)] == [(503, ready_module.NOT_YET)] * 3
    assert time.monotonic() - started < 2 and len(checks) == 1
    release.set()
    route._running.result(10)
    assert ask(route) == (200, None)


def test_n04_what_is_not_foreseen_is_503_without_its_words(path, route, monkeypatch):
    def broken(*_):
        raise RuntimeError("SELECT secret FROM /tmp/x.db")

    monkeypatch.setattr(ready_module, "check", broken)
    assert ask(route)[1].startswith("The cohort database cannot be read at the moment. Error ")


def test_n04_the_live_server_has_the_route(path):
    server = Server(DATABASE_URL=f"sqlite:///{path}")
    try:
        assert server.ready() == (200, {"ready": True})
        kept = shutil.move(path, path.with_name("kept"))
        status, content = server.ready()
        assert status == 503 and not content["ready"] and "must be a file" in content["reason"]
        shutil.move(kept, path)
        started = time.monotonic()
        assert server.ready() == (200, {"ready": True}) and time.monotonic() - started < 2
    finally:
        server.stop()


def test_n04_the_route_is_right_below_a_base_path_and_with_a_slash(path):
    server = Server(base="/cart", DATABASE_URL=f"sqlite:///{path}")
    try:
        assert server.ready() == (200, {"ready": True})
        shutil.move(path, path.with_name("kept"))
        for address in ("/ready", "/ready/"):
            assert server.ready(path=address)[0] == 503
        server.url = server.url.removesuffix("/cart")
        assert server.ready()[0] == 503
    finally:
        server.stop()


def both_say(route, app):
    """The reason of /ready and what an open page says at its next run, without their ids; None for a good answer."""
    reason = ask(route)[1]
    errors = app.run().error
    shown = errors[0].value if errors else None
    return tuple(text and plain(text).split(" Error ")[0] for text in (reason, shown))


@pytest.mark.parametrize("fault", [f for f in FAULTS if f != "is gone"] + ["lost a byte", "was touched up"])
def test_n04_a_page_under_a_warm_server_says_what_ready_says(path, route, fault):
    """Numbers that were read before are not shown without a word beside a database that is not right any more."""
    kept, app = shutil.copy(path, path.with_name("kept")), open_page("survival")
    assert both_say(route, app) == (None, None)
    do, said = (FAULTS | MORE)[fault]
    do(path)
    reason, shown = both_say(route, app)
    assert reason == shown and said in shown
    shutil.move(kept, path)
    assert both_say(route, app) == (None, None)


def lose_a_byte(path):
    content, place = bytearray(path.read_bytes()), path.read_bytes().index(b"P01")
    content[place : place + 3] = b"P99"
    path.write_bytes(content)


def touch_up(path):
    """Changed by hand, with the time and size of the file as they were."""
    before = path.stat()
    lose_a_byte(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


MORE = {"lost a byte": (lose_a_byte, "must"), "was touched up": (touch_up, "must")}
GRANTS = {
    "a column to change": "GRANT UPDATE (sex) ON patient TO cohort_reader",
    "a column to fill": "GRANT INSERT (patient_id) ON patient TO cohort_reader",
    "a table to empty": "GRANT TRUNCATE ON relapse TO cohort_reader",
    "a trigger": "GRANT TRIGGER ON patient TO cohort_reader",
    "tables to make": "GRANT CREATE ON SCHEMA public TO cohort_reader",
    "tables to make, like everybody": "GRANT CREATE ON SCHEMA public TO PUBLIC",
    "schemas to make": "GRANT CREATE ON DATABASE {name} TO cohort_reader",
    "the place of the owner": "GRANT cohort_owner TO cohort_reader",
    "roles to give": "ALTER ROLE cohort_reader CREATEROLE",
    "every right": "ALTER ROLE cohort_reader SUPERUSER",
}
TAKEN_BACK = (
    "REVOKE UPDATE (sex), INSERT (patient_id), TRIGGER ON patient FROM cohort_reader",
    "REVOKE TRUNCATE ON relapse FROM cohort_reader",
    "REVOKE CREATE ON SCHEMA public FROM cohort_reader, PUBLIC",
    "REVOKE CREATE ON DATABASE {name} FROM cohort_reader",
    "REVOKE cohort_owner FROM cohort_reader",
    "ALTER ROLE cohort_reader NOCREATEROLE NOSUPERUSER",
)


@pytest.mark.parametrize("grant", GRANTS)
def test_n04_b12_a_role_that_could_write_anything_is_refused_by_page_and_ready(postgresql, cohort, route, grant):
    app = open_page("survival")
    assert both_say(route, app) == (None, None)
    postgresql.execute(GRANTS[grant].format(name=cohort.name), cohort.name)
    try:
        reason, shown = both_say(route, app)
    finally:
        for statement in TAKEN_BACK:
            postgresql.execute(statement.format(name=cohort.name), cohort.name)
    assert reason == shown and "no right but SELECT" in shown
    assert both_say(route, app) == (None, None)


@pytest.mark.parametrize("table", ["patient", "relapse", "dataset"])
def test_n04_a_revoked_table_is_refused_by_page_and_ready(postgresql, cohort, route, table):
    app = open_page("survival")
    assert both_say(route, app) == (None, None)
    postgresql.execute(f"REVOKE SELECT ON {table} FROM cohort_reader", cohort.name)
    reason, shown = both_say(route, app)
    assert reason == shown and "must be allowed to read" in shown
    postgresql.execute(f"GRANT SELECT ON {table} TO cohort_reader", cohort.name)
    assert both_say(route, app) == (None, None)


def test_n04_columns_granted_one_by_one_are_enough(postgresql, cohort, route):
    columns = ", ".join(column.name for column in TABLE["relapse"].columns)
    postgresql.execute("REVOKE SELECT ON relapse FROM cohort_reader", cohort.name)
    postgresql.execute(f"GRANT SELECT ({columns}) ON relapse TO cohort_reader", cohort.name)
    assert both_say(route, open_page("survival")) == (None, None)
    postgresql.execute("REVOKE SELECT (cns) ON relapse FROM cohort_reader", cohort.name)
    assert "must be allowed to read" in ask(route)[1]


def test_n04_a_truncated_table_is_noticed_at_once(postgresql, cohort, route):
    app = open_page("survival")
    assert both_say(route, app) == (None, None)
    postgresql.execute("TRUNCATE relapse", cohort.name)
    reason, shown = both_say(route, app)
    assert reason == shown and "exactly what was imported" in shown
