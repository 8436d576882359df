"""The two lists of direct requirements and the two compiled from them: every version and hash, and nothing stale."""

import re
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PIN = re.compile(r"([A-Za-z0-9_.-]+)==([0-9][0-9A-Za-z.]*)(?: ; .*)?")
COMPILED = pytest.mark.parametrize("folder", [ROOT, ROOT / "tests"], ids=["requirements", "tests"])


def direct(folder: Path) -> dict[str, str]:
    """{name: version} of requirements.in, and of the lists that it reads."""
    pins = {}
    for line in (folder / "requirements.in").read_text("utf-8").splitlines():
        if line.startswith("-r "):
            pins |= direct((folder / line.removeprefix("-r ")).parent)
        elif line and not line.startswith("#"):
            pin = PIN.fullmatch(line)
            assert pin, f"a requirement must be pinned as name==version, got: {line}"
            pins[canonicalize_name(pin[1])] = pin[2]
    return pins


def compiled(folder: Path) -> dict[str, tuple[str, list[str]]]:
    """{name: (version, hashes)} of requirements.txt."""
    text = re.sub(r"^#.*\n", "", (folder / "requirements.txt").read_text("utf-8"), flags=re.M).replace("\\\n", "")
    entries = {}
    for line in text.splitlines():
        requirement, *hashes = line.split(" --hash=sha256:")
        pin = PIN.fullmatch(requirement.strip())
        assert pin, f"a compiled line must be name==version, got: {requirement}"
        entries[canonicalize_name(pin[1])] = pin[2], [digest.strip() for digest in hashes]
    return entries


def needed(name: str) -> set[str]:
    """What an installed distribution needs here, without its extras."""
    asked = map(Requirement, metadata.requires(name) or [])
    return {canonicalize_name(r.name) for r in asked if r.marker is None or r.marker.evaluate({"extra": ""})}


@COMPILED
def test_the_compiled_file_has_the_versions_of_the_direct_list(folder):
    versions = {name: version for name, (version, _) in compiled(folder).items()}
    assert {name: versions.get(name) for name in direct(folder)} == direct(folder)


@COMPILED
def test_n02_every_version_has_its_hashes(folder):
    assert [
        name
        for name, (_, hashes) in compiled(folder).items()
        if not hashes or not all(re.fullmatch("[0-9a-f]{64}", digest) for digest in hashes)
    ] == []


@COMPILED
def test_what_the_requirements_need_themselves_stands_there_too(folder):
    entries = compiled(folder)
    missing = {(name, other) for name in entries if _is_installed(name) for other in needed(name) - set(entries)}
    assert missing == set(), "compile the requirements again (CONTRIBUTING.md, Dependencies)"


def _is_installed(name: str) -> bool:
    try:
        return bool(metadata.version(name))
    except metadata.PackageNotFoundError:  # of another platform
        return False


@COMPILED
def test_nothing_stands_there_that_nobody_needs(folder):
    entries, reached, waiting = compiled(folder), set(), set(direct(folder))
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting |= (needed(name) if _is_installed(name) else set()) - reached
    of_other_platforms = {name for name in entries if not _is_installed(name)}
    assert set(entries) - reached - of_other_platforms == set()


def test_the_tests_run_on_the_versions_of_the_dashboard():
    tests, dashboard = compiled(ROOT / "tests"), compiled(ROOT)
    assert {name: tests.get(name) for name in dashboard} == dashboard


def test_what_is_installed_is_what_is_pinned():
    pinned = {name: version for name, (version, _) in compiled(ROOT / "tests").items()}
    assert {n: metadata.version(n) for n in pinned if _is_installed(n)} == {
        n: version for n, version in pinned.items() if _is_installed(n)
    }
