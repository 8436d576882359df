"""G01-G05, G14, G16, D19: who reaches the live server, and what anybody may do who does."""

import re
import socket
import subprocess
import time
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from data_access.load import load_bundle
from pages.parts.server import exposure
from pages.parts.server.guard import CLOSED, MEDIA, NEEDED, OWN
from pages.parts.server.visits import Visits
from tests.faults.handshake import answer, shaken, status
from tests.faults.sessions import Session
from tests.live import ROOT, Server, command, free_port, surroundings


@pytest.fixture(scope="module")
def database(tmp_path_factory, bundle):
    """The twelve patients, which every server here shows: what is asked is not how long the sample takes."""
    path = tmp_path_factory.mktemp("doors") / "cohort.db"
    load_bundle(bundle, f"sqlite:///{path}")
    return path


@pytest.fixture(scope="module")
def server(database):
    running = Server(log=database.with_name("log"), DATABASE_URL=f"sqlite:///{database}")
    running.log = database.with_name("log")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def own_address():
    """An address of this machine that is not loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing
            return probe.getsockname()[0]
        except OSError:
            return None


def listening(port):
    """Local addresses on which anything listens at that port, from the kernel's tables."""
    found = []
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            address, at = line.split()[1].split(":")
            if int(at, 16) == port and line.split()[3] == "0A":
                found.append(address)
    return found


def test_the_readme_s_command_listens_on_this_machine_only(server):
    assert listening(server.port) == ["0100007F"]


OPENING = {
    "an option": (["--server.address", "0.0.0.0"], {}),
    "an empty option": (["--server.address", ""], {}),
    "every IPv6 address": (["--server.address", "::"], {}),
    "a mapped address": (["--server.address", "::ffff:0.0.0.0"], {}),
    "a variable": ([], {"STREAMLIT_SERVER_ADDRESS": "0.0.0.0"}),
    "a name that is not this machine": (["--server.address", "no-such-host.invalid"], {}),
    "every host name": (["--server.allowedHosts", "*"], {}),
    "errors in full (N01)": (["--client.showErrorDetails", "full"], {}),
}


def start(options, **environment):
    """What a start that must fail says, and its exit code."""
    port = free_port()
    done = subprocess.run(
        command(port, *options), cwd=ROOT, env=surroundings(**environment), capture_output=True, text=True, timeout=60
    )
    return done.returncode, done.stderr, listening(port)


@pytest.mark.parametrize("how", OPENING)
def test_g04_it_does_not_start_where_others_could_reach_it(how):
    options, environment = OPENING[how]
    code, said, left = start(options, **environment)
    assert code != 0 and not left
    if "no-such-host" not in str(options):  # Streamlit itself cannot listen there
        assert said.startswith("The dashboard does not start.") and "Traceback" not in said


@pytest.mark.parametrize("name", exposure.SAFE)
def test_n01_an_option_that_drifted_from_what_was_shipped_is_named_and_nothing_starts(monkeypatch, name):
    shipped, asked = exposure.SAFE[name], exposure.config.get_option
    other = (not shipped) if isinstance(shipped, bool) else "full"
    assert asked(name) == shipped and exposure.refusal() is None
    monkeypatch.setattr(exposure.config, "get_option", lambda one: other if one == name else asked(one))
    assert exposure.drifted() == [name] and exposure.refusal().endswith(f" {name}.")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("open = false", "this machine only"),
        ("", "this machine only"),
        ('open = "yes"', "must be true or false"),
        ("open = 1", "must be true or false"),
        ("opened = true", "must be among open"),
        ("open = ", "readable TOML"),
    ],
)
def test_only_the_very_setting_opens_it(tmp_path, written, said):
    path = tmp_path / "cohort.toml"
    path.write_text(written)
    code, heard, _ = start(["--server.address", "0.0.0.0"], COHORT_CONFIG=str(path))
    assert code != 0 and said in heard


def test_a_settings_file_that_is_named_must_be_there(tmp_path):
    code, heard, _ = start([], COHORT_CONFIG=str(tmp_path / "none.toml"))
    assert code != 0 and "readable TOML" in heard


def test_an_open_dashboard_says_so_on_every_screen(tmp_path, own_address, database):
    path = tmp_path / "cohort.toml"
    path.write_text("open = true\n")
    hosts = ["localhost", *([own_address] if own_address else [])]
    options = ["--server.address", "0.0.0.0", *(part for host in hosts for part in ("--server.allowedHosts", host))]
    running = Server(options=options, COHORT_CONFIG=str(path), DATABASE_URL=f"sqlite:///{database}")
    try:
        session = Session(running.url)
        for page in session.pages:
            said = session.first.alerts if page == "" else session.open(page).alerts
            assert any("Open to the network without sign-in" in alert for alert in said), page
        session.close()
        if own_address:
            assert status(running.port, "/ready", own_address, address=own_address) == 200
    finally:
        running.stop()


def test_a_server_that_was_started_past_streamlit_answers_this_machine_only(own_address, database):
    port = free_port()
    started = [command(port)[0], "-m", "uvicorn", "dashboard:app", "--host", "0.0.0.0", "--port", str(port)]
    shown = surroundings(DATABASE_URL=f"sqlite:///{database}")
    running = subprocess.Popen(started, cwd=ROOT, env=shown, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            try:
                assert status(port, "/ready", "localhost") == 200
                break
            except OSError:
                time.sleep(0.1)
        if own_address:
            assert status(port, "/ready", "localhost", address=own_address) == 403
            assert shaken(port, "localhost", address=own_address) == 403
    finally:
        running.terminate()
        running.wait(10)


def test_g01_g03_g04_only_the_page_s_own_host_and_origin_shake_hands(server):
    port = server.port
    here, numbers, six = f"localhost:{port}", f"127.0.0.1:{port}", f"[::1]:{port}"
    taken = [(here, f"http://{here}"), (numbers, f"http://{numbers}"), (six, f"http://{six}"), (here, None)]
    assert [shaken(port, *pair) for pair in taken] == [101] * 4
    foreign = [
        ("evil.example", "http://evil.example"),  # DNS rebinding: equal, and foreign
        (f"evil.example:{port}", f"http://evil.example:{port}"),
        ("evil.example", None),
        (f"localhost.evil.example:{port}", None),
        (here, "http://evil.example"),
        (here, "http://localhost:3000"),  # another program on this machine
        (here, "http://localhost"),
        (here, f"http://{numbers}"),
        (here, f"ftp://{here}"),
        (here, "null"),
        (here, "http://localhost:99999"),
        (f"user@{here}", None),
        ("", None),
    ]
    assert {pair: shaken(port, *pair) for pair in foreign if shaken(port, *pair) < 400} == {}


@pytest.mark.parametrize(
    "path", ["/", "/ready", "/_stcore/health", "/_stcore/host-config", "/media/x.csv", "/survival"]
)
def test_g04_a_foreign_host_or_origin_reads_nothing(server, path):
    here = f"localhost:{server.port}"
    assert status(server.port, path, "evil.example") == 403
    assert status(server.port, path, here, Origin="http://localhost:3000") == 403
    assert "access-control-allow-origin" not in answer(server.port, path, here, Origin=f"http://{here}").lower()


def test_a_proxy_s_origin_that_is_listed_is_taken(database):
    options = ["--server.corsAllowedOrigins", "https://cart.example.org"]
    running = Server(options=options, DATABASE_URL=f"sqlite:///{database}")
    try:
        here = f"localhost:{running.port}"
        assert status(running.port, "/ready", here, Origin="https://cart.example.org") == 200
        assert status(running.port, "/ready", here, Origin="http://cart.example.org") == 403
    finally:
        running.stop()


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics",
        "/_stcore/metrics?families=active_sessions",
        "/_stcore/script-health-check",
        "/_stcore/agent/interact",
        "/_stcore/agent/openapi.json",
        "/_stcore/agent/mcp",
        "/_stcore/upload_file/a/b",
        "/_stcore/allowed-message-origins",
        "/component/x/index.html",
    ],
)
def test_g14_endpoints_that_the_dashboard_has_no_use_for_are_closed(server, path):
    assert status(server.port, path, "localhost") == 404


def test_the_agent_api_stays_closed_when_it_is_switched_on(database):
    running = Server(DATABASE_URL=f"sqlite:///{database}", STREAMLIT_SERVER_ENABLE_AGENT_API="true")
    try:
        for method in ("GET", "POST"):
            assert status(running.port, "/_stcore/agent/interact", "localhost", method=method) in (404, 405)
    finally:
        running.stop()


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_nothing_is_changed_by_a_request(server, method):
    for path in ("/_stcore/upload_file/a/b", "/ready", "/_stcore/agent/interact"):
        assert status(server.port, path, "localhost", method=method, Content_Length="0") == 405


def test_g16_answers_carry_what_a_browser_needs_to_be_careful(server):
    said = answer(server.port, "/", "localhost").lower()
    for line in ("x-content-type-options: nosniff", "referrer-policy: same-origin", "x-frame-options: sameorigin"):
        assert line in said
    cookie = re.search(r"set-cookie: (cohort_visit=.*)\r\n", said)[1]
    assert "httponly" in cookie and "samesite=lax" in cookie


def test_c07_nobody_can_empty_the_caches_of_everybody(server):
    session = Session(server.url)
    started = time.monotonic()
    session.run()
    warm = time.monotonic() - started
    for name in ("clear_cache", "load_git_info", "set_run_on_save"):
        session.say(BackMsg(**{name: True}))
    install = BackMsg()
    install.backend_operation_request.session_id = session.id
    install.backend_operation_request.install_skills.SetInParent()
    session.say(install)
    started = time.monotonic()
    assert sorted(session.run().texts) == sorted(session.first.texts)
    assert time.monotonic() - started < 5 * warm + 0.2
    session.close()
    assert "a message that is not heard" in server.log.read_text()


def test_g05_a_session_of_another_browser_is_not_taken_over(server):
    mine = Session(server.url, cookie="cohort_visit=" + "a" * 43)
    for cookie in ("", "cohort_visit=" + "b" * 43, "cohort_visit=short"):
        other = Session(server.url, cookie=cookie, resume=mine.id)
        assert other.id and other.id != mine.id
        other.close()
    assert mine.run().texts  # still connected: nobody has pushed it out
    again = Session(server.url, cookie="cohort_visit=" + "a" * 43, resume=mine.id)
    assert again.id == mine.id
    again.close()
    mine.close()


def test_g02_a_hundred_foreign_handshakes_keep_nobody_from_the_server(server):
    for _ in range(100):
        assert shaken(server.port, f"localhost:{server.port}", "http://evil.example") == 403
    begun = time.monotonic()
    assert status(server.port, "/_stcore/health", "localhost") == 200 and time.monotonic() - begun < 0.2


def test_m08_a_tab_that_reads_nothing_takes_little_memory_and_nobody_waits_for_it(server):
    def memory():
        [line] = [one for one in Path(f"/proc/{server.process.pid}/status").read_text().splitlines() if "VmRSS" in one]
        return int(line.split()[1]) // 1000  # MB

    paused, other = (Session(server.url, cookie="cohort_visit=" + letter * 43) for letter in "cd")
    other.run()
    before = memory()
    message = BackMsg()
    message.rerun_script.page_script_hash = paused.pages["survival"]
    for _ in range(200):
        paused.say(message)
    assert other.run().texts and other.seconds < 10
    assert memory() - before < 100
    for one in (paused, other):
        one.close()


def test_m10_a_killed_server_is_back_within_twenty_seconds_and_an_open_tab_gets_a_session(database):
    first = Server(DATABASE_URL=f"sqlite:///{database}")
    tab = Session(first.url, "sex=female", cookie="cohort_visit=" + "e" * 43)
    first.process.kill()
    first.process.wait(10)
    begun = time.monotonic()
    second = Server(port=first.port, DATABASE_URL=f"sqlite:///{database}")
    try:
        assert second.ready()[0] == 200 and time.monotonic() - begun < 20
        again = Session(second.url, "sex=female", cookie="cohort_visit=" + "e" * 43, resume=tab.id)
        assert not again.first.alerts and again.first.texts == tab.first.texts
        again.close()
    finally:
        second.stop()


def test_d19_h12_a_file_is_for_the_browser_that_was_told_of_it(server):
    mine = Session(server.url, "details=open", cookie="cohort_visit=" + "a" * 43)
    address = mine.download()
    assert address.startswith("/media/"), address
    here = f"localhost:{server.port}"
    whole = answer(server.port, address, here, Cookie="cohort_visit=" + "a" * 43)
    assert " 200 " in whole.split("\r\n")[0] and "cache-control: private, no-store" in whole.lower()
    assert status(server.port, address, here, Cookie="cohort_visit=" + "a" * 43) == 403  # H12: a copy is a click again
    assert mine.download() == address
    assert status(server.port, address, here, Cookie="cohort_visit=" + "a" * 43) == 200
    assert status(server.port, address, here) == 403
    assert status(server.port, address, here, Cookie="cohort_visit=" + "b" * 43) == 403
    mine.close()


def test_what_was_refused_is_in_the_log_once_a_minute_without_what_was_asked(server):
    before = server.log.read_bytes()
    for _ in range(100):
        status(server.port, "/ready", "P00123.example")
    grown = server.log.read_bytes()[len(before) :]
    assert len(grown) < 1_000 and b"P00123" not in grown


def test_the_document_says_of_every_endpoint_whether_it_is_open():
    said = (ROOT / "docs" / "operating.md").read_text("utf-8")
    for name in (*NEEDED, "metrics", "upload_file/", "script-health-check", "agent/"):
        assert f"`{OWN}{name}" in said, name
    for path in (*CLOSED, MEDIA, "/ready"):
        assert f"`{path}" in said, path


def test_a_file_leaves_with_the_click_that_asked_for_it_and_not_again():
    """Streamlit's button fetches it, too, to see whether it is there: where it came first, the browser got nothing."""
    visits = Visits()
    visits.note("token", "file.csv")
    assert not visits.take("other", "file.csv") and not visits.take(None, "file.csv")
    assert [visits.take("token", "file.csv") for _ in range(3)] == [True, True, False]
    visits.note("token", "file.csv")
    assert visits.take("token", "file.csv")
