"""H: the audit log. A line before the act, one per act, in a chain that shows every change; nothing of a patient."""

import json
import multiprocessing
import os
import re
import resource
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from data_access import audit
from data_access.audit import NotAudited, entries, files, main, patient_hash, record, verify
from data_access.export import main as export
from data_access.load import main as load
from data_access.migrate import main as migrate
from data_access.reading import acts as reading
from tests.pages.twelve import PATIENTS, write_bundle

ROOT = Path(__file__).parents[2]
WRITERS, EACH = 50, 4


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("COHORT_AUDIT", str(tmp_path / "audit"))
    return tmp_path / "audit"


def lines(place):
    return [json.loads(line) for _, line in entries(place)]


def acts(place):
    return [(line["action"], line["outcome"]) for line in lines(place)]


def test_h04_a_line_says_who_what_when_and_follows_the_one_before(place):
    record("file", "ada", figure="efs", n=12, sha256="ab")
    record("page", "bob", audit.REFUSED, page="patients")
    first, second = lines(place)
    assert (first["seq"], first["who"], first["action"], first["outcome"]) == (1, "ada", "file", "done")
    assert first["facts"] == {"figure": "efs", "n": 12, "sha256": "ab"} and second["outcome"] == "denied"
    assert (
        re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", first["at"]) and second["before"] == first["hash"]
    )
    assert first["id"] != second["id"] and verify(place) == ([], second)
    assert stat.S_IMODE(files(place)[0].stat().st_mode) == 0o600 and stat.S_IMODE(place.stat().st_mode) == 0o700


def test_an_act_that_is_not_declared_is_a_mistake_of_ours(place):
    with pytest.raises(ValueError, match="must be one of"):
        record("peek", "ada")


def test_what_is_no_line_of_ours_at_the_end_is_said_and_hinders_no_later_line(place):
    record("file", "ada")
    with files(place)[0].open("ab") as file:
        file.write(b'{"seq": 9, "who": "eve"}\n')
    record("file", "bob")
    wrong, last = verify(place)
    assert [sentence.split(": ", 1)[1] for sentence in wrong] == ["a line that was cut off or changed."]
    assert (last["who"], last["seq"]) == ("bob", 2)


CHANGES = {
    "edited": lambda rows: [rows[0], rows[1].replace(b"ada", b"eve"), rows[2]],
    "deleted": lambda rows: [rows[0], rows[2]],
    "the first deleted": lambda rows: rows[1:],
    "reordered": lambda rows: [rows[1], rows[0], rows[2]],
    "doubled": lambda rows: [*rows, rows[2]],
    "put in between": lambda rows: [rows[0], rows[1], rows[1], rows[2]],
    "cut inside": lambda rows: [rows[0], rows[1][:40], rows[2]],
    "made unreadable": lambda rows: [rows[0], b"{}", rows[2]],
}


@pytest.mark.parametrize("change", CHANGES)
def test_h06_a_changed_log_is_found(place, change, capsys):
    for _ in range(3):
        record("page", "ada", page="survival")
    [file] = files(place)
    rows = file.read_bytes().splitlines()
    file.write_bytes(b"\n".join(CHANGES[change](rows)) + b"\n")
    assert main(["--verify"]) == 1 and capsys.readouterr().err


def test_h06_a_cut_off_end_is_found_by_whoever_noted_the_last_line(place, capsys):
    record("page", "ada")
    record("page", "ada")
    head = lines(place)[-1]["hash"]
    assert main(["--verify", "--head", head]) == 0
    [file] = files(place)
    file.write_bytes(file.read_bytes().splitlines(keepends=True)[0])
    assert main(["--verify"]) == 0 and main(["--verify", "--head", head]) == 1


@pytest.mark.parametrize("left", [b"{", b'{"seq": 2, "act', b"x" * 5_000])
def test_h07_a_line_torn_by_a_kill_is_told_and_the_chain_goes_on(place, left):
    record("page", "ada")
    with files(place)[0].open("ab") as file:
        file.write(left)
    assert verify(place)[0]
    record("page", "bob")
    whole = [json.loads(line) for _, line in entries(place) if line != left]
    assert [(line["seq"], line["action"]) for line in whole] == [(1, "page"), (2, "torn"), (3, "page")]
    assert verify(place)[0] == []


KILLED = """
import os, signal, sys
from data_access.audit import record
sys.stdout.write("begun\\n"); sys.stdout.flush()
while True:
    record("page", "killed", page="survival")
"""


def test_h07_a_writer_killed_at_any_time_leaves_a_whole_chain(place):
    for wait in (0.05, 0.15, 0.3):
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED], cwd=ROOT, stdout=subprocess.PIPE, env=os.environ, text=True
        )
        process.stdout.readline()
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        record("page", "after")
        assert verify(place)[0] == []


def _write_some(number):
    for i in range(EACH):
        record("file", f"user {number}", figure=f"f{i}")


def test_h08_fifty_writers_at_once_leave_each_line_once_in_order(place):
    with multiprocessing.get_context("fork").Pool(WRITERS) as pool:
        pool.map(_write_some, range(WRITERS), chunksize=1)
    found = lines(place)
    assert [line["seq"] for line in found] == list(range(1, WRITERS * EACH + 1)) and verify(place)[0] == []
    assert len({line["id"] for line in found}) == len(found)
    assert {(line["who"], line["facts"]["figure"]) for line in found} == {
        (f"user {n}", f"f{i}") for n in range(WRITERS) for i in range(EACH)
    }


@pytest.fixture
def no_room(monkeypatch):
    """Files cannot grow any more, as on a full disk."""
    before, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    def fill(size):
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))

    yield fill
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, handler)


def test_h01_on_a_full_disk_nothing_is_half_written_and_the_act_is_refused(place, no_room):
    record("page", "ada")
    size = files(place)[0].stat().st_size
    no_room(size + 20)
    with pytest.raises(NotAudited, match="the disk is full"):
        record("file", "ada", figure="efs")
    no_room(1 << 30)
    assert files(place)[0].stat().st_size == size
    record("file", "ada", figure="efs")
    assert len(lines(place)) == 2 and verify(place)[0] == []


def test_h01_where_the_log_cannot_be_written_nothing_is_imported_or_exported(tmp_path, monkeypatch, capsys):
    (tmp_path / "audit").write_text("not a folder")
    monkeypatch.setenv("COHORT_AUDIT", str(tmp_path / "audit"))
    url = f"sqlite:///{tmp_path}/cohort.db"
    assert load([str(write_bundle(tmp_path / "bundle", *PATIENTS)), "--database-url", url]) == 4
    assert not (tmp_path / "cohort.db").exists() and "audit log could not be written" in capsys.readouterr().err
    assert export([str(tmp_path / "out"), "--database-url", url]) == 1 and not (tmp_path / "out").exists()


def _hold(place, ready, done):
    with audit._turn(place):
        ready.set()
        done.wait(30)


def test_h03_a_writer_that_does_not_come_to_an_end_is_waited_for_so_long_and_no_longer(place, monkeypatch):
    record("page", "ada")
    monkeypatch.setattr(audit, "LONGEST_WAIT", 0.5)
    fork = multiprocessing.get_context("fork")
    ready, done = fork.Event(), fork.Event()
    holder = fork.Process(target=_hold, args=(place, ready, done))
    holder.start()
    assert ready.wait(10)
    begun = time.monotonic()
    with pytest.raises(NotAudited, match="could not be written"):
        record("file", "bob", figure="efs")
    assert 0.5 <= time.monotonic() - begun < 3
    done.set()
    holder.join()
    record("file", "bob", figure="efs")
    assert acts(place) == [("page", "done"), ("file", "done")] and verify(place)[0] == []


def test_h11_six_years_of_lines_are_as_long_as_the_document_says(place):
    """50 people with 40 views and files a day: the longest usual line is what the document counts with."""
    facts = dict(page="b_cell_aplasia", cohort="0" * 16, n=504, filters={"product": ["TISA", "OBE"], "age": [0, 25]})
    record("page", "ada.lovelace@hospital.example", by="centre", **facts)
    size = files(place)[0].stat().st_size
    document = (ROOT / "docs" / "deployment.md").read_text("utf-8")
    assert 300 < size < 600 and "About 500 bytes a line" in document and "are 2 GB" in document
    assert 1.5e9 < 500 * 50 * 40 * 365.25 * 6 < 2.5e9


def test_h10_a_clock_that_was_set_back_begins_no_older_file(place, monkeypatch):
    class Earlier(audit.datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(2020, 1, 31, 23, 59, tzinfo=tz)

    record("page", "ada")
    monkeypatch.setattr(audit.datetime, "datetime", Earlier)
    record("page", "bob")
    assert len(files(place)) == 1 and [line["seq"] for line in lines(place)] == [1, 2] and verify(place)[0] == []


def test_h11_a_new_month_is_a_new_file_of_the_same_chain(place):
    record("page", "ada")
    [file] = files(place)
    file.rename(place / "audit-2020-12.jsonl")
    record("page", "bob")
    assert len(files(place)) == 2 and [line["seq"] for line in lines(place)] == [1, 2] and verify(place)[0] == []


def test_h04_h09_each_act_on_the_command_line_is_one_line_without_a_value_of_a_patient(place, tmp_path):
    url = f"sqlite:///{tmp_path}/cohort.db"
    bundle, fewer = write_bundle(tmp_path / "bundle", *PATIENTS), write_bundle(tmp_path / "fewer", *PATIENTS[1:])
    assert load([str(bundle), "--database-url", url]) == 0
    assert load([str(bundle), "--database-url", url]) == 0  # identical: nothing is done
    assert load([str(fewer), "--database-url", url, "--confirm"]) == 0
    assert load(["--rollback", "--database-url", url]) == 0
    assert load(["--purge-previous", "--database-url", url]) == 0
    assert export([str(tmp_path / "out"), "--database-url", url]) == 0
    assert migrate(["--database-url", url]) == 0
    assert load(["--rollback", "--database-url", url]) == 4
    assert acts(place) == [
        *(("import", "done"), ("import", "done"), ("rollback", "done"), ("purge", "done"), ("export", "done")),
        *(("migrate", "done"), ("rollback", "done"), ("rollback", "failed")),
    ]
    assert [line["facts"].get("patients") for line in lines(place)][:2] == [12, 11]
    text = b"".join(line for _, line in entries(place))
    assert not re.search(rb"P\d\d|2019-01|C01", text) and verify(place)[0] == []


def test_the_export_gives_every_line_or_those_of_one_patient(place, capfdbinary):
    record("patient", "ada", patient=patient_hash("P01"))
    record("patient", "ada", patient=patient_hash("P02"))
    assert main(["--export", "--patient", "P02"]) == 0
    assert [json.loads(line)["seq"] for line in capfdbinary.readouterr().out.splitlines()] == [2]
    assert main(["--export"]) == 0 and len(capfdbinary.readouterr().out.splitlines()) == 2


def test_a_visit_of_a_long_log_reads_only_the_lines_that_are_new(tmp_path, monkeypatch):
    """Kept were as many lines as are shown: read from the end, every new one drove out the one that was read next."""
    line = '{{"seq":{},"at":"2026-01-01","who":"x","action":"page","outcome":"done","facts":{{"n":1}}}}\n'
    path, parse, n_parsed = tmp_path / "audit-2026-01.jsonl", json.loads, []
    path.write_text("".join(map(line.format, range(reading.MOST))), "utf-8")
    monkeypatch.setattr(json, "loads", lambda text: n_parsed.append(text) or parse(text))
    for n_new in (reading.MOST, 1, 1):
        assert len(reading.acts(tmp_path)) == reading.MOST
        assert len(list(filter(None, n_parsed))) == n_new
        n_parsed.clear()
        with path.open("a", encoding="utf-8") as file:
            file.write(line.format(time.monotonic_ns()))
