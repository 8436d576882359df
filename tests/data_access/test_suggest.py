"""A proposed mapping: a line for each guess, what was not placed, and never more than a proposal."""

import datetime
import tomllib

import pytest

from data_access.bundle.problems import Problems
from data_access.redcap_forms import FIELDS
from data_access.sources.convert import convert
from data_access.sources.mapping import PLACEHOLDER
from data_access.suggest import main
from tests.data_access.datasets import COHORT, TISA, write_csv
from tests.data_access.test_any_tables import PATIENT
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


FACTS = (
    ("title = ", '"Ours"'),
    ("data_cutoff = ", "2024-06-30"),
    ("source = ", '"Tests"'),
    ("product_code = ", '"TISA"'),
    ("name = ", '"tisagenlecleucel"'),
)


def filled_in(text):
    """The proposal with what only its reader knows, line by line."""
    lines = []
    for line in text.splitlines():
        fact = next((value for name, value in FACTS if line.startswith(name) and PLACEHOLDER in line), None)
        lines.append(line if fact is None else f"{line.partition('=')[0]}= {fact}")
    return "\n".join(lines)


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
    text = filled_in(text)
    (tmp_path / "m.toml").write_text(text, "utf-8")
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
    assert mapping["cohort"]["title"].startswith(PLACEHOLDER) and "# PAT: x [cohort] title = 1" in text


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


def read_mapping(tmp_path, source):
    """(reason why nothing was read or None, problems) of the mapping as it stands."""
    problems = Problems()
    (tmp_path / "bundle").mkdir(exist_ok=True)
    origin = convert(source, "tables", tmp_path / "m.toml", tmp_path / "bundle", problems)
    return origin, [(p.severity, p.code, p.column) for p in problems.listed]


def test_what_the_proposal_left_open_is_refused_by_name(tmp_path, capsys):
    write_csv(tmp_path / "data", "PAT", {"ID": ["P1"], "sex": ["F"]})
    text, _ = suggested(tmp_path, capsys, tmp_path / "data")
    names = ["cohort.title", "cohort.data_cutoff", "cohort.source", "product.1.product_code", "product.1.name"]
    expected = [("ERROR", "placeholder", name) for name in names]
    assert read_mapping(tmp_path, tmp_path / "data") == (None, expected)
    (tmp_path / "m.toml").write_text(filled_in(text), "utf-8")
    origin, said = read_mapping(tmp_path, tmp_path / "data")
    assert origin is not None and said == []


def test_an_entry_left_open_is_found_wherever_it_stands(tmp_path):
    mapping = f'{COHORT}{TISA}[tables]\nsubject = "ID"\n{PATIENT}sex = {{ constant = "{PLACEHOLDER}" }}\n'
    (tmp_path / "m.toml").write_text(mapping, "utf-8")
    write_csv(tmp_path / "data", "PAT", {"ID": ["P1"]})
    assert read_mapping(tmp_path, tmp_path / "data")[1] == [("ERROR", "placeholder", "table.1.columns.sex.constant")]


def test_products_are_proposed_by_their_own_texts(tmp_path, capsys):
    write_csv(tmp_path / "data", "PAT", {"ID": ["P1", "P2"], "Infusion": ["2020-03-01"] * 2, "Product": ["KYM", "TEC"]})
    _, mapping = suggested(tmp_path, capsys, tmp_path / "data")
    assert [product["product_code"] for product in mapping["product"]] == ["KYM", "TEC"]


def test_patients_are_proposed_although_no_dataset_looks_like_one_of_patients(tmp_path, capsys):
    visits = {"ID": ["P1", "P1", "P2"], "MRD date": ["2020-04-01", "2020-05-01", "2020-05-01"], "MRD": ["neg"] * 3}
    write_csv(tmp_path / "data", "VISITS", visits)
    write_csv(tmp_path / "data", "IGG", {"ID": ["P1"], "IgG": ["400"], "Date": ["2020-04-01"]})
    text, mapping = suggested(tmp_path, capsys, tmp_path / "data")
    [patient] = [table for table in mapping["table"] if table["target"] == "patient"]
    assert (patient["dataset"], patient["distinct"]) == ("VISITS", True) and patient["columns"] == {"patient_id": "ID"}
    assert '# specimen = { constant = "..." }    # required, not found: name a variable' in text and "BM, PB" in text


def test_patients_and_courses_come_from_one_dataset_although_every_one_repeats_them(tmp_path, capsys):
    people = {"USUBJID": ["P1", "P2"], "SEX": ["F", "M"], "TRTSDT": ["2020-03-01", "2020-04-01"]}
    write_csv(tmp_path / "data", "ADSL", people)
    events = {name: [cells[0]] * 2 for name, cells in people.items()}
    write_csv(tmp_path / "data", "ADAE", {**events, "ASTDT": ["2020-03-04"] * 2, "AEDECOD": ["CRS", "ICANS"]})
    text, mapping = suggested(tmp_path, capsys, tmp_path / "data")
    assert [(table["target"], table["dataset"]) for table in mapping["table"]] == [
        ("adverse_event", "ADAE"),
        ("patient", "ADSL"),
        ("treatment_course", "ADSL"),
    ]
    assert "# ADAE: SEX: named like patient.sex, which is proposed from ADSL" in text


def test_two_files_of_different_patients_are_both_proposed(tmp_path, capsys):
    for name, patient in (("BERLIN", "P1"), ("MUNICH", "P2")):
        write_csv(tmp_path / "data", name, {"ID": [patient], "sex": ["F"]})
    _, mapping = suggested(tmp_path, capsys, tmp_path / "data")
    assert [table["dataset"] for table in mapping["table"]] == ["BERLIN", "MUNICH"]


def test_what_was_not_placed_has_its_reason(tmp_path, capsys):
    columns = {
        "ID": "P1",
        "sex": "F",
        "Gender": "F",
        "death_date": "soon",
        "Note": "x",
        "Seen": "2020-01-01",
        "Void": "",
    }
    write_csv(tmp_path / "data", "PAT", {name: [cell] for name, cell in (columns | {"IgG": "400"}).items()})
    write_csv(tmp_path / "data", "LIST", {"colour": ["red"]})
    text, _ = suggested(tmp_path, capsys, tmp_path / "data")
    for line in (
        "# PAT: Gender: named like patient.sex, which 'sex' fills",
        "# PAT: death_date: named like patient.death_date, but it does not look like dates",
        "# PAT: Note: the name is not known",
        "# PAT: Seen: the name is not known, it looks like dates",
        "# PAT: Void: empty",
        "# PAT: IgG: named like immunoglobulin.igg_mg_dl, but the date of such a row is not here",
        "# LIST: colour: no column names the patient",
    ):
        assert line in text.splitlines()


@pytest.mark.parametrize(
    ("name", "columns", "option", "begin"),
    [
        ("EXPORT", ("record_id", "redcap_event_name", "gender"), "--from redcap", "beginning of such a field map"),
        ("EXPORT", ("record_id", "gender", "base_complete"), "--from redcap", "beginning of such a field map"),
        ("EXPORT", ("patient_id", "redcap_repeat_instrument", *FIELDS), "--from redcap", "redcap-mapping.toml"),
        ("ADSL", ("USUBJID", "SEX"), "--from cdisc", "cdisc-mapping.toml"),
        ("PAT", ("USUBJID", "SEX"), "", ""),
        ("ADSL", ("ID", "SEX"), "", ""),
    ],
)
def test_files_of_another_reader_are_told_where_to_go(tmp_path, capsys, name, columns, option, begin):
    write_csv(tmp_path / "data", name, {column: ["1"] for column in columns})
    assert main([str(tmp_path / "data")]) == 0
    said = capsys.readouterr()
    assert tomllib.loads(said.out) and (option in said.out.split("[cohort]")[0]) and option in said.err
    assert begin in said.err and bool(said.err) == bool(option)


def test_a_dataset_is_known_by_its_own_name_and_identifiers_written_in_another_way_are_told(tmp_path, capsys):
    patients = {"ID": ["1", "2"], "Geb.": ["02/2010", "03/2011"], "lebt?": ["ja", "nein"], "ED": ["01.02.2019"] * 2}
    write_csv(tmp_path / "data", "PAT", patients)
    write_csv(tmp_path / "data", "Rezidive", {"ID": ["C-1"], "Datum": ["05.03.2021"], "Lokalisation": ["KM"]})
    text, mapping = suggested(tmp_path, capsys, tmp_path / "data")
    columns = {table["target"]: table["columns"] for table in mapping["table"]}
    assert columns["patient"]["birth_month"] == {"from": "Geb.", "format": "mm/yyyy"}
    assert columns["patient"]["vital_status"] == {"from": "lebt?", "values": {"ja": "alive", "nein": "dead"}}
    assert columns["relapse"]["date"] == "Datum"
    assert "# REZIDIVE: 1 of its 1 patients are not in PAT. Are identifiers written in another way there?" in text


def test_a_course_that_was_never_infused_is_not_proposed_to_be_left_out(tmp_path, capsys):
    write_csv(
        tmp_path / "data", "PAT", {"ID": ["P1"], "Infusion": [""], "Einschluss": ["2020-03-01"], "Produkt": ["K"]}
    )
    [course] = [
        t for t in suggested(tmp_path, capsys, tmp_path / "data")[1]["table"] if t["target"] == "treatment_course"
    ]
    assert "filled" not in course


def test_a_text_that_may_mean_not_done_is_not_taken_for_negative(tmp_path, capsys):
    write_csv(
        tmp_path / "data", "MRD", {"ID": ["P1", "P1"], "date": ["2020-03-01", "2020-04-01"], "result": ["n.d.", "neg"]}
    )
    [mrd] = [t for t in suggested(tmp_path, capsys, tmp_path / "data")[1]["table"] if t["target"] == "mrd_assessment"]
    assert mrd["columns"]["result"]["values"] == {"neg": "negative"}


def test_a_column_of_which_no_text_is_a_code_of_ours_is_not_placed(tmp_path, capsys):
    write_csv(tmp_path / "data", "PAT", {"ID": ["P1"], "sex": ["F"], "status": ["CRi"], "day": ["28"]})
    (tmp_path / "data" / "notes.docx").write_bytes(b"x")
    text, _ = suggested(tmp_path, capsys, tmp_path / "data")
    assert "# PAT: status: named like patient.vital_status, but it does not look like our codes: CRi" in text
    assert "# PAT: day: the name is not known, perhaps a day counted from a date" in text
    assert "# notes.docx: no file of tables" in text


def test_a_record_number_is_no_missing_code_and_what_tells_rows_apart_is_said(tmp_path, capsys):
    columns = {"USUBJID": ["98", "99"], "ADT": ["2020-03-01"] * 2, "AVALC": ["CR", "-99"], "PARAMCD": ["OVR", "BOR"]}
    write_csv(tmp_path / "data", "RESPONSES", columns)
    text, mapping = suggested(tmp_path, capsys, tmp_path / "data")
    assert mapping["tables"]["missing"] == ["-99"]
    assert 'RESPONSES: PARAMCD: the name is not known, perhaps what tells rows apart: where = { "PARAMCD"' in text


def test_an_export_of_redcap_is_proposed_as_a_field_map_that_its_reader_takes(tmp_path, capsys):
    lines = [
        "record_id;redcap_event_name;sex;infusion_date;product;relapse_date;relapse_type",
        "98;base_arm_1;f;01.03.2020;TISA;;",
        "98;visit_arm_1;;;;01.03.2021;bm",
    ]
    export = tmp_path / "Project_DATA_2024.csv"
    export.write_text("\n".join(lines) + "\n", "utf-8")
    text, mapping = suggested(tmp_path, capsys, export)
    assert mapping["redcap"] == {"record_id": "record_id", "prefix": "S"} and "--from redcap" in text
    assert mapping["dataset"]["EXPORT"] == {"separator": ";", "dates": ["dd.mm.yyyy"]}
    assert all(table["events"] == ["base_arm_1", "visit_arm_1"] for table in mapping["table"])
    base = filled_in(text).replace(', "visit_arm_1"]', "]", 2)  # the patient's and the course's
    (tmp_path / "m.toml").write_text(base, "utf-8")
    problems, bundle = Problems(), tmp_path / "bundle"
    bundle.mkdir()
    assert convert(export, "redcap", tmp_path / "m.toml", bundle, problems) is not None and not problems.errors
    assert rows_of(bundle, "patient") == [dict(patient_id="S98", sex="female")]
    assert [(row["date"], row["level"]) for row in rows_of(bundle, "relapse")] == [("2021-03-01", "morphologic")]
