"""Where the database's address comes from, and that no password stands in a command line."""

import subprocess
import sys

import pytest

from data_access.bundle.problems import DatabaseProblem
from data_access.export import main as export
from data_access.load import load_bundle, main
from data_access.migrate import main as migrate
from data_access.reading.address import database_url
from data_access.reading.engine import connect, open_engine
from data_access.reading.queries import dataset_row
from tests.data_access.bundles import write_bundle
from tests.live import ROOT, Server, surroundings

PASSWORDS = (
    "postgresql+psycopg://owner:hunter2@localhost/cohort",
    "postgresql://owner:hunter2@localhost/cohort",
    "postgresql+psycopg://owner@localhost/cohort?password=hunter2",
    "postgresql+psycopg://owner@localhost/cohort?sslpassword=hunter2",
)


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch):
    for name in ("DATABASE_URL", "DATABASE_URL_FILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("url", PASSWORDS)
@pytest.mark.parametrize("command", [main, export, migrate])
def test_a_password_in_the_command_line_is_refused_and_not_repeated(command, url, capsys):
    with pytest.raises(SystemExit) as ended:
        command([*(["folder"] if command is not migrate else []), "--database-url", url])
    said = capsys.readouterr().err
    assert ended.value.code == 2 and "must hold no password" in said and "hunter2" not in said


@pytest.mark.parametrize(
    "text", ["sqlite:////a/b.db", "sqlite:////a/b.db\n", "\ufeffsqlite:////a/b.db\r\n", "  sqlite:////a/b.db "]
)
def test_the_address_may_be_in_a_file(tmp_path, monkeypatch, text):
    (tmp_path / "url").write_text(text, "utf-8")
    monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "url"))
    assert database_url() == "sqlite:////a/b.db"


@pytest.mark.parametrize("text", ["", "\n", "sqlite:////a.db\nsqlite:////b.db", None])
def test_a_file_that_does_not_say_it_is_a_sentence_without_its_place(tmp_path, monkeypatch, text):
    if text is not None:
        (tmp_path / "url").write_text(text, "utf-8")
    monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "url"))
    with pytest.raises(DatabaseProblem, match="DATABASE_URL_FILE names") as raised:
        database_url()
    assert str(tmp_path) not in raised.value.sentence


def test_two_addresses_are_refused(tmp_path, monkeypatch):
    (tmp_path / "url").write_text("sqlite:////a.db")
    monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "url"))
    monkeypatch.setenv("DATABASE_URL", "sqlite:////b.db")
    with pytest.raises(DatabaseProblem, match="got: both"):
        database_url()


def test_the_commands_take_the_address_from_the_file_and_the_password_from_another(
    tmp_path, empty_database, monkeypatch
):
    """The tests' server keeps its passwords in a file that PGPASSFILE names: no address of theirs holds one."""
    assert ":change-me" not in empty_database.owner
    bundle = write_bundle(tmp_path / "bundle")
    (tmp_path / "url").write_text(empty_database.owner)
    monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "url"))
    for command in (
        ["data_access.load", str(bundle)],
        ["data_access.export", str(tmp_path / "out")],
        ["data_access.migrate"],
    ):
        done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "none"))
    with pytest.raises(DatabaseProblem, match="user and password"), connect(open_engine(empty_database.reader)):
        pass


def loaded(tmp_path):
    path = tmp_path / "cohort.db"
    load_bundle(write_bundle(tmp_path / "bundle"), f"sqlite:///{path}")
    with connect(open_engine(f"sqlite:///{path}")) as connection:
        return f"sqlite:///{path}", dataset_row(connection).version


def version_shown(server):
    from tests.faults.sessions import Session

    session = Session(server.url)
    session.close()
    return " ".join(session.first.texts)


def test_a_dashboard_takes_the_address_from_a_file(tmp_path):
    url, version = loaded(tmp_path)
    (tmp_path / "url").write_text(url)
    server = Server(DATABASE_URL_FILE=str(tmp_path / "url"))
    try:
        assert version in version_shown(server)
    finally:
        server.stop()


def test_a_dashboard_takes_the_address_from_the_secrets_file(tmp_path):
    """Streamlit's own place for secrets, in the home of the user here."""
    url, version = loaded(tmp_path)
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "secrets.toml").write_text(f'DATABASE_URL = "{url}"\n')
    server = Server(HOME=str(tmp_path))
    try:
        assert version in version_shown(server)
    finally:
        server.stop()


def test_surroundings_of_a_server_hold_no_database_of_the_tests():
    assert "DATABASE_URL" not in surroundings()
