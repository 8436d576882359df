"""G01, G06, G14, G16, N02: the documented proxy in front of two processes, and documents that are those of the code."""

import json
import re
import socket
import ssl
import tomllib

import pytest

from data_access.audit import entries
from data_access.load import load_bundle
from data_access.sbom import sbom
from pages.parts.access.roles import ROLES
from tests.live import ROOT, Server
from tests.nginx import Nginx

SECRET = "proxy-secret-of-more-than-32-letters-0123456789"
DOCUMENT = (ROOT / "docs" / "deployment.md").read_text("utf-8")
FILES = ROOT / "docs" / "deployment"


@pytest.fixture(scope="module")
def place(tmp_path_factory, bundle):
    folder = tmp_path_factory.mktemp("deployed")
    load_bundle(bundle, f"sqlite:///{folder}/cohort.db")
    (folder / "secret").write_text(SECRET)
    (folder / "secret").chmod(0o600)
    (folder / "access.toml").write_text('[[grant]]\nuser = "ada"\nroles = ["clinician"]\nsites = "all"\n')
    (folder / "cohort.toml").write_text(
        f'sign_in = "header"\naccess = "{folder}/access.toml"\nproxy_secret = "{folder}/secret"\n'
    )
    return folder


@pytest.fixture(scope="module")
def proxy(place):
    environment = dict(
        DATABASE_URL=f"sqlite:///{place}/cohort.db",
        COHORT_CONFIG=str(place / "cohort.toml"),
        COHORT_AUDIT=str(place / "audit"),
    )
    servers = [Server(**environment) for _ in range(2)]
    names = {"X-Forwarded-User": "ada", "X-Cohort-Proxy": SECRET}
    nginx = Nginx(place, [server.port for server in servers], **names)
    yield nginx
    nginx.stop()
    for server in servers:
        server.stop()


def answer(proxy, path, **headers):
    """The whole answer through TLS."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    given = {"Host": f"localhost:{proxy.port}"} | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items()), "Connection: close"]
    if "Upgrade" in headers:
        lines[-1] = "Connection: Upgrade"
    plain = socket.create_connection(("127.0.0.1", proxy.port), timeout=20)
    with context.wrap_socket(plain, server_hostname="localhost") as connection:
        connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        return connection.recv(65536).decode("latin-1")


def status(said):
    return int(said.split(" ", 2)[1])


UPGRADE = {
    "Upgrade": "websocket",
    "Sec_WebSocket_Version": "13",
    "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec_WebSocket_Protocol": "streamlit",
}


def test_g16_every_answer_has_the_headers_that_the_document_promises(proxy):
    said = answer(proxy, "/").lower()
    assert status(said) == 200
    for header in ("strict-transport-security", "content-security-policy", "x-content-type-options: nosniff"):
        assert header in said
    assert "x-frame-options: deny" in said and "x-frame-options: sameorigin" not in said
    assert "server: nginx\r" in said
    cookie = re.search(r"set-cookie: (cohort_visit=.*)\r\n", said)[1]
    assert "secure" in cookie and "httponly" in cookie


def test_g14_what_is_closed_is_closed_through_the_proxy(proxy):
    for path in ("/_stcore/metrics", "/_stcore/upload_file/a/b", "/_stcore/agent/interact", "/auth/login"):
        assert status(answer(proxy, path)) == 404, path
    assert status(answer(proxy, "/ready")) == 200  # from this machine


def test_g01_g03_a_session_needs_the_page_s_own_origin(proxy):
    own = f"https://localhost:{proxy.port}"
    assert status(answer(proxy, "/_stcore/stream", **UPGRADE, Origin=own)) == 101
    for foreign in ("https://evil.example", "https://localhost:1", "null"):
        assert status(answer(proxy, "/_stcore/stream", **UPGRADE, Origin=foreign)) == 403


def test_g06_the_name_that_a_browser_sends_never_arrives(proxy, place):
    forged = {"X_Forwarded_User": "eve", "X_Cohort_User": "eve", "X_Cohort_Proxy": "guess"}
    assert status(answer(proxy, "/", **forged)) == 200
    assert status(answer(proxy, "/_stcore/stream", **UPGRADE, **forged)) == 101
    assert not any(b"eve" in line for _, line in entries(place / "audit"))


def test_the_document_has_the_roles_and_settings_of_the_code():
    for role in ROLES:
        assert re.search(rf"^\| {role}\b", DOCUMENT, re.M), role
    blocks = re.findall(r"```toml\n(.*?)```", DOCUMENT, re.S)
    assert blocks and all(tomllib.loads(block) for block in blocks)
    for link in re.findall(r"\]\(([^)#]+)\)", DOCUMENT):
        assert (ROOT / "docs" / link).exists(), link


def test_every_document_of_a_deployment_names_what_is_there():
    unit = (FILES / "cohort-dashboard@.service").read_text("utf-8")
    assert "NoNewPrivileges=yes" in unit and "ProtectSystem=strict" in unit and "%i" in unit
    container = (FILES / "Containerfile").read_text("utf-8")
    assert "--require-hashes" in container and re.search(r"^USER \d+$", container, re.M)
    compose = (FILES / "compose.yaml").read_text("utf-8")
    assert "read_only: true" in compose and compose.count("ports:") == 1


def test_n02_the_bill_of_materials_is_that_of_the_requirements():
    made = sbom()
    lines = re.findall(r"^([A-Za-z0-9_.-]+)==", (ROOT / "requirements.txt").read_text("utf-8"), re.M)
    assert [component["name"] for component in made["components"]] == [line.lower() for line in lines]
    assert all(component["hashes"] for component in made["components"]) and json.dumps(made)
