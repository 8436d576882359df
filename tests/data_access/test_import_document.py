"""docs/import.md says what the readers do: every code they give has a hint and stands there, with its links."""

import ast
import re
from pathlib import Path

import pytest

from data_access.options import READERS as NAMES
from data_access.redcap_forms import FORMS
from data_access.schema.hints import HINTS
from data_access.sources.convert import READERS
from data_access.sources.dates import FORMATS
from data_access.sources.redcap_options import OPTIONS
from data_access.sources.tables.parse import GENERAL_ENTRIES, OWN_ENTRIES, TABLE_ENTRIES
from data_access.sources.tables.parse_column import COLUMN_ENTRIES

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "import.md").read_text("utf-8")
SAMPLES = "".join((ROOT / "docs" / name).read_text("utf-8") for name in ("redcap-mapping.toml", "cdisc-mapping.toml"))
READING = sorted((ROOT / "data_access" / "sources").rglob("*.py"))
CONSTANTS = {
    node.value
    for module in (*READING, ROOT / "data_access" / "bundle" / "sheet.py")
    for node in ast.walk(ast.parse(module.read_text("utf-8")))
    if isinstance(node, ast.Constant) and isinstance(node.value, str)
}
CODES = sorted(text for text in CONSTANTS if re.fullmatch("[a-z]+(-[a-z]+)+", text))
OF_EVERY_FILE = {
    "too-large",
    "not-csv",
    "cell-count",
    "duplicate-column",
    "not-toml",
    "no-mapping",
    "mapping-entry",
    "no-source",
    "not-a-date",
    "not-xpt",
    "no-day-one",
    "not-a-study-day",
    "not-a-relative-day",
}  # said where they happen, with a hint; no choice to explain


@pytest.mark.parametrize("code", CODES)
def test_a_code_of_the_readers_has_a_hint_and_is_explained(code):
    assert HINTS[code].endswith(".")
    assert code in OF_EVERY_FILE or f"`{code}`" in TEXT


def test_the_codes_are_found():
    assert {
        "instance-gap",
        "label-not-raw",
        "checkbox-field",
        "special-missing",
        "partial-date",
        "never-comes",
        "two-datasets",
        "mapping-entry",
    } <= set(CODES)


def test_every_reader_of_the_command_exists():
    assert tuple(READERS) == NAMES
    assert all(f"--from {name}" in TEXT for name in NAMES)


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#]+)\)", TEXT))))
def test_a_link_of_the_document_exists(link):
    assert (ROOT / "docs" / link).is_file()


def test_modules_that_the_document_runs_exist():
    for module in re.findall(r"python -m ([a-z_.]+)", TEXT + SAMPLES):
        assert (ROOT / f"{module.replace('.', '/')}.py").is_file()


def test_every_option_is_explained():
    for name in (*OPTIONS, *TABLE_ENTRIES, *COLUMN_ENTRIES, *GENERAL_ENTRIES, *OWN_ENTRIES, *FORMATS):
        assert re.search(rf"\b{name}\b", TEXT + SAMPLES), name


def test_the_document_names_every_repeating_instrument():
    assert all(form in TEXT for form in FORMS)
