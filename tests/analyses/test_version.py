"""A number never changes under the same version: what the version is made of, and where it stands."""

import re
import shutil

import pytest

from analyses import version
from analyses.cohort import Choice, choose
from analyses.time_to_event.estimate import estimate_endpoint
from analyses.version import APP_VERSION, ROOMS, ROOT, calendar_version, source_hash
from endpoints.catalogue import OS
from estimators.kaplan_meier import kaplan_meier
from figures.figure import figure_of
from tests.generated import generated


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """The computing rooms, to be changed."""
    folder = tmp_path_factory.mktemp("copy")
    for room in ROOMS:
        shutil.copytree(ROOT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def test_a_version_is_a_month_and_a_hash():
    assert re.fullmatch(r"20\d\d\.\d\d(\.\d+)?\+[0-9a-f]{8}", APP_VERSION)
    assert f"{calendar_version()}+{source_hash()}" == APP_VERSION
    assert f"## {calendar_version()}" in (ROOT / "CHANGELOG.md").read_text("utf-8")


@pytest.mark.parametrize("room", ROOMS)
def test_a_change_of_any_computing_room_is_another_version(copied, room):
    before = source_hash(copied)
    path = max((copied / room).rglob("*.py"))
    path.write_text(path.read_text("utf-8") + "\n# another number\n", "utf-8")
    assert source_hash(copied) != before


def test_line_ends_of_a_checkout_are_no_change(copied):
    before = source_hash(copied)
    for path in (copied / "estimators").rglob("*.py"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert source_hash(copied) == before


def test_the_version_stands_in_every_file_image_file_name_and_key(monkeypatch):
    cohort = choose(generated(1), Choice())
    figure = figure_of(estimate_endpoint(cohort, OS, kaplan_meier), OS.param, code="os")
    assert f"App version: {APP_VERSION}" in figure.csv("numbers", {}).decode("utf-8-sig")
    assert any(f"app {APP_VERSION}" in line for line in figure.image_lines())
    assert APP_VERSION in cohort.key and APP_VERSION in str(cohort.data.identity)
    name = figure.file_name("numbers", {})
    monkeypatch.setattr("figures.figure.APP_VERSION", "2000.01+00000000")
    assert figure.file_name("numbers", {}) != name
    assert version.APP_VERSION == APP_VERSION
