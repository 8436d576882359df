"""G01, G06, G14, G16, N02, N05-N08: the documented proxy in front of two processes, the image's start without rights,
the restore drill, and documents that are those of the code."""

import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
import tomllib
from pathlib import Path

import pytest

from data_access.audit import entries
from data_access.export import export_bundle
from data_access.load import load_bundle
from data_access.sbom import sbom
from pages.parts.access.roles import ROLES
from tests.faults.sessions import Session
from tests.live import ROOT, Server, free_port
from tests.live import command as live_command
from tests.nginx import Nginx

SECRET = "proxy-secret-of-more-than-32-letters-0123456789"
DOCUMENT = (ROOT / "docs" / "deployment.md").read_text("utf-8")
FILES = ROOT / "docs" / "deployment"
CONTAINER = (FILES / "Containerfile").read_text("utf-8").replace("\\\n", " ")


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


def test_n06_a_handshake_without_upgrade_is_a_plain_refusal_and_a_restarted_proxy_takes_sessions_again(proxy):
    own = f"https://localhost:{proxy.port}"
    plain = {name: value for name, value in UPGRADE.items() if name != "Upgrade"}
    said = answer(proxy, "/_stcore/stream", **plain, Origin=own)
    assert status(said) in (200, 400, 404, 426) and "Traceback" not in said and "patients" not in said  # the frame
    proxy.restart()
    assert status(answer(proxy, "/_stcore/stream", **UPGRADE, Origin=own)) == 101
    assert "proxy_read_timeout 1d" in (FILES / "nginx.conf").read_text("utf-8")  # an idle tab is not cut off


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


def test_the_compose_file_is_closed_but_for_the_proxy_and_names_what_is_there():
    text = (FILES / "compose.yaml").read_text("utf-8")
    services, declared = text.partition("services:\n")[2].split("\nvolumes: ")
    each = dict(re.findall(r"^  ([a-z0-9-]+):(.*?)(?=^  [a-z]|\Z)", services, re.M | re.S))
    assert [name for name, one in each.items() if "ports:" in one] == ["proxy"]
    for line in ("read_only: true", "cap_drop: [ALL]", "no-new-privileges:true", "DATABASE_URL_FILE: /run/secrets/"):
        assert line in each["dashboard-1"]
    assert "<<: *dashboard" in each["dashboard-2"] and "&dashboard" in each["dashboard-1"]
    used = re.findall(r'"([a-z][a-z0-9-]*):(/[a-z/-]+)"', services)
    assert {name for name, _ in used} == set(re.findall(r"([a-z0-9-]+): \{\}", declared.splitlines()[0]))
    assert set(re.findall(r"/([a-z]+-[0-9]):8501/", each["proxy"])) == {"dashboard-1", "dashboard-2"}
    assert '"./nginx.conf:/etc/nginx/cart.conf:ro"' in each["proxy"] and (FILES / "nginx.conf").is_file()
    assert ("audit", "/var/log/cohort-audit") in used and "--mode=0700 /var/log/cohort-audit" in CONTAINER


COPIED = [line.split()[1:] for line in CONTAINER.splitlines() if line.startswith("COPY ") and "--from" not in line]


def test_n07_the_image_holds_what_is_named_and_no_secret_or_history():
    named = {name for *names, _ in COPIED for name in names}
    assert all((ROOT / name).exists() for name in named) and "." not in named
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert rooms <= named and {"pages", "dashboard.py", ".streamlit", "docs", "requirements.txt"} <= named
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert not [name for name in listed if re.search(r"secrets\.toml|cohort\.toml|\.pem$|\.key$|\.db$|\.env$", name)]
    held = [path for path in map(Path, listed) if path.suffix in (".py", ".md", ".toml", ".yaml", ".conf", "")]
    keys = re.compile("-----BEGIN [A-Z ]*PRIVATE " + "KEY-----|AKIA[0-9A-Z]{16}|ghp_[A-Za-z0-9]{36}")
    assert not [path for path in held if keys.search((ROOT / path).read_text("utf-8", "replace"))]


def test_n07_no_password_is_in_what_other_users_of_the_machine_can_see(proxy, place):
    """The address of the database is in the environment, which is the user's own, and never in a command line."""
    lines = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
    assert not any(SECRET.encode() in line for line in lines)
    from data_access.load import main

    with pytest.raises(SystemExit):
        main([str(place), "--database-url", "postgresql+psycopg://cohort_owner:change-me@localhost/cohort"])


@pytest.fixture(scope="module")
def image():
    """What the container file copies, in a folder in which nobody may write."""
    folder = Path(tempfile.mkdtemp(prefix="cohort-image-"))
    for *names, target in COPIED:
        for name in names:
            source, place = ROOT / name, folder / target / (name if target == "./" else "")
            if source.is_dir():
                shutil.copytree(source, place, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, place)
    subprocess.run(["chmod", "-R", "a+rX,a-w", folder], check=True)
    yield folder
    subprocess.run(["chmod", "-R", "u+w", folder], check=True)
    shutil.rmtree(folder)


NOBODY = "65534"
READING = "+dac_read_search"  # the interpreter may lie where nobody else reads; it gives no right to write
AS_NOBODY = ["setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"]
AS_NOBODY += ["--inh-caps", READING, "--ambient-caps", READING]


def test_n08_it_runs_from_a_read_only_folder_as_a_user_without_rights_and_without_a_home(image, bundle):
    """The command of the container file with its environment; only what it calls a volume or a tmpfs is writable."""
    writable = Path(tempfile.mkdtemp(prefix="cohort-state-"))
    load_bundle(bundle, f"sqlite:///{writable}/cohort.db")
    named = dict(re.findall(r"(\w+)=(\S+)", re.search(r"ENV (.*?)\nEXPOSE", CONTAINER, re.S)[1]))
    kept = {name: str(writable) for name in named if name.startswith("XDG")} | {"COHORT_AUDIT": f"{writable}/audit"}
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "PYTHONDONTWRITEBYTECODE": "1"} | kept
    environment |= {"DATABASE_URL": f"sqlite:///{writable}/cohort.db"}
    as_nobody = AS_NOBODY if os.geteuid() == 0 else []
    if as_nobody:
        subprocess.run(["chown", "-R", f"{NOBODY}:{NOBODY}", writable], check=True)
    port, log = free_port(), (writable / "log").open("wb")
    running = subprocess.Popen([*as_nobody, *live_command(port)], cwd=image, env=environment, stdout=log, stderr=log)
    try:
        wait_for(port, running)
        session = Session(f"http://localhost:{port}")
        assert any("patients" in text for text in session.first.texts) and not session.first.alerts
        session.close()
    finally:
        running.terminate()
        running.wait(10)
        log.close()
        said = (writable / "log").read_text()
        shutil.rmtree(writable)
    assert "Permission denied" not in said and "Read-only" not in said and not list(image.rglob("*.pyc"))


def wait_for(port, process, seconds=40):
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not start")


def test_n05_a_backup_that_is_restored_has_the_same_numbers(postgresql, empty_database, bundle, tmp_path):
    """The restore drill of the document: dumped, restored into an empty database, exported: every value is there."""
    load_bundle(bundle, empty_database.owner)
    dump, place = f"{postgresql.folder}/cohort.dump", ("-h", postgresql.folder, "-U", "postgres")
    postgresql._run("pg_dump", *place, "-Fc", "-f", dump, empty_database.name)
    postgresql.execute("CREATE DATABASE drill OWNER cohort_owner")
    postgresql._run("pg_restore", *place, "--no-owner", "--role", "cohort_owner", "-d", "drill", dump)
    restored = empty_database.owner.replace(f"/{empty_database.name}", "/drill")
    for name, url in (("before", empty_database.reader), ("after", restored)):
        export_bundle(tmp_path / name, url)
    before, after = ({p.name: p.read_bytes() for p in (tmp_path / name).iterdir()} for name in ("before", "after"))
    assert before == after and before
    for command in ("pg_restore --no-owner --role cohort_owner", "data_access.export /tmp/drill"):
        assert command in DOCUMENT


def test_n02_the_bill_of_materials_is_that_of_the_requirements():
    made = sbom()
    lines = re.findall(r"^([A-Za-z0-9_.-]+)==", (ROOT / "requirements.txt").read_text("utf-8"), re.M)
    assert [component["name"] for component in made["components"]] == [line.lower() for line in lines]
    assert all(component["hashes"] for component in made["components"]) and json.dumps(made)
