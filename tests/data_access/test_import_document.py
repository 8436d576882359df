"""docs/import.md says what the readers do: every code they give has a hint and stands there, with its links."""

import ast
import datetime
import importlib
import re
from pathlib import Path

import pytest

from data_access.load import check_source
from data_access.options import READERS as NAMES
from data_access.redcap_forms import FORMS
from data_access.schema.hints import HINTS
from data_access.sources.convert import READERS
from data_access.sources.dates import FORMATS
from data_access.sources.redcap_options import OPTIONS
from data_access.sources.tables.parse import GENERAL_ENTRIES, OWN_ENTRIES, TABLE_ENTRIES
from data_access.sources.tables.parse_column import COLUMN_ENTRIES
from tests.data_access.redcap_export import export_rows, write_export
from tests.data_access.test_cdisc import write_trial
from tests.data_access.test_redcap import TABLES
from tests.data_access.workbooks import write_workbook

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


def commands():
    """(module, arguments) of every command in a block of the document, once for each reader that it may mean."""
    for block in re.findall(r"```bash\n(.*?)```", TEXT, re.S):
        for module, rest in re.findall(r"\.venv/bin/python -m (data_access\.\w+) (.*)", block):
            named = re.search(r"--from (\w+)", rest)
            readers = NAMES if named and named[1] == "READER" else [named[1]] if named else ["tables"]
            yield from (pytest.param(module, rest, reader, id=f"{module} {reader} {rest[:40]}") for reader in readers)


def write_german_workbook(path):
    """What docs/tables-mapping.toml describes, of two patients."""
    names = ["Nr", "Geschlecht", "Geburtsmonat", "Diagnose", "Status", "Todesdatum", "Letzter Kontakt", "Infusion"]
    sides = [f"{name} {n}" for n in (1, 2, 3) for name in ("Rezidiv", "Art")]
    first = [17, "w", "02/2010", "01.03.2018", "lebt", "", "01.03.2024", datetime.date(2020, 3, 1)]
    other = [18, "m", "07/2011", "01.04.2019", "verstorben", "01.05.2021", "k.A.", "01.04.2020"]
    patients = [["Auswertung"], names + sides, [*first, "05.03.2021", "KM", *[""] * 4], [*other, *[""] * 6]]
    visits = [
        ["Nr", "Datum", "Art", "Ergebnis"],
        [17, "29.03.2020", "Knochenmark", "CR"],
        [18, "1.5.2020", "Impfung", ""],
    ]
    assays = [["Nr", "Datum", "Wert", "Einheit", "Ergebnis"], [17, "29.03.2020", "-", "%", "negativ"]]
    sheets = {"Patienten": patients, "Verlauf": visits, "MRD": assays, "Notizen": [["Text"], ["x"]]}
    return write_workbook(path, sheets)


SOURCES = {
    "tables": (lambda folder: write_german_workbook(folder / "Kohorte.xlsx"), "tables-mapping.toml"),
    "redcap": (lambda folder: write_export(folder / "export.csv", export_rows(TABLES)), "redcap-mapping.toml"),
    "cdisc": (lambda folder: write_trial(folder / "trial"), "cdisc-mapping.toml"),
}


@pytest.mark.parametrize(("module", "rest", "reader"), list(commands()))
def test_a_command_of_the_document_runs_with_the_example_beside_it(module, rest, reader, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    make, mapping = SOURCES[reader]
    meant = dict.fromkeys(("SOURCE", "FOLDER", "EXPORT.csv"), str(make(tmp_path)))
    meant |= {"READER": reader, "COPY.toml": str(ROOT / "docs" / mapping)}
    meant |= {"sqlite:////path/to/cohort.db": f"sqlite:///{tmp_path / 'a.db'}"}
    arguments = [meant.get(word, word) for word in rest.partition(" >")[0].split()]
    assert importlib.import_module(module).main(arguments) == 0, capsys.readouterr().err
    said = capsys.readouterr()
    assert "left-out" not in said.err and "not-read" not in said.err
    assert (tmp_path / "problems.csv").is_file() == ("--problems" in rest)
    assert (tmp_path / "a.db").is_file() == ("--database-url" in rest)


def test_the_example_of_tables_reads_the_workbook_that_it_describes(tmp_path):
    done = check_source(
        write_german_workbook(tmp_path / "b.xlsx"), None, "tables", ROOT / "docs" / "tables-mapping.toml"
    )
    rows = {name: n for name, n in done.rows.items() if n}
    assert rows == dict(product=1, patient=2, treatment_course=2, relapse=1, response_assessment=1, mrd_assessment=1)
    assert [(one.file, one.rows, one.on_purpose) for one in done.problems.not_read] == [
        ("b.xlsx, sheet Notizen", 1, True)
    ]


def test_every_reader_has_its_check_before_its_import():
    for reader in NAMES:
        checks = [
            rest for _, rest in re.findall(r"python -m (data_access\.load) (.*)", TEXT) if f"--from {reader}" in rest
        ]
        assert "--check" in checks[0] and "--database-url" in checks[-1], reader


def test_every_option_is_explained():
    for name in (*OPTIONS, *TABLE_ENTRIES, *COLUMN_ENTRIES, *GENERAL_ENTRIES, *OWN_ENTRIES, *FORMATS):
        assert re.search(rf"\b{name}\b", TEXT + SAMPLES), name


def test_the_document_names_every_repeating_instrument():
    assert all(form in TEXT for form in FORMS)
