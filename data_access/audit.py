"""The audit log: who did what, when, in an order that cannot be changed unseen.

`python -m data_access.audit --verify | --export` (docs/operating.md). One JSON line per act in files by month, in the
folder that COHORT_AUDIT names, else in the user's state folder: outside every cohort's folder. Each line holds the hash
of the line before. A line is on the disk before `record` returns: what must not happen unseen is done after it.

No value of a patient stands in it: a cohort by the hash of its request, a patient by a hash of the pseudonym, filters
by their codes.
"""

import argparse
import datetime
import errno
import fcntl
import getpass
import hashlib
import json
import os
import random
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from data_access.bundle.problems import DatabaseProblem
from data_access.private import FOLDER, make_folder
from data_access.reading.kept import state_folder

FULL = "The audit log could not be written, so this was not done: the disk is full."
NOT_WRITTEN = "The audit log could not be written, so this was not done."
START = "0" * 64  # what the first line says of the line before
DONE, REFUSED, FAILED = "done", "denied", "failed"
ACTIONS = (
    *("sign_in", "sign_out", "page", "patient", "file", "report", "import", "rollback", "purge", "export", "migrate"),
    "torn",
)
LONGEST_WAIT, BETWEEN_TRIES = 10, (0.001, 0.01)  # seconds: for another writer, and until asking again
TAIL = 65_536  # bytes, more than any line is long
GROUP_MAY_WRITE = 0o020


class NotAudited(DatabaseProblem):
    """The act must not happen: it would leave no trace."""


def patient_hash(usubjid: str) -> str:
    """What stands in the log for a patient: with the pseudonym at hand one can look for it."""
    return hashlib.sha256(f"patient:{usubjid}".encode()).hexdigest()[:16]


def user_name() -> str:
    """The user of the machine, for what is done on a command line."""
    with suppress(KeyError, OSError):
        return getpass.getuser()
    return f"uid {os.getuid()}"


def folder() -> Path:
    """Where the log is. Raises OSError, RuntimeError: nowhere."""
    named = os.environ.get("COHORT_AUDIT", "").strip()
    return Path(named) if named else state_folder() / "audit"


def record(action: str, who: str, outcome: str = DONE, **facts: Any) -> None:
    """Write one line, and wait until it is on the disk. Raises NotAudited when it is not."""
    if action not in ACTIONS:
        raise ValueError(f"An act must be one of {', '.join(ACTIONS)}, got: {action!r}")
    try:
        place = folder()
        make_folder(place)
        with _turn(place):
            _append(place, {"action": action, "who": who, "outcome": outcome, "facts": facts})
    except (OSError, RuntimeError) as error:
        is_full = getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        raise NotAudited(FULL if is_full else NOT_WRITTEN) from error


@contextmanager
def audited(action: str, **facts: Any) -> Iterator[None]:
    """An act of the user of the machine: written down before it is done, and once more when it fails."""
    record(action, user_name(), **facts)
    try:
        yield
    except BaseException:
        record(action, user_name(), FAILED, **facts)
        raise


@contextmanager
def _turn(place: Path) -> Iterator[None]:
    """One writer at a time, of all processes. Raises TimeoutError: another one does not come to an end."""
    handle = os.open(place, os.O_RDONLY)
    try:
        _wait_for(handle)
        yield
    finally:
        os.close(handle)


def _wait_for(handle: int) -> None:
    end = time.monotonic() + LONGEST_WAIT
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > end:
                raise TimeoutError from None
        time.sleep(random.uniform(*BETWEEN_TRIES))


def _append(place: Path, act: dict[str, Any]) -> None:
    """At the end of the newest file, or of this month's; a clock that was set back begins no older one."""
    now = datetime.datetime.now(datetime.UTC)
    last = max(files(place), default=None)
    path = max(place / f"audit-{now:%Y-%m}.jsonl", last or place)
    before, torn = _end_of(last) if last else (None, b"")
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, FOLDER & 0o666 | _group_of(place))
    try:
        lines, at = [], now.isoformat(timespec="milliseconds")
        if torn:
            act_of_torn = {"action": "torn", "who": "", "outcome": FAILED, "facts": {"sha256": _sha256(torn)}}
            lines.append(before := _chained(before, at, act_of_torn))
        lines.append(_chained(before, at, act))
        _write_whole(handle, (b"\n" if torn and path == last else b"") + b"".join(map(_line, lines)))
    finally:
        os.close(handle)
    if path != last:
        _flush_folder(place)


def _chained(before: dict[str, Any] | None, at: str, act: dict[str, Any]) -> dict[str, Any]:
    entry = {"seq": before["seq"] + 1 if before else 1, "id": str(uuid.uuid4()), "at": at, **act}
    entry["before"] = before["hash"] if before else START
    return entry | {"hash": _sha256(_canonical(entry))}


def _write_whole(handle: int, content: bytes) -> None:
    """All of it or nothing: what a full disk took of it is taken back."""
    size = os.fstat(handle).st_size
    try:
        done = 0
        while done < len(content):
            done += os.write(handle, content[done:])
        os.fsync(handle)
    except OSError:
        with suppress(OSError):
            os.ftruncate(handle, size)
        raise


def _end_of(path: Path) -> tuple[dict[str, Any] | None, bytes]:
    """The last whole line of a file, or of the one before it; and what a process ended in mid-write left after it."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - TAIL))
        *whole, torn = file.read().split(b"\n")
    for line in reversed(whole):
        if entry := _entry_of(line):
            return entry, torn
    older = [other for other in files(path.parent) if other < path]
    return (_end_of(max(older))[0] if older else None), torn


def files(place: Path) -> list[Path]:
    """The files of the log, the oldest first."""
    return sorted(place.glob("audit-[0-9][0-9][0-9][0-9]-[0-9][0-9].jsonl"))


def _group_of(place: Path) -> int:
    """Where several users of the machine write into one folder, its group may read and write the files, too."""
    return 0o060 if place.stat().st_mode & GROUP_MAY_WRITE else 0


def _flush_folder(place: Path) -> None:
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _line(entry: dict[str, Any]) -> bytes:
    return _canonical(entry) + b"\n"


def _canonical(entry: dict[str, Any]) -> bytes:
    return json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def entries(place: Path) -> Iterator[tuple[str, bytes]]:
    """(file:line, content) of every line, the oldest first; the last one of a file may be torn."""
    for path in files(place):
        for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
            if line:
                yield f"{path.name}:{number}", line


def verify(place: Path) -> tuple[list[str], dict[str, Any] | None]:
    """What is wrong with the log, a sentence each, and its last line. A torn line that the next one names is right."""
    wrong: list[str] = []
    before: dict[str, Any] | None = None
    torn: dict[str, str] = {}
    for where, line in entries(place):
        entry = _entry_of(line)
        if entry is None:
            torn[_sha256(line)] = where
            continue
        if entry.get("action") == "torn":
            torn.pop(entry["facts"].get("sha256", ""), None)
        wrong += _wrong_with(where, entry, before)
        before = entry
    return [*wrong, *(f"{where}: a line that was cut off or changed." for where in torn.values())], before


def _entry_of(line: bytes) -> dict[str, Any] | None:
    with suppress(ValueError):
        found = json.loads(line)
        return found if isinstance(found, dict) and {"seq", "hash", "before", "facts"} <= found.keys() else None
    return None


def _wrong_with(where: str, entry: dict[str, Any], before: dict[str, Any] | None) -> list[str]:
    without = {name: value for name, value in entry.items() if name != "hash"}
    seq, last = (before["seq"], before["hash"]) if before else (0, START)
    return [
        *([f"{where}: its content is not what was written."] if _sha256(_canonical(without)) != entry["hash"] else []),
        *([f"{where}: it must follow line {seq}, got: line {entry['seq']}."] if entry["seq"] != seq + 1 else []),
        *([f"{where}: the line before it is not the one that was there."] if entry["before"] != last else []),
    ]


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0: the chain is whole; 1: it is not, or does not hold the line that was noted down; 4: not readable."""
    parser = argparse.ArgumentParser(prog="python -m data_access.audit", description="The audit log.")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--verify", action="store_true", help="check the chain of hashes; says the last line")
    what.add_argument("--export", action="store_true", help="every line on standard output, as JSON")
    parser.add_argument(
        "--head", metavar="HASH", help="with --verify: a last line noted down before, which must be there"
    )
    parser.add_argument("--patient", metavar="ID", help="with --export: only what names this patient")
    options = parser.parse_args(arguments)
    try:
        return _verify(folder(), options.head) if options.verify else _export(folder(), options.patient)
    except (OSError, RuntimeError) as error:
        print(f"The audit log must be readable, got: {type(error).__name__}.", file=sys.stderr)
        return 4


def _verify(place: Path, head: str | None) -> int:
    wrong, last = verify(place)
    if head and not any(head.encode() in line for _, line in entries(place)):
        wrong.append("The line that was noted down is not there any more: the end of the log was cut off.")
    print(*wrong, sep="\n", end="\n" if wrong else "", file=sys.stderr)
    if last is None:
        print("The log is empty.")
    else:
        print(f"{last['seq']:,} lines, the last of {last['at']}: {last['hash']}")
    return 1 if wrong else 0


def _export(place: Path, patient: str | None) -> int:
    wanted = patient_hash(patient).encode() if patient else b""
    for _, line in entries(place):
        if wanted in line:
            sys.stdout.buffer.write(line + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
