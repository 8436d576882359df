"""J03: nothing of a patient outlives an import, is readable to others, or stays after a purge."""

import os
import signal
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from data_access.export import export_bundle
from data_access.load import load_bundle, main
from data_access.migrate import main as migrate
from data_access.reading.engine import connect, ensure_sample, open_engine
from data_access.reading.queries import dataset_row
from tests.data_access.redcap_export import export_rows, write_export, write_mapping
from tests.data_access.test_redcap import TABLES
from tests.pages.twelve import PATIENTS, write_bundle

ROOT = Path(__file__).parents[2]
KILLED = """
import os, signal, sys
from pathlib import Path
from data_access import load
from data_access.targets import file_target, server_target
source, url, phase = sys.argv[1:4]
def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
def at(share):
    return lambda what, done: die() if done >= share else None
if phase == "before it counts":
    file_target.take_place = server_target._copy = die
progress = at(float(phase)) if phase[0].isdigit() else at(9)
load.load_bundle(Path(source), url, progress=progress)
"""
CONVERTED = """
import os, signal, sys
from pathlib import Path
from data_access import load
load.load_bundle = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
load.main(sys.argv[1:])
"""
PHASES = ("0.05", "0.5", "0.95", "before it counts")


@pytest.fixture
def bundle(tmp_path):
    return write_bundle(tmp_path / "bundle", *PATIENTS)


def other(bundle):
    """Another version of the same cohort: one patient fewer."""
    return write_bundle(bundle.with_name("other"), *PATIENTS[1:])


@pytest.fixture
def temporary(tmp_path):
    """A temporary folder of its own for what is started."""
    made = tmp_path / "tmp"
    made.mkdir()
    return made


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "postgresql":
        return request.getfixturevalue("empty_database").owner
    (tmp_path / "place").mkdir()
    return f"sqlite:///{tmp_path}/place/cohort.db"


def run(code, *arguments, temporary):
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        check=False,
        capture_output=True,
        env=os.environ | {"TMPDIR": str(temporary)},
    )


def packed(bundle):
    """The bundle as a ZIP file beside it."""
    path = bundle.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as archive:
        for file in bundle.iterdir():
            archive.write(file, file.name)
    return path


def left(*folders):
    return sorted(str(path) for folder in folders for path in folder.rglob("*"))


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("as_zip", [False, True], ids=["folder", "zip"])
def test_j03_nothing_outlives_a_killed_import(bundle, url, tmp_path, temporary, phase, as_zip):
    place = tmp_path / "place" if url.startswith("sqlite") else temporary
    source = packed(bundle) if as_zip else bundle
    killed = run(KILLED, source, url, phase, temporary=temporary)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert left(temporary, place) == []


def test_j03_a_killed_import_over_another_version_leaves_that_one_alone(bundle, url, tmp_path, temporary):
    load_bundle(bundle, url)
    for phase in PHASES:
        run(KILLED, other(bundle), url, phase, temporary=temporary)
    assert left(temporary) == []
    if url.startswith("sqlite"):
        assert left(tmp_path / "place") == [f"{tmp_path}/place/cohort.db"]


def test_j03_nothing_outlives_a_killed_conversion(tmp_path, temporary):
    source = write_export(tmp_path / "export.csv", export_rows(TABLES))
    mapping = write_mapping(tmp_path / "mapping.toml")
    arguments = [source, "--from", "redcap", "--mapping", mapping, "--database-url", f"sqlite:///{tmp_path}/a.db"]
    killed = run(CONVERTED, *arguments, temporary=temporary)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert left(temporary) == []


@pytest.fixture
def generous():
    """Whoever asks for a file lets everybody read and write it."""
    before = os.umask(0)
    yield
    os.umask(before)


def modes(*folders):
    return {
        path.name: (path.is_dir(), oct(stat.S_IMODE(path.stat().st_mode)))
        for folder in folders
        for path in (folder, *folder.rglob("*"))
    }


@pytest.mark.usefixtures("generous")
def test_every_file_of_the_app_is_its_owner_s_alone(tmp_path, bundle, monkeypatch):
    place = tmp_path / "place"
    place.mkdir(0o700)
    url = f"sqlite:///{place}/cohort.db"
    load_bundle(bundle, url)
    load_bundle(other(bundle), url)
    main([str(bundle), "--database-url", url, "--rollback"])
    main([str(bundle), "--check", "--problems", str(place / "problems.csv")])
    export_bundle(place / "new" / "bundle", url)
    migrate(["--database-url", url])
    monkeypatch.setenv("XDG_CACHE_HOME", str(place / "home" / "cache"))
    ensure_sample()
    found = modes(place)
    assert {"cohort.db", "cohort.db.previous", "problems.csv", "manifest.json", "patient.csv", "cache"} <= set(found)
    assert {name: mode for name, (is_dir, mode) in found.items() if mode != ("0o700" if is_dir else "0o600")} == {}


def test_a_group_that_was_let_in_stays_and_everybody_does_not(tmp_path, bundle):
    path = tmp_path / "cohort.db"
    load_bundle(bundle, f"sqlite:///{path}")
    for before, after in ((0o640, 0o640), (0o644, 0o600), (0o666, 0o600), (0o660, 0o660)):
        path.chmod(before)
        load_bundle(other(bundle), f"sqlite:///{path}")
        assert stat.S_IMODE(path.stat().st_mode) == after
        load_bundle(bundle, f"sqlite:///{path}")


def version_of(url):
    with connect(open_engine(url)) as connection:
        return dataset_row(connection).version


def test_a_removed_patient_is_gone_for_good_from_a_file(tmp_path, bundle):
    place = tmp_path / "place"
    place.mkdir()
    url = f"sqlite:///{place}/cohort.db"
    load_bundle(bundle, url)
    fewer = write_bundle(tmp_path / "fewer", *PATIENTS[1:])
    (place / f".cohort.db.{'0' * 32}").write_bytes((place / "cohort.db").read_bytes())  # of a process ended in mid move
    assert main([str(fewer), "--database-url", url, "--confirm", "--purge-previous"]) == 0
    assert left(place) == [f"{place}/cohort.db"]
    assert b"P01" not in (place / "cohort.db").read_bytes() and b"P02" in (place / "cohort.db").read_bytes()
    assert main(["--rollback", "--database-url", url]) == 4


def test_a_removed_patient_is_gone_for_good_from_a_server(postgresql, tmp_path, bundle, empty_database, monkeypatch):
    load_bundle(bundle, empty_database.owner)
    fewer = write_bundle(tmp_path / "fewer", *PATIENTS[1:])
    monkeypatch.setenv("DATABASE_URL", empty_database.owner)
    assert main([str(fewer), "--confirm"]) == 0
    assert stored(postgresql, empty_database.name, b"P01")
    assert main(["--purge-previous"]) == 0
    assert not stored(postgresql, empty_database.name, b"P01") and stored(postgresql, empty_database.name, b"P02")
    assert main(["--rollback"]) == 4
    assert version_of(empty_database.reader)


def stored(postgresql, name, identifier):
    """Whether the server's files of a database (not its log of changes) hold an identifier."""
    postgresql.execute("CHECKPOINT", name)
    [[number]] = postgresql.execute(f"SELECT oid FROM pg_database WHERE datname = '{name}'")
    files = (postgresql.folder / "data" / "base" / str(number)).iterdir()
    return any(identifier in path.read_bytes() for path in files)


@pytest.mark.parametrize("options", [["--purge-previous", "--rollback"], ["FOLDER", "--check", "--purge-previous"]])
def test_a_purge_goes_with_no_rollback_and_no_check(options):
    with pytest.raises(SystemExit) as ended:
        main([*options, "--database-url", "sqlite:////nowhere/x.db"])
    assert ended.value.code == 2


def test_a_purge_after_an_import_that_did_not_happen_removes_nothing(tmp_path, bundle):
    url = f"sqlite:///{tmp_path}/cohort.db"
    load_bundle(bundle, url)
    load_bundle(other(bundle), url)
    assert main([str(tmp_path / "nothing"), "--database-url", url, "--purge-previous"]) == 1
    assert (tmp_path / "cohort.db.previous").exists()
