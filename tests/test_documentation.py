"""Documentation that cannot rot: commands, paths, terms and versions in words are those of the code."""

import re
import sys
import tomllib
from pathlib import Path

import pytest

from data_access.dictionary import dictionary
from endpoints.catalogue import CATALOGUE
from tests.conftest import tracing
from tests.test_architecture import COMPUTING, LONGEST_FILE, LONGEST_FUNCTION, LONGEST_PAGE, ROOMS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
BOTH = README + CONTRIBUTING
METHODS = (ROOT / "docs" / "methods.md").read_text("utf-8")
COMMANDS = [line.strip() for block in re.findall(r"```bash\n(.*?)```", README, re.S) for line in block.splitlines()]


def test_ci_runs_exactly_the_test_command_of_the_readme():
    command = next(c for c in COMMANDS if "pytest" in c)
    script = [
        line for line in (ROOT / ".ci" / "run").read_text("utf-8").splitlines() if line and not line.startswith("#")
    ]
    assert script == ["set -euo pipefail", 'cd "$(dirname "$0")/.."', command]


def test_the_two_commands_are_one_line_each():
    assert sum("streamlit run dashboard.py" in c and "venv" in c and "pip install" in c for c in COMMANDS) == 1
    assert sum("pytest" in c for c in COMMANDS) == 1


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`([a-z_./-]+/?(?:\.py|\.md|\.csv|\.in|\.toml|/))`", BOTH))))
def test_a_path_in_the_documents_exists(name):
    assert (ROOT / name).exists()


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(((?:docs/)?[A-Za-z-]+\.(?:md|png))\)", BOTH))))
def test_a_linked_document_exists(link):
    assert (ROOT / link).is_file()


def test_every_module_run_in_the_documents_exists():
    for module in re.findall(r"python -m ([a-z_.]+)", BOTH):
        if module not in ("venv", "pytest"):
            assert (ROOT / f"{module.replace('.', '/')}.py").is_file()


def test_every_dependency_has_its_reason():
    for file in ("requirements.in", "tests/requirements.in"):
        for line in (ROOT / file).read_text("utf-8").splitlines():
            if "==" in line:
                assert re.search(rf"\b{re.escape(line.split('==')[0])}\b", README), line


def test_no_other_room_s_test_is_traced_in_a_worker_either(request):
    """What CONTRIBUTING says of --cov: a test of no computing room runs at its own speed, which tracing halves."""
    assert tracing(request.config) is None or sys.gettrace() is None


def test_every_kind_of_test_has_its_command_and_seconds():
    """Every folder and file of tests stands in one row of the table; so does no other."""
    rows = re.findall(r"^\| [^|]+ \| `\.venv/bin/python -m pytest ([^`]+)` \| \d+ \|$", CONTRIBUTING, re.M)
    named = [word for row in rows for word in row.split() if word.startswith("tests/")]
    tests = ROOT / "tests"
    found = {f"tests/{p.name}" for p in tests.glob("test_*.py")} | {
        f"tests/{p.name}" for p in tests.iterdir() if next(p.rglob("test_*.py"), None)
    }
    assert sorted(named) == sorted(found)


def test_the_commands_that_compile_the_requirements_are_those_that_made_them():
    for file in ("requirements.txt", "tests/requirements.txt"):
        made_by = (ROOT / file).read_text("utf-8").splitlines()[1].removeprefix("#").strip()
        assert f".venv/bin/{made_by}\n" in CONTRIBUTING


def test_the_table_of_rooms_is_that_of_the_architecture():
    rows = re.findall(r"^\| `([a-z_]+)/` \| [^|]+ \| ([^|]+) \|$", CONTRIBUTING, re.M)
    assert {room for room, _ in rows} == set(COMPUTING)
    for room, may in rows:
        others = ROOMS[room] & set(COMPUTING) - {room}
        said = {"every room": set(COMPUTING) - {"pages"}, "no other room": set()}.get(may, set(may.split(", ")))
        assert said == others, room


def test_the_house_rules_say_the_limits_that_are_tested():
    for limit in (LONGEST_FUNCTION, LONGEST_FILE, LONGEST_PAGE):
        assert re.search(rf"\b{limit}\b", CONTRIBUTING.split("## House rules")[1].splitlines()[2]), limit


def test_the_data_dictionary_is_printed_from_the_tables():
    assert (ROOT / "docs" / "data-dictionary.md").read_text("utf-8").strip() == dictionary().strip()


def test_every_endpoint_of_the_catalogue_is_named_in_the_readme():
    named = set(re.findall(r"\b[A-Z]{2,7}\b", README))
    families = {
        e.paramcd.removesuffix("CD19").removesuffix("CI").removesuffix("T").removesuffix("C") or e.paramcd
        for e in CATALOGUE
        if e.paramcd not in ("TTHSCT", "BCA")
    } | {"TTHSCT", "BCA"}
    assert families <= named


def test_every_estimator_has_its_section_in_the_methods():
    for module in (ROOT / "estimators").glob("*.py"):
        if "METHOD =" in module.read_text("utf-8"):
            assert f"estimators/{module.name}" in METHODS, module.name


FAULTS = (ROOT / "docs" / "faults.md").read_text("utf-8")
FAMILIES = {"D": 20, "G": 18, "H": 12, "I": 10, "M": 11, "N": 9}  # how many faults each has
ROWS = re.findall(r"^\| ([A-Z][0-9]{2}) \| ([^|]+) \| ([^|]+) \| (.+) \|$", FAULTS, re.M)


def test_every_fault_of_a_family_stands_in_the_table_once():
    wanted = [f"{family}{number:02d}" for family, n in FAMILIES.items() for number in range(1, n + 1)]
    assert [fault for fault, *_ in ROWS] == wanted


@pytest.mark.parametrize(("fault", "held"), [(row[0], f"{row[2]} {row[3]}") for row in ROWS])
def test_a_fault_is_held_by_tests_that_say_its_number_or_it_is_said_why_not(fault, held):
    tests = re.findall(r"`(tests/[a-z_0-9/]+\.py)::(\w+)`", held)
    by_hand = re.search(r"by hand[^`]*`(?:python -m ([a-z_.]+)|pip-audit)|by hand in an image", held)
    assert tests or by_hand or "does not apply: " in held
    for path, name in tests:
        assert f"def {name}(" in (ROOT / path).read_text("utf-8"), name
        assert fault.lower() in name.lower().split("_"), (fault, name)
    if by_hand and by_hand[1]:
        assert (ROOT / f"{by_hand[1].replace('.', '/')}.py").is_file()


def test_the_changelog_knows_the_version():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_readme_pages_are_the_pages():
    questions = {line.split("|")[2].strip() for line in README.splitlines() if line.startswith("| ") and "?" in line}
    docstrings = {p.read_text("utf-8").split('"""')[1] for p in (ROOT / "pages").glob("*.py")}
    assert questions == docstrings
