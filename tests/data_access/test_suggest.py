"""A proposed mapping: a line for each guess, what was not placed, and never more than a proposal."""

import datetime
import tomllib

import pytest

from data_access.bundle.problems import Problems
from data_access.sources.convert import convert
from data_access.suggest import main
from tests.data_access.datasets import write_csv
from tests.data_access.test_cdisc import rows_of, write_trial
from tests.data_access.workbooks import write_workbook

PATIENTS = (
    "Nr;Geschlecht;Geburtsdatum;Diagnose;Infusionsdatum;Produkt;"
    "Rezidivdatum 1;Rezidivart 1;Rezidivdatum 2;Rezidivart 2;"
    "Letzter Kontakt;Status;Bemerkung;Todesdatum\n"
    "17;w;01.02.2010;03.04.2016;05.03.2020;TISA;05.03.2021;KM;05.03.2022;ZNS;05.03.2023;lebt;Größe;\n"
    "18;d;01.02.2011;03.04.2017;05.04.2020;TISA;;;;;k.A.;verstorben;;05.03.2021\n"
)


def suggested(tmp_path, capsys, source):
    assert main([str(source)]) == 0
    text = capsys.readouterr().out
    (tmp_path / "m.toml").write_text(text, "utf-8")
    return text, tomllib.loads(text)


@pytest.fixture
def german(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "pat.csv").write_bytes(PATIENTS.encode("cp1252"))
    return tmp_path / "data"


def test_a_german_file_is_proposed_with_its_separator_encoding_dates_and_prefix(tmp_path, capsys, german):
    text, mapping = suggested(tmp_path, capsys, german)
    assert mapping["dataset"]["PAT"] == {"separator": ";", "encoding": "cp1252", "dates": ["dd.mm.yyyy"]}
    assert mapping["tables"] == {"subject": "Nr", "prefix": "S", "missing": ["k.A."]}
    assert [table["target"] for table in mapping["table"]] == ["patient", "treatment_course", "relapse"]
    assert mapping["table"][2]["for_each"] == ["1", "2"]
    assert "# PAT: Bemerkung" in text and "not placed: d" in text
    assert all("# guess" in line for line in text.splitlines() if line.startswith(("sex", "death_date", "missing")))


def test_what_is_not_placed_is_refused_until_it_is_mapped(tmp_path, capsys, german):
    text, _ = suggested(tmp_path, capsys, german)
    problems, bundle = Problems(), tmp_path / "bundle"
    bundle.mkdir()
    assert convert(german, "tables", tmp_path / "m.toml", bundle, problems) is not None
    assert [(p.code, p.row, p.column) for p in problems.errors] == [
        ("unmapped-value", 3, "Geschlecht"),
        ("unmapped-value", 2, "Rezidivart 2"),
    ]
    mended = text.replace('"w" = "female"', '"w" = "female", "d" = ""').replace(
        '"KM" = ', '"ZNS" = "extramedullary", "KM" = '
    )
    (tmp_path / "m.toml").write_text(mended, "utf-8")
    problems = Problems()
    assert convert(german, "tables", tmp_path / "m.toml", bundle, problems) is not None and str(problems) == ""
    assert rows_of(bundle, "patient")[0] == dict(
        patient_id="S17",
        sex="female",
        birth_month="2010-02",
        diagnosis_date="2016-04-03",
        last_contact_date="2023-03-05",
        vital_status="alive",
    )
    assert [row["date"] for row in rows_of(bundle, "relapse")] == ["2021-03-05", "2022-03-05"]


def test_a_workbook_needs_no_date_format(tmp_path, capsys):
    rows = [["ID", "Sex", "Infusion date"], ["P1", "F", datetime.date(2020, 3, 1)]]
    text, mapping = suggested(
        tmp_path, capsys, write_workbook(tmp_path / "b.xlsx", {"Data": rows, "Other": [["x"], [1]]})
    )
    assert "dates" not in text and "not_read" not in mapping["tables"] and '# not_read = ["OTHER"]' in text
    assert [table["dataset"] for table in mapping["table"]] == ["DATA", "DATA"]


def test_dates_that_could_be_read_either_way_are_said(tmp_path, capsys):
    write_csv(tmp_path / "data", "PAT", {"ID": ["P1"], "death_date": ["3/4/2020"]})
    assert "the other way round" in suggested(tmp_path, capsys, tmp_path / "data")[0]


def test_cdisc_names_are_known(tmp_path, capsys):
    _, mapping = suggested(tmp_path, capsys, write_trial(tmp_path / "trial"))
    columns = {(t["target"], t["dataset"]): t["columns"] for t in mapping["table"]}
    assert {"sex", "death_date", "vital_status"} <= set(columns["patient", "ADSL"])
    assert columns["treatment_course", "ADSL"]["infusion_date"] == "TRTSDT"
    assert columns["adverse_event", "ADAE"]["onset_date"] == "ASTDT"


def test_names_of_columns_cannot_break_out_of_their_place(tmp_path, capsys):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "pat.csv").write_text('ID,"x\n[cohort]\ntitle = 1",sex\nP1,1,"F"" } #"\n', "utf-8")
    text, mapping = suggested(tmp_path, capsys, tmp_path / "data")
    assert mapping["cohort"]["title"] == "Our cohort" and "# PAT: x [cohort] title = 1" in text


def test_what_is_no_source_ends_with_1(tmp_path, capsys):
    assert main([str(tmp_path / "none")]) == 1
    assert "no-source" in capsys.readouterr().err


def test_a_title_above_the_names_and_the_name_of_the_sheet_are_seen(tmp_path, capsys):
    patients = [["Auswertung 2024"], ["Nr", "Geschlecht", "Infusion"], [17, "w", datetime.date(2020, 3, 1)]]
    assays = [["Nr", "Datum", "Wert", "Ergebnis"], [17, datetime.date(2020, 3, 29), 0.5, "neg"]]
    _, mapping = suggested(
        tmp_path, capsys, write_workbook(tmp_path / "b.xlsx", {"Patienten": patients, "MRD": assays})
    )
    assert mapping["dataset"]["PATIENTEN"]["header"] == 2
    [mrd] = [table for table in mapping["table"] if table["dataset"] == "MRD"]
    assert mrd["target"] == "mrd_assessment" and mrd["columns"]["level"] == "Wert" and mrd["columns"]["date"] == "Datum"
