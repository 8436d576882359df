"""Family B: a PostgreSQL server that stops, restarts, freezes, refuses, is slow, full, or cut off."""

import signal
import threading
import time
from contextlib import ExitStack, contextmanager

import psycopg
import pytest
import sqlalchemy as sa

from data_access.bundle.problems import DatabaseProblem
from data_access.load import load_bundle
from data_access.reading import limits, queries, server
from data_access.reading.engine import connect, open_engine, rights_and_signs
from data_access.reading.queries import dataset_row, fetch_table, read_cohort
from tests.faults.proxy import Proxy, black_hole
from tests.faults.screen import blocked, is_whole, sentence
from tests.pages.twelve import PAGES, PATIENTS, app_reads, open_page, patients_line, write_bundle

BUSY, CUT, SLOW, GONE = "database is busy", "server was cut", "gave no answer within", "does not answer"


@pytest.fixture
def through(postgresql, cohort):
    """through(latency=..., ...): the URL of the cohort behind a bad network."""
    with ExitStack() as open_proxies:

        def make(**faults):
            proxy = Proxy(postgresql, **faults)
            open_proxies.callback(proxy.close)
            return proxy.url(cohort)

        yield make


def read(url):
    """Everything, as the pages read it."""
    engine = open_engine(url)
    try:
        with connect(engine) as connection:
            return read_cohort(connection, dataset_row(connection), "all")
    finally:
        engine.dispose()


@contextmanager
def at_most(seconds):
    started = time.monotonic()
    yield
    assert time.monotonic() - started <= seconds


def heals(app):
    """The same session, run again, is whole."""
    with at_most(10):
        app.run()
    assert is_whole(app)


@pytest.fixture
def meanwhile(monkeypatch):
    """meanwhile(action): do it when the third table of a page run is about to be read."""

    def plan(action):
        read_so_far = []

        def fetch(connection, name, scope):
            read_so_far.append(name)
            if len(read_so_far) == 3:
                action()
            return fetch_table(connection, name, scope)

        monkeypatch.setattr(queries, "fetch_table", fetch)

    return plan


@contextmanager
def frozen(postgresql):
    try:
        postgresql.signal_all(signal.SIGSTOP)
        yield
    finally:
        postgresql.signal_all(signal.SIGCONT)


def test_a06_a_value_changed_on_the_server_is_refused_by_the_content_hash(postgresql, cohort):
    postgresql.execute("UPDATE mrd_assessment SET level = level * 1.0000001 WHERE level IS NOT NULL", cohort.name)
    assert "must hold exactly what was imported" in blocked()[1]


def test_b01_a_backend_ended_in_mid_query_is_one_message_and_the_retry_works(postgresql, cohort, meanwhile):
    meanwhile(lambda: postgresql.disconnect(cohort.name))
    app, said = blocked()
    assert CUT in said
    heals(app)


def test_b01_a_backend_ended_while_its_query_runs(postgresql, cohort):
    threading.Timer(0.5, postgresql.disconnect, [cohort.name]).start()
    with at_most(3.9), pytest.raises(DatabaseProblem, match=CUT), connect(open_engine(cohort.reader)) as connection:
        connection.exec_driver_sql("SELECT pg_sleep(4)")


def test_b01_a_backend_ended_between_two_runs_is_not_noticed(postgresql, cohort):
    app = open_page("overview")
    postgresql.disconnect(cohort.name)
    heals(app)


def test_b02_after_an_immediate_restart_the_user_sees_nothing(postgresql, cohort):
    app = open_page("survival")
    postgresql.stop()
    postgresql.start()
    heals(app)


def test_b03_a_server_stopped_during_a_page_run_leaves_no_half_page_and_b04_back_it_is_good(
    postgresql, cohort, meanwhile
):
    meanwhile(postgresql.stop)
    try:
        app, said = blocked()
        assert CUT in said or GONE in said
        assert GONE in sentence(app.run())
    finally:
        postgresql.start()
    heals(app)


def test_b03_a_stopped_server_is_a_sentence_on_every_page_and_b04_gone_when_it_is_back(postgresql, cohort):
    sessions = {page: open_page(page) for page in PAGES}
    assert all(map(is_whole, sessions.values()))
    postgresql.stop()
    try:
        for app in sessions.values():
            assert GONE in sentence(app.run())
            assert any("tries again by itself" in caption.value for caption in app.caption)
    finally:
        postgresql.start()
    for app in sessions.values():
        heals(app)


def test_b05_a_server_frozen_between_two_runs_is_said_within_ten_seconds(postgresql, cohort):
    app = open_page("overview")
    with frozen(postgresql), at_most(10):
        app.run(timeout=30)
    assert SLOW in sentence(app) or GONE in sentence(app)
    heals(app)


def test_b05_a_server_frozen_during_a_page_run_is_said_within_ten_seconds(postgresql, cohort, meanwhile):
    since = []
    meanwhile(lambda: (since.append(time.monotonic()), postgresql.signal_all(signal.SIGSTOP)))
    try:
        app, said = blocked()
        assert SLOW in said and time.monotonic() - since[0] <= 10
    finally:
        postgresql.signal_all(signal.SIGCONT)
    heals(app)


def test_b05_a_frozen_server_lets_nobody_in_and_that_is_said_at_once(postgresql, cohort):
    with frozen(postgresql), at_most(3), pytest.raises(DatabaseProblem, match=GONE):
        read(cohort.reader)
    assert len(read(cohort.reader)["patient"]) == 12


def test_b06_a_network_that_swallows_the_connection_request_is_said_within_three_seconds(cohort):
    with black_hole() as port, at_most(3), pytest.raises(DatabaseProblem, match=GONE):
        read(cohort.reader.split("@")[0] + f"@127.0.0.1:{port}/{cohort.name}")


def test_b06_a_server_that_takes_the_connection_and_says_nothing_is_said_within_three_seconds(through):
    with at_most(3), pytest.raises(DatabaseProblem, match=GONE):
        read(through(swallows=True))


def test_b06_on_a_page(through):
    with app_reads(through(swallows=True)), at_most(4):
        assert GONE in blocked()[1]


def test_b07_two_seconds_of_latency_end_in_a_banner_within_the_budget(through):
    with app_reads(through(latency=2)), at_most(10):
        assert GONE in blocked()[1]


def test_b07_a_slow_network_that_loses_packets_gives_the_whole_page(through):
    with app_reads(through(latency=0.01, loss=0.05)), at_most(20):
        assert is_whole(open_page("overview"))


def test_b08_a_connection_reset_after_any_number_of_bytes_is_an_error_and_never_a_short_result(through, cohort):
    right, refused = {name: len(frame) for name, frame in read(cohort.reader).items()}, 0
    for number in (0, 100, 400, 800, 1500, 2500, 4000, 6000, 9000, 12000, 16000, 10**9):
        try:
            found = read(through(reset_after=number))
        except DatabaseProblem as problem:
            assert CUT in problem.sentence or GONE in problem.sentence, (number, problem.sentence)
            refused += 1
        else:
            assert {name: len(frame) for name, frame in found.items()} == right
    assert refused >= 8


def active(postgresql, cohort):
    return postgresql.execute(
        f"SELECT query FROM pg_stat_activity WHERE state = 'active' AND datname = '{cohort.name}'"
    )


def test_b09_a_slow_query_is_ended_by_the_server_itself(postgresql, cohort):
    with (
        at_most(limits.SERVER_SECONDS + 3),
        pytest.raises(DatabaseProblem, match=SLOW),
        connect(open_engine(cohort.reader)) as connection,
    ):
        connection.exec_driver_sql("SELECT pg_sleep(60)")
    assert not active(postgresql, cohort)


def test_b09_a_server_that_does_not_end_it_is_left_at_our_own_deadline(cohort, monkeypatch):
    monkeypatch.setattr(limits, "QUERY_SECONDS", 1)
    monkeypatch.setattr(server, "FOR_THE_TRANSACTION", "SET LOCAL statement_timeout = 0")
    with at_most(4), pytest.raises(DatabaseProblem, match=SLOW), connect(open_engine(cohort.reader)) as connection:
        connection.exec_driver_sql("SELECT pg_sleep(8)")


def test_b09_a_table_that_another_program_has_locked_is_said(cohort):
    with psycopg.connect(cohort.owner.replace("+psycopg", "")) as holder:
        holder.execute("LOCK TABLE relapse IN ACCESS EXCLUSIVE MODE")
        with at_most(4), pytest.raises(DatabaseProblem, match="locked by another program"):
            read(cohort.reader)


def test_b10_a_pool_that_is_used_up_says_busy(cohort, monkeypatch):
    monkeypatch.setattr(limits, "POOL_SECONDS", 0.3)
    engine = open_engine(cohort.reader, pooled=True)
    with ExitStack() as held:
        for _ in range(engine.pool.size() + engine.pool._max_overflow):
            held.enter_context(connect(engine))
        with pytest.raises(DatabaseProblem, match=BUSY), connect(engine):
            pass
    with connect(engine) as connection:
        assert dataset_row(connection).title
    engine.dispose()


def test_b11_a_server_without_a_free_connection_says_busy(postgresql, cohort):
    with ExitStack() as held:
        with pytest.raises(psycopg.OperationalError):
            for _ in range(40):
                held.enter_context(psycopg.connect(cohort.owner.replace("+psycopg", "")))
        app, said = blocked()
        assert BUSY in said
    heals(app)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO product (product_code) VALUES ('X')",
        "UPDATE patient SET sex = 'male'",
        "DELETE FROM relapse",
        "TRUNCATE patient",
        "CREATE TABLE x (y int)",
        "DROP TABLE patient",
        "ALTER TABLE patient ADD COLUMN x int",
        "CREATE TEMP TABLE x (y int)",
        "CREATE SCHEMA x",
        "COPY patient TO PROGRAM 'cat'",
        "COPY product FROM PROGRAM 'ls'",
        "COPY patient TO '/tmp/x.csv'",
        "CREATE ROLE x",
        "CREATE EXTENSION dblink",
        "SELECT pg_read_file('/etc/passwd')",
        "LOCK TABLE patient IN ACCESS EXCLUSIVE MODE",
    ],
)
def test_b12_the_readers_role_has_not_the_right(cohort, statement):
    with psycopg.connect(cohort.reader.replace("+psycopg", "")) as connection:
        connection.execute("SET default_transaction_read_only = off")
        connection.commit()
        with pytest.raises(psycopg.Error) as refused:
            connection.execute(statement)
    assert refused.value.sqlstate == "42501"


@pytest.mark.parametrize("statement", ["INSERT INTO product (product_code) VALUES ('X')", "DELETE FROM relapse"])
@pytest.mark.parametrize(
    "before",
    [
        "SET TRANSACTION READ WRITE",
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
        "SET default_transaction_read_only = off",
    ],
)
def test_b13_writing_cannot_be_switched_on(postgresql, cohort, before, statement):
    with pytest.raises(DatabaseProblem), connect(open_engine(cohort.reader)) as connection:
        connection.exec_driver_sql(before)
        connection.exec_driver_sql(statement)
    with pytest.raises(DatabaseProblem), connect(open_engine(cohort.reader)) as connection:
        dataset_row(connection)
        connection.exec_driver_sql(before)
        connection.exec_driver_sql(statement)
    assert len(read(cohort.reader)["relapse"]) == 2


def test_b13_a_role_that_may_write_is_refused(cohort):
    with pytest.raises(DatabaseProblem, match="no right but SELECT"), connect(open_engine(cohort.owner)) as connection:
        rights_and_signs(connection)
    with app_reads(cohort.owner):
        assert "no right but SELECT" in blocked()[1]


def test_b16_a_changed_password_is_a_message_without_the_address(postgresql, cohort):
    app = open_page("overview")
    postgresql.execute("ALTER ROLE cohort_reader PASSWORD 'hunter2'")
    try:
        postgresql.disconnect(cohort.name)
        said = sentence(app.run())
    finally:
        postgresql.execute("ALTER ROLE cohort_reader PASSWORD 'change-me-reader'")
    assert "must accept the user and password" in said and "cohort" not in said and "hunter2" not in said
    heals(app)


@pytest.mark.parametrize(
    ("before", "after", "word"),
    [
        ("@/cohort_", "@/nosuch_", "must be on the server"),
        ("cohort_reader@", "nobody@", "user and password"),
        ("?host=", "?host=/nosuch", "does not answer"),
        ("cohort_reader@", "cohort_reader:guess@", "user and password"),
    ],
)
def test_b16_a_wrong_address_is_a_message_without_it(cohort, before, after, word):
    with app_reads(cohort.reader.replace(before, after)):
        said = blocked()[1]
    assert word in said and after.strip("@/:?") not in said


def test_b17_one_page_reads_one_snapshot_while_an_import_goes_on(cohort, tmp_path, meanwhile, monkeypatch):
    other = write_bundle(tmp_path / "other", *PATIENTS[:6])
    meanwhile(lambda: load_bundle(other, cohort.owner))
    app = open_page("patients")
    assert is_whole(app) and patients_line(app) == "10 of 10 patients"
    app.run()
    assert is_whole(app) and patients_line(app) == "6 of 6 patients"


def test_b17_rows_and_tables_of_one_connection_are_of_one_version(cohort, tmp_path):
    other = write_bundle(tmp_path / "other", *PATIENTS[:6])
    with connect(open_engine(cohort.reader)) as connection:
        row = dataset_row(connection)
        load_bundle(other, cohort.owner)
        assert len(read_cohort(connection, row, "all")["patient"]) == 12
        isolation = connection.scalar(sa.text("SHOW transaction_isolation"))
        assert (isolation, connection.scalar(sa.text("SHOW transaction_read_only"))) == ("repeatable read", "on")
    assert len(read(cohort.reader)["patient"]) == 6


def test_nothing_set_for_one_transaction_stays_on_a_pooled_connection(cohort):
    engine = open_engine(cohort.reader, pooled=True)
    with connect(engine):
        pass
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SHOW statement_timeout")) == "0"
    engine.dispose()
