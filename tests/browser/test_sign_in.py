"""Signing in at a provider of OpenID Connect, in Chromium: who comes with a link is back at that link afterwards.
G08: a cookie that somebody changed is no sign-in. G18: without the provider nobody comes in, and who is in stays in."""

import json
import subprocess
import sys
import time
import urllib.request

import pytest

from data_access.audit import entries, verify
from tests.browser.conftest import Screen, Server
from tests.faults.handshake import answer, status
from tests.faults.routes import every_route
from tests.faults.sessions import Session
from tests.live import free_port

ACCESS = """
[[grant]]
group = "cart"
roles = ["clinician"]
sites = "all"
"""
SECRETS = """
[auth]
redirect_uri = "http://localhost:{port}/oauth2callback"
cookie_secret = "8f3b1c0de7a94562b1f09c3d7e5a6042"
client_id = "cart"
client_secret = "secret-of-the-client"
server_metadata_url = "http://localhost:{provider}/.well-known/openid-configuration"
"""


@pytest.fixture(scope="module")
def provider():
    """A provider with two people, one of them in a group that is granted something."""
    port = free_port()
    people = [{"sub": "ada", "groups": ["cart"]}, {"sub": "eve", "groups": ["staff"]}]
    options = [part for person in people for part in ("--user-claims", json.dumps(person))]
    process = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _ in range(200):
        try:
            urllib.request.urlopen(f"http://localhost:{port}/.well-known/openid-configuration", timeout=1).close()
            break
        except OSError:
            time.sleep(0.1)
    yield port, process
    process.terminate()
    process.wait(10)


@pytest.fixture(scope="module")
def server(provider, tmp_path_factory):
    folder = tmp_path_factory.mktemp("oidc")
    (folder / "access.toml").write_text(ACCESS)
    (folder / "cohort.toml").write_text(f'sign_in = "oidc"\naccess = "{folder}/access.toml"\n')
    running = None
    port = free_port()
    (folder / "secrets.toml").write_text(SECRETS.format(port=port, provider=provider[0]))
    running = Server(
        port=port,
        options=["--secrets.files", str(folder / "secrets.toml")],
        COHORT_CONFIG=str(folder / "cohort.toml"),
        COHORT_AUDIT=str(folder / "audit"),
    )
    running.folder = folder
    yield running
    running.stop()


def sign_in(page, name):
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name=name, exact=True).first.click()


def test_a_link_a_sign_in_and_a_sign_out(server, browser):
    context = browser.new_context()
    screen = Screen(context.new_page(), server.url)
    page = screen.page
    screen.open("/survival?sex=female")
    assert (
        page.get_by_text("Sign in to see this cohort.").is_visible() and not page.locator("canvas, svg.marks").count()
    )
    sign_in(page, "ada")
    page.get_by_text("Signed in: ada").wait_for(state="attached", timeout=60_000)
    page.wait_for_url("**/survival?sex=female", timeout=60_000)
    page.locator("[data-testid=stVegaLiteChart]").first.wait_for(timeout=60_000)
    cookies = {cookie["name"]: cookie for cookie in context.cookies()}
    assert cookies["_streamlit_user"]["expires"] - time.time() <= 12 * 3600 + 60
    assert cookies["_streamlit_user"]["httpOnly"] and "cohort_back" not in cookies
    other = Screen(context.new_page(), server.url)
    other.open("/relapse")
    other.page.get_by_text("Signed in: ada").wait_for(state="attached")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url(lambda url: "/survival" not in url, timeout=60_000)  # to the provider, which may ask
    screen.open("/survival")
    assert page.get_by_role("button", name="Sign in", exact=True).is_visible()
    other.act(other.page.reload)
    assert other.page.get_by_role("button", name="Sign in", exact=True).is_visible()
    context.close()
    wrong, _ = verify(server.folder / "audit")
    lines = [json.loads(line) for _, line in entries(server.folder / "audit")]
    acts = [(line["who"], line["action"]) for line in lines]
    assert not wrong and acts.count(("ada", "sign_out")) == 1 and acts[:2] == [("ada", "sign_in"), ("ada", "page")]


def test_who_is_granted_nothing_sees_nothing(server, browser):
    context = browser.new_context()
    screen = Screen(context.new_page(), server.url)
    screen.open("/patients")
    sign_in(screen.page, "eve")
    screen.page.get_by_text("nothing is granted to you here").wait_for(timeout=60_000)
    assert not screen.page.locator("[data-testid=stDataFrame]").count()
    context.close()


ANSWERS = {  # of what anybody may ask without an account; every other route is closed
    **dict.fromkeys(("/", "/base.js", "/ready", "/ready/", "/_stcore/health"), (200,)),
    **dict.fromkeys(("/_stcore/host-config", "/_stcore/stream"), (200,)),
    "/overview": (307,),
    "/_stcore/bidi-components/x": (404,),
    "/media/x": (403,),
    "/auth/login": (302, 307),
    "/auth/logout": (302, 307),
    "/oauth2callback": (302, 303, 307, 400, 401),
}
CLOSED = (403, 404, 405)


def test_g14_what_a_person_without_an_account_reaches_route_by_route(server):
    here = f"localhost:{server.port}"
    for path in {path or "/" for path, _ in every_route()}:
        assert status(server.port, path, here) in ANSWERS.get(path, CLOSED), path
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            assert status(server.port, path, here, method=method, Content_Length="0") in CLOSED, (method, path)
    visitor = Session(server.url)
    seen = [visitor.first, *(visitor.open(page) for page in ("survival", "patients", "administration"))]
    visitor.close()
    assert all("Sign in to see this cohort." in one.alerts and not one.tables for one in seen)


def seen_with(server, browser, cookies):
    """What a browser with these cookies is shown."""
    context = browser.new_context()
    context.add_cookies(cookies)
    screen = Screen(context.new_page(), server.url)
    screen.open("/glossary")
    text = screen.text()
    context.close()
    return text


def test_g08_g18_a_changed_cookie_is_no_sign_in_and_without_the_provider_who_is_in_stays_and_nobody_comes(
    server, provider, browser
):
    context = browser.new_context()
    screen = Screen(context.new_page(), server.url)
    screen.open("/glossary")
    sign_in(screen.page, "ada")
    screen.page.get_by_text("Signed in: ada").wait_for(state="attached", timeout=60_000)
    cookies = context.cookies()
    assert "Sign in to see this cohort." not in seen_with(server, browser, cookies)
    value = next(one["value"] for one in cookies if one["name"] == "_streamlit_user")
    for changed in (value[:-40] + ("A" if value[-40] != "A" else "B") + value[-39:], value[:-1]):
        forged = [one | ({"value": changed} if one["name"] == "_streamlit_user" else {}) for one in cookies]
        assert "Sign in to see this cohort." in seen_with(server, browser, forged)
    provider[1].terminate()
    provider[1].wait(10)
    screen.act(screen.page.reload)
    assert "Sign in to see this cohort." not in screen.text()  # until the token's end, idleness or a sign-out
    context.close()
    said = answer(server.port, "/auth/login", f"localhost:{server.port}")
    assert int(said.split(" ", 2)[1]) >= 300 and "Traceback" not in said and "httpx" not in said
    assert "Sign in to see this cohort." in seen_with(server, browser, [])
