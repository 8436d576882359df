"""What is kept beside a database: the same frames, trusted only while nothing about it has changed."""

import json
import stat
from pathlib import Path

import pandas as pd
import pytest

from data_access.load import load_bundle
from data_access.load import main as load
from data_access.reading import readiness
from data_access.reading.engine import connect, open_engine
from data_access.reading.kept import Shelf
from data_access.reading.queries import ROW_KEYS, fetch_tables
from data_access.reading.readiness import check, fetch_verified, state_of
from endpoints.rules import Rules
from endpoints.study import derive_study
from tests.pages.twelve import PATIENTS, write_bundle


@pytest.fixture
def bundle(tmp_path):
    return write_bundle(tmp_path / "bundle", *PATIENTS)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def url(tmp_path, bundle):
    (tmp_path / "place").mkdir()
    made = f"sqlite:///{tmp_path}/place/cohort.db"
    load_bundle(bundle, made)
    return made


@pytest.fixture
def reads(monkeypatch):
    """How often the tables themselves were read and hashed."""
    counted, read = [], readiness.read_cohort
    monkeypatch.setattr(readiness, "read_cohort", lambda *arguments: counted.append(1) or read(*arguments))
    return counted


def fetch(url, app="1"):
    with connect(open_engine(url)) as connection:
        return fetch_verified(connection, state_of(connection), app)


def kept_in(folder):
    return sorted(path for path in Path(folder).iterdir() if path.name.endswith(".kept"))


def same(left, right):
    assert left.keys() == right.keys()
    for name, frame in left.items():
        pd.testing.assert_frame_equal(frame, right[name], check_dtype=False)
        assert list(map(str, frame.dtypes)) == list(map(str, right[name].dtypes))


def test_a_restart_reads_what_was_verified_and_gets_the_same_frames(url, reads):
    with connect(open_engine(url)) as connection:
        plain = fetch_tables(connection, "all")
    same(plain, fetch(url))
    same(plain, fetch(url))
    assert len(reads) == 1
    check(open_engine(url), None, "1")
    assert len(reads) == 1


def test_equal_texts_are_one_object(url):
    for tables in (fetch(url), fetch(url)):
        there = {text: text for text in tables["patient"]["patient_id"]}
        assert all(text is there[text] for text in tables["contact"]["patient_id"])


def test_it_is_its_owner_s_alone_and_its_digest_stands_elsewhere(url, tmp_path):
    fetch(url)
    [file] = kept_in(tmp_path / "place")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    notes = list((tmp_path / "state").rglob("*.json"))
    assert len(notes) == 1 and stat.S_IMODE(notes[0].stat().st_mode) == 0o600
    assert "sha256" in json.loads(notes[0].read_text()) and str(tmp_path) not in notes[0].read_text()


def flip(file):
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


SPOILED = {
    "a flipped byte": lambda file, notes: flip(file),
    "cut off": lambda file, notes: file.write_bytes(file.read_bytes()[:-9]),
    "empty": lambda file, notes: file.write_bytes(b""),
    "gone": lambda file, notes: file.unlink(),
    "a note that is no JSON": lambda file, notes: notes.write_text("{"),
    "a note of something else": lambda file, notes: notes.write_text("{}"),
    "no note": lambda file, notes: notes.unlink(),
}


@pytest.mark.parametrize("how", SPOILED)
def test_what_is_not_what_was_kept_is_read_again(url, reads, tmp_path, how):
    expected = fetch(url)
    SPOILED[how](*kept_in(tmp_path / "place"), *(tmp_path / "state").rglob("*.json"))
    same(expected, fetch(url))
    assert len(reads) == 2
    same(expected, fetch(url))
    assert len(reads) == 2


def test_another_app_another_content_and_a_touched_file_are_read_again(url, reads, tmp_path):
    fetch(url)
    fetch(url, app="2")
    assert len(reads) == 2 and len(kept_in(tmp_path / "place")) == 1
    (tmp_path / "place" / "cohort.db").touch()
    fetch(url, app="2")
    assert len(reads) == 3
    load_bundle(write_bundle(tmp_path / "fewer", *PATIENTS[1:]), url)
    assert "P01" not in set(fetch(url, app="2")["patient"]["patient_id"]) and len(reads) == 4


@pytest.mark.parametrize("how", [["--rollback"], ["--purge-previous"]])
def test_a_rollback_and_a_purge_remove_it(url, tmp_path, how):
    load_bundle(write_bundle(tmp_path / "fewer", *PATIENTS[1:]), url)
    fetch(url)
    assert kept_in(tmp_path / "place") and load([*how, "--database-url", url]) == 0
    assert not kept_in(tmp_path / "place")


def test_without_any_place_nothing_is_kept_and_everything_works(url, reads, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    same(fetch(url), fetch(url))
    assert len(reads) == 2


def test_beside_a_server_s_database_it_stands_in_the_user_s_cache(postgresql, bundle, reads, tmp_path):
    made = postgresql.copy_of("twelve", lambda database: load_bundle(bundle, database.owner))
    try:
        same(fetch(made.reader), fetch(made.reader))
        assert len(reads) == 1 and len(kept_in(tmp_path / "cache" / "cart-cohort-dashboard")) == 1
    finally:
        postgresql.drop(made)


def test_what_was_derived_comes_back_as_it_was(url):
    with connect(open_engine(url)) as connection:
        state = state_of(connection)
    shelf, cutoff = Shelf(open_engine(url).url, (state,)), pd.Timestamp(state.dataset.data_cutoff)
    derived = derive_study(fetch(url), Rules(), cutoff)
    shelf.put("study", {"adsl": derived.adsl, "course": derived.course})
    kept = shelf.take("study")
    same({"adsl": derived.adsl, "course": derived.course}, kept)
    again = derive_study(fetch(url), Rules(), cutoff, kept)
    assert again.adsl is kept["adsl"] and again.course is kept["course"]


def test_the_keys_of_rows_stay_in_arrows_buffers_when_they_are_taken_from_the_file(url):
    fetch(url)
    for name, frame in fetch(url).items():
        keys = frame[frame.columns.intersection(list(ROW_KEYS))].select_dtypes("str")
        assert {dtype.storage for dtype in keys.dtypes} <= {"pyarrow"}, name
