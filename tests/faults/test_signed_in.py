"""G06, G14, G17, H04: a live server behind a proxy that says who somebody is; who is not sent by it has nothing."""

import json
import re

import pytest
from starlette.datastructures import Headers

from data_access.audit import entries, verify
from data_access.load import load_bundle
from pages.parts.server import proxy, sign_in_settings
from pages.parts.server.guard import WATCHED
from pages.parts.server.settings import Settings, read_settings, secret_of
from pages.parts.server.sign_in_routes import local_address
from tests.faults.handshake import shaken, status
from tests.faults.routes import every_route
from tests.faults.sessions import Session
from tests.faults.test_doors import start
from tests.live import ROOT, Server

SECRET = "proxy-secret-of-more-than-32-letters-0123456789"
ACCESS = """
[[grant]]
user = "ada"
roles = ["clinician", "exporter"]
sites = "all"
[[grant]]
group = "counts"
roles = ["aggregate"]
sites = "all"
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory, bundle):
    folder = tmp_path_factory.mktemp("signed")
    load_bundle(bundle, f"sqlite:///{folder}/cohort.db")
    (folder / "secret").write_text(SECRET)
    (folder / "secret").chmod(0o600)
    (folder / "access.toml").write_text(ACCESS)
    (folder / "cohort.toml").write_text(
        f'sign_in = "header"\naccess = "{folder}/access.toml"\nproxy_secret = "{folder}/secret"\n'
    )
    return folder


@pytest.fixture(scope="module")
def server(place):
    running = Server(
        log=place / "log",
        DATABASE_URL=f"sqlite:///{place}/cohort.db",
        COHORT_CONFIG=str(place / "cohort.toml"),
        COHORT_AUDIT=str(place / "audit"),
    )
    yield running
    running.stop()


def by_proxy(name, groups="", secret=SECRET):
    return {"X-Cohort-Proxy": secret, "X-Forwarded-User": name, "X-Forwarded-Groups": groups}


def as_path(headers):
    return {name.replace("-", "_"): value for name, value in headers.items()}


FORGED = {
    "nothing": {},
    "a name": {"X-Forwarded-User": "ada"},
    "our own header": {"X-Cohort-User": "ada", "X-Cohort-Groups": "counts"},
    "another secret": by_proxy("ada", secret=SECRET[:-1]),
    "an empty secret": by_proxy("ada", secret=""),
}


@pytest.mark.parametrize(
    "path", ["/", "/survival", "/_stcore/host-config", "/media/x.csv", "/auth/login", "/_stcore/x"]
)
@pytest.mark.parametrize("forged", FORGED)
def test_g06_g14_without_the_proxy_s_word_there_is_nothing(server, path, forged):
    assert status(server.port, path, "localhost", **as_path(FORGED[forged])) == 403
    assert shaken(server.port, "localhost", **as_path(FORGED[forged])) == 403


def test_g14_no_route_of_the_server_answers_without_the_proxy_s_word_but_those_that_watch_it(server):
    """Every route that the router knows, by every method; a new one of Streamlit is asked, too."""
    asked = {path or "/" for path, _ in every_route()}
    assert len(asked) > 15 and set(WATCHED) <= asked
    for path in asked:
        for method in ("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH"):
            said = status(server.port, path, "localhost", method=method, Content_Length="0")
            is_open = path in WATCHED and method in ("GET", "HEAD", "OPTIONS")
            assert said == 403 or (is_open and said < 500) or (path in WATCHED and said == 405), (method, path, said)
        assert shaken(server.port, "localhost", path=path) == 403 or path in WATCHED, path


def test_g14_every_route_of_the_server_stands_in_the_table_of_the_document():
    document = (ROOT / "docs" / "deployment.md").read_text("utf-8")
    [table] = re.findall(r"^\| endpoint \| sign-in by OIDC .*?\n\n", document, re.M | re.S)
    named = re.findall(r"`(/[^`]*?)(?:\.\.\.)?`", table)
    for path in {path for path, _ in every_route()} - {"", "/overview"}:  # the frame and a page
        assert any(path.startswith(name) for name in named if name != "/"), path


def test_g14_whatever_watches_the_server_needs_no_account(server):
    assert status(server.port, "/ready", "localhost") == 200
    assert status(server.port, "/_stcore/health", "localhost") == 200


def test_h04_h05_whoever_the_proxy_names_has_what_is_granted_and_each_act_is_one_line(server, place):
    session = Session(server.url, **by_proxy("ada"))
    assert not session.first.alerts and any("patients" in text for text in session.first.texts)
    session.run()
    session.close()
    nobody = Session(server.url, **by_proxy("eve", "staff,others"))
    assert nobody.first.alerts and not nobody.first.tables
    nobody.close()
    many = Session(server.url, **by_proxy("cy", "staff, counts"))
    hidden = ("Fewer than 8 patients", "This figure is of single patients or of groups too small")
    assert all(alert.startswith(hidden) for alert in many.first.alerts)
    many.close()
    lines = [json.loads(line) for _, line in entries(place / "audit")]
    assert [(line["who"], line["action"], line["outcome"]) for line in lines] == [
        *(("ada", "sign_in", "done"), ("ada", "page", "done"), ("eve", "sign_in", "denied")),
        *(("cy", "sign_in", "done"), ("cy", "page", "done")),
    ]
    assert verify(place / "audit")[0] == [] and lines[1]["facts"]["page"] == "overview" and lines[1]["facts"]["n"] == 10


@pytest.mark.parametrize(
    ("sent", "user", "goes_on"),
    [
        ([("x-forwarded-user", "ada"), ("x-cohort-proxy", SECRET)], "ada", True),
        ([("x-forwarded-user", "ada"), ("x-forwarded-user", "eve"), ("x-cohort-proxy", SECRET)], "", True),
        ([("x-cohort-user", "ada"), ("x-cohort-proxy", SECRET)], "", True),
        ([("x-forwarded-user", "ada"), ("x-cohort-proxy", SECRET), ("x-cohort-proxy", "b")], "", False),
        ([("x-forwarded-user", "ada")], "", False),
    ],
)
def test_g06_one_name_beside_one_proof_counts_and_nothing_else_passes(monkeypatch, place, sent, user, goes_on):
    monkeypatch.setattr(proxy, "settings", lambda: Settings(sign_in="header", proxy_secret=str(place / "secret")))
    raw = [(name.encode(), value.encode()) for name, value in sent]
    scope, is_known = proxy.named({"type": "http", "headers": raw})
    headers = Headers(scope=scope)
    assert is_known is goes_on and headers.get("x-cohort-user", "") == user
    assert "x-cohort-proxy" not in headers and "x-forwarded-user" not in headers


WRONG = {
    "no access file": ('access = "{folder}/none"\nproxy_secret = "{folder}/secret"', "must name the file"),
    "no secret": ('access = "{folder}/access.toml"', "must name a readable file"),
    "a short secret": ('access = "{folder}/access.toml"\nproxy_secret = "{folder}/short"', "at least 32 letters"),
    "a secret for everybody": ('access = "{folder}/access.toml"\nproxy_secret = "{folder}/open"', "closed to others"),
}


@pytest.mark.parametrize("how", WRONG)
def test_g17_with_a_secret_that_is_missing_or_weak_it_does_not_start(place, how):
    for name, words, mode in (("short", "x", 0o600), ("open", SECRET, 0o644)):
        (place / name).write_text(words)
        (place / name).chmod(mode)
    written, said = WRONG[how]
    (place / "wrong.toml").write_text('sign_in = "header"\n' + written.format(folder=place))
    code, heard, _ = start([], COHORT_CONFIG=str(place / "wrong.toml"))
    assert code != 0 and said in heard


GOOD = {
    "redirect_uri": "https://cart.example.org/oauth2callback",
    "cookie_secret": "8f3b1c0de7a94562b1f09c3d7e5a6042",
    "client_id": "cart",
    "client_secret": "s",
    "server_metadata_url": "https://id.example.org/.well-known/openid-configuration",
}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, None),
        ({"cookie_secret": "xxx"}, "letters of chance"),
        ({"cookie_secret": "x" * 64}, "letters of chance"),
        ({"client_secret": ""}, "got: none of client_secret"),
        ({"redirect_uri": "http://cart.example.org/oauth2callback"}, "must begin with https"),
        ({"server_metadata_url": "http://id.example.org/x"}, "must begin with https"),
        ({"redirect_uri": "http://localhost:8501/oauth2callback"}, None),
    ],
)
def test_g17_a_provider_that_is_not_safe_is_refused(monkeypatch, tmp_path, change, said):
    (tmp_path / "access.toml").write_text("")

    class Secrets(dict):
        def load_if_toml_exists(self):
            return True

    monkeypatch.setattr(sign_in_settings, "secrets_singleton", Secrets(auth=GOOD | change))
    found = sign_in_settings.wrong_sign_in(Settings(sign_in="oidc", access=str(tmp_path / "access.toml")))
    assert found is None if said is None else said in found


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("/survival?sex=female", "/survival?sex=female"),
        ("/cart/survival", "/cart/survival"),
        ("/?by=centre", "/?by=centre"),
        ("//evil.example/x", ""),
        ("https://evil.example/", ""),
        ("/\\evil.example", ""),
        ("/..%2f..", ""),
        ("javascript:alert(1)", ""),
        ("/a\r\nSet-Cookie: x=1", ""),
        ("/" + "a" * 3000, ""),
        ("", ""),
    ],
)
def test_nobody_is_led_elsewhere_after_signing_in(address, local):
    assert local_address(address) == local


def test_the_settings_of_a_sign_in_are_checked(tmp_path, monkeypatch):
    path = tmp_path / "cohort.toml"
    monkeypatch.setenv("COHORT_CONFIG", str(path))
    for written, said in (
        ('sign_in = "ldap"', "local, oidc or header"),
        ("sign_in = true", "must be a text"),
        ("small_cells = 0", "at least 1"),
        ('small_cells = "8"', "a whole number"),
    ):
        path.write_text(written)
        with pytest.raises(ValueError, match=said):
            read_settings()
    path.write_text('sign_in = "oidc"\nuser = "email"')
    assert read_settings().user_name == "email" and read_settings().groups_name == "groups"
    secret = tmp_path / "secret"
    secret.write_text(SECRET + "\n")
    secret.chmod(0o640)
    assert secret_of(secret) == SECRET
