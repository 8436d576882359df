"""What every estimator brings, found by listing the room: its words, its section, its test, its authority."""

import ast
import importlib
import re
from functools import cache
from pathlib import Path

import pytest

from tests.oracle.largest_difference import table
from tests.oracle.reading import FOLDER, json_of

ROOT = Path(__file__).parents[2]
MODULES = sorted(path.stem for path in (ROOT / "estimators").glob("*.py") if path.stem != "__init__")
METHODS = (ROOT / "docs" / "methods.md").read_text("utf-8")


def section_of(name):
    """What the module declares; every module does: a section, or None when it is shared and computes nothing itself."""
    return importlib.import_module(f"estimators.{name}").SECTION


ESTIMATORS = [name for name in MODULES if section_of(name) is not None]
SHARED = [name for name in MODULES if section_of(name) is None]


@cache
def imported_by(folder, pattern):
    """{module of estimators: files that import it} under a folder."""
    found = {}
    for path in sorted((ROOT / folder).glob(pattern)):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "estimators":
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("estimators."):
                names = [node.module.split(".")[1]]
            else:
                continue
            for name in names:
                found.setdefault(name, set()).add(path.name)
    return found


@cache
def compared_with_an_authority():
    """{module: values compared}: the first word of each row of the table of differences."""
    frame = table()
    return frame.groupby(frame["estimator"].str.split(" ").str[0])["values"].sum().to_dict()


@pytest.mark.parametrize("name", ESTIMATORS)
def test_an_estimator_has_method_reference_and_a_section_of_the_methods(name):
    module = importlib.import_module(f"estimators.{name}")
    assert module.METHOD.endswith(".") and re.search(r"\d{4}|convention|Direct count", module.REFERENCE)
    section = re.search(rf"^## {re.escape(module.SECTION)}\n(.*?)(?=^## |\Z)", METHODS, re.S | re.M)
    assert section, f"docs/methods.md must have the section {module.SECTION}"
    assert f"estimators/{name}.py" in section[1], f"the section {module.SECTION} must name estimators/{name}.py"
    assert all(f"**{part}**" in section[1] for part in ("Reference", "Does not say", "R")) or "Schemper" in section[1]


@pytest.mark.parametrize("name", ESTIMATORS)
def test_an_estimator_has_a_test_and_an_authority(name):
    assert imported_by("tests/estimators", "test_*.py").get(name), f"no file in tests/estimators imports {name}"
    assert compared_with_an_authority().get(name, 0) > 0, f"tests/oracle compares nothing of {name} with R"


@pytest.mark.parametrize("name", SHARED)
def test_what_is_shared_is_used_by_estimators_and_says_no_method_of_its_own(name):
    assert imported_by("estimators", "*.py").get(name), (
        f"estimators/{name}.py must declare SECTION, METHOD and REFERENCE"
    )
    assert not hasattr(importlib.import_module(f"estimators.{name}"), "METHOD")


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.json")))
def test_every_file_of_results_says_which_versions_and_calls_made_it(name):
    found = json_of(name)
    text = (FOLDER / f"{name}.json").read_text("utf-8")
    assert re.search(r"4\.2\.2", text), "the version of R"
    analyses = found.get("analyses", [])
    assert all(
        a.get("r_call") or a.get("r_function") or a["kind"] in ("landmark", "reverse_km_followup") for a in analyses
    )
