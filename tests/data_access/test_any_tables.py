"""Any tables: how each dataset is written, which rows are taken, what is made of each cell; nothing lost unsaid."""

import datetime
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from data_access.bundle.problems import Problems
from data_access.load import main
from data_access.sources.convert import convert
from tests.data_access.datasets import COHORT, TISA, write_csv
from tests.data_access.test_cdisc import rows_of
from tests.data_access.workbooks import write_workbook

TRIALS = Path(__file__).parent / "trials"
PATIENT = '[[table]]\ntarget = "patient"\ndataset = "PAT"\n[table.columns]\npatient_id = "ID"\n'
CONTACT = '[[table]]\ntarget = "contact"\ndataset = "VISIT"\n[table.columns]\npatient_id = "ID"\n'
MRD = (
    '[[table]]\ntarget = "mrd_assessment"\ndataset = "MRD"\n[table.columns]\npatient_id = "ID"\n'
    'date = "DATUM"\nspecimen = { constant = "BM" }\nmethod = { constant = "flow" }\n'
    'result = { constant = "positive" }\n'
)


def read(tmp_path, entries, general="", source=None, table="patient"):
    """(rows of a table or None, problems) of a source under a mapping; `general` is [tables]."""
    path, problems, bundle = tmp_path / "m.toml", Problems(), tmp_path / "bundle"
    path.write_text(f'{COHORT}{TISA}[tables]\nsubject = "ID"\n{general}\n{entries}', encoding="utf-8")
    bundle.mkdir(exist_ok=True)
    origin = convert(source or tmp_path / "data", "tables", path, bundle, problems)
    said = [(p.code, p.row, p.column, p.value) for p in problems.listed]
    read.problems = problems
    return (None if origin is None else rows_of(bundle, table)), said


def books():
    """(rows read, taken, refused, left out by reason) of each dataset of the last reading."""
    return [
        (a.file, a.read, a.taken, a.refused, {(o.variable, o.value, o.on_purpose): n for o, n in a.left_out})
        for a in read.problems.accounts
    ]


# What a file says: CSV


def write(tmp_path, name, text, encoding="utf-8"):
    (tmp_path / "data").mkdir(exist_ok=True)
    (tmp_path / "data" / name).write_bytes(text.encode(encoding))


def test_separator_encoding_and_decimal_mark_are_declared_for_all_or_for_one(tmp_path):
    write(tmp_path, "pat.csv", "id;Größe\nP1;ja\nP2;nein\n", "cp1252")
    write(tmp_path, "mrd.txt", "ID\tDATUM\tWERT\nP1\t2020-01-05\t0,05\n")
    entries = (
        '[dataset.MRD]\nseparator = "\\t"\nencoding = "utf-8"\ndecimal = ","\n'
        + PATIENT
        + 'prior_transplant = { from = "größe", values = { ja = "yes", nein = "no" } }\n'
        + MRD
        + 'level = { from = "WERT", times = 0.01 }\n'
    )
    general = 'separator = ";"\nencoding = "cp1252"'
    rows, said = read(tmp_path, entries, general, table="mrd_assessment")
    assert said == [] and rows[0]["level"] == "0.0005"
    assert rows_of(tmp_path / "bundle", "patient")[1] == dict(patient_id="P2", prior_transplant="no")


def test_another_separator_is_refused_with_the_way_out(tmp_path):
    write(tmp_path, "pat.csv", "ID;SEX\nP1;F\n")
    assert read(tmp_path, PATIENT) == (None, [("separator", 1, None, None)])
    assert 'separator = ";"' in read.problems.listed[0].hint


def test_a_point_in_a_file_with_decimal_commas_is_refused(tmp_path):
    write_csv(tmp_path / "data", "MRD", dict(ID=["P1", "P1"], DATUM=["2020-01-05", "2020-02-05"], X=["0.05", "0,05"]))
    rows, said = read(tmp_path, MRD + 'level = "X"\n', 'decimal = ","', table="mrd_assessment")
    assert said == [("decimal-point", 2, "X", "0.05")] and [row.get("level") for row in rows] == [None, "0.05"]


def test_the_header_may_stand_below_a_title(tmp_path):
    write(tmp_path, "pat.csv", "Export of 3 May\n\nID,SEX\nP1,female\nP2,F\n")
    rows, said = read(
        tmp_path, "[dataset.PAT]\nheader = 3\n" + PATIENT + 'sex = { from = "SEX", values = { female = "female" } }'
    )
    assert rows[0] == dict(patient_id="P1", sex="female") and said == [("unmapped-value", 5, "SEX", "F")]


# Dates


@pytest.mark.parametrize(
    ("text", "formats", "iso"),
    [
        ("05.03.2020", '"dd.mm.yyyy"', "2020-03-05"),
        ("5.3.2020", '"d.m.yyyy"', "2020-03-05"),
        ("3/5/2020", '"m/d/Y"', "2020-03-05"),
        ("05/03/2020 23:30", '"dd/mm/yyyy"', "2020-03-05"),
        ("2020-03-05T23:30:00", '"iso"', "2020-03-05"),
        ("2020-03-05 23:30:00", '"iso"', "2020-03-05"),
        ("5-Mar-2020", '"d-mon-yyyy"', "2020-03-05"),
        ("05MAR2020", '"date9"', "2020-03-05"),
        ("43895", '"excel"', "2020-03-05"),
        ("43895.75", '"excel"', "2020-03-05"),
        ("42433", '"excel_1904"', "2020-03-05"),
        ("21979", '"sas"', "2020-03-05"),
        ("1899072000", '"sas_datetime"', "2020-03-06"),
        ("1899072000000", '"stata_datetime"', "2020-03-06"),
        ("2020-03-05", '["dd.mm.yyyy", "iso"]', "2020-03-05"),
        ("05.03.2020", '["dd.mm.yyyy", "iso"]', "2020-03-05"),
    ],
)
def test_a_date_is_read_by_its_declared_format(tmp_path, text, formats, iso):
    write_csv(tmp_path / "data", "VISIT", dict(ID=["P1"], D=[text]))
    entry = CONTACT + f'date = {{ from = "D", format = {formats} }}'
    assert read(tmp_path, entry, table="contact") == ([dict(contact_id=f"P1-{iso}", patient_id="P1", date=iso)], [])
    rows, _ = read(tmp_path, CONTACT + 'date = "D"', f"dates = {formats}", table="contact")
    assert rows[0]["date"] == iso


@pytest.mark.parametrize(
    ("text", "formats", "code"),
    [
        ("31.02.2020", '"dd.mm.yyyy"', "not-a-date"),
        ("05.03.20", '"dd.mm.yyyy"', "not-a-date"),
        ("03.2020", '"dd.mm.yyyy"', "partial-date"),
        ("13/25/2020", '"m/d/Y"', "not-a-date"),
        ("60", '"excel"', "not-a-date"),
        ("3/5/2020", '["dd.mm.yyyy", "iso"]', "not-a-date"),
    ],
)
def test_a_date_that_the_format_does_not_read_is_refused(tmp_path, text, formats, code):
    write_csv(tmp_path / "data", "VISIT", dict(ID=["P1"], D=[text]))
    entry = CONTACT + f'date = {{ from = "D", format = {formats} }}'
    assert read(tmp_path, entry, table="contact") == ([], [(code, 2, "D", text)])


@pytest.mark.parametrize("pattern", ["dd.mm.yy", "mm", "dd.dd.yyyy", "tomorrow", "hh:mm"])
def test_a_pattern_without_day_month_and_four_digits_of_the_year_is_refused(tmp_path, pattern):
    write_csv(tmp_path / "data", "VISIT", dict(ID=["P1"], D=["1"]))
    rows, said = read(tmp_path, CONTACT + f'date = {{ from = "D", format = "{pattern}" }}')
    assert rows is None and [code for code, *_ in said] == ["mapping-entry"]
    assert read(tmp_path, CONTACT + 'date = "D"', f'dates = ["{pattern}"]')[0] is None


def test_a_relative_day_counts_from_a_declared_day_0(tmp_path):
    write_csv(tmp_path / "data", "PAT", dict(ID=["P1"], INF=["2020-03-01"]))
    write_csv(tmp_path / "data", "VISIT", dict(ID=["P1"] * 4, DAY=["0", "28", "-1", "x"]))
    rows, said = read(tmp_path, PATIENT + CONTACT + 'date = { day = "DAY", day_zero = "PAT.INF" }', table="contact")
    assert [row["date"] for row in rows] == ["2020-03-01", "2020-03-29", "2020-02-29"]
    assert said == [("not-a-relative-day", 5, "DAY+PAT.INF", "x")]
    rows, _ = read(tmp_path, PATIENT + CONTACT + 'date = { day = "DAY", day_zero = 2000-01-01 }', table="contact")
    assert rows[1]["date"] == "2000-01-29"


# Identifiers


def test_a_declared_prefix_and_case_make_pseudonyms(tmp_path):
    write_csv(tmp_path / "data", "PAT", dict(ID=["01-701", "01-702a"]))
    write_csv(tmp_path / "data", "VISIT", dict(ID=["01-702A"], D=["2020-01-01"], SEX=["x"]))
    rows, said = read(tmp_path, PATIENT + CONTACT + 'date = "D"', 'prefix = "S"\ncase = "upper"')
    assert (rows, said) == ([dict(patient_id="S01-701"), dict(patient_id="S01-702A")], [])
    assert rows_of(tmp_path / "bundle", "contact")[0]["patient_id"] == "S01-702A"


def test_prefix_and_case_may_be_those_of_one_dataset(tmp_path):
    write_csv(tmp_path / "data", "PAT", dict(ID=["017", "018"], START=["2020-03-01", "2020-04-01"]))
    write_csv(tmp_path / "data", "VISIT", dict(ID=["Cart-017", "CART-018"], DAY=["3", "0"]))
    entry = CONTACT + 'date = { day = "DAY", day_zero = "PAT.START" }\n'
    declared = '[dataset.VISIT]\nprefix = ""\ncase = "upper"\n'
    rows, said = read(tmp_path, declared + PATIENT + entry, 'prefix = "CART-"', table="contact")
    assert said == [] and [(row["patient_id"], row["date"]) for row in rows] == [
        ("CART-017", "2020-03-04"),
        ("CART-018", "2020-04-01"),
    ]
    assert [row["patient_id"] for row in rows_of(tmp_path / "bundle", "patient")] == ["CART-017", "CART-018"]


def test_identifiers_of_letters_only_are_taken_where_they_are_declared_to_be_codes(tmp_path):
    write_csv(tmp_path / "data", "PAT", dict(ID=["PAKXYZ", "PBLMNO"]))
    assert [code for code, *_ in read(tmp_path, PATIENT, 'prefix = "C1-"')[1]] == ["only-letters"] * 2
    codes = 'prefix = "C1-"\nletters_are_codes = true'
    assert read(tmp_path, PATIENT, codes) == ([dict(patient_id="C1-PAKXYZ"), dict(patient_id="C1-PBLMNO")], [])
    assert [code for code, *_ in read(tmp_path, PATIENT, "letters_are_codes = true")[1]] == ["mapping-entry"]
    options = ["--from", "tables", "--mapping", str(tmp_path / "m.toml"), "--check"]
    read(tmp_path, PATIENT, codes)
    assert main([str(tmp_path / "data"), *options]) == 0
    read(tmp_path, PATIENT)
    assert main([str(tmp_path / "data"), *options]) == 1


# Missing codes, numbers, units


def test_a_missing_code_is_declared_for_all_datasets_or_one_column(tmp_path):
    write_csv(tmp_path / "data", "PAT", dict(ID=["P1", "P2"], L=["-99", "3"], R=["2", "."], SEX=["NA", "F"]))
    columns = 'prior_lines = "L"\nprior_relapses = { from = "R", missing = ["."] }\n'
    sex = 'sex = { from = "SEX", values = { F = "female" } }\n'
    rows, said = read(tmp_path, PATIENT + columns + sex, 'missing = ["NA", "-99"]')
    assert said == []
    assert rows == [dict(patient_id="P1", prior_relapses="2"), dict(patient_id="P2", prior_lines="3", sex="female")]


def test_every_other_text_of_a_value_map_is_declared_with_a_star(tmp_path):
    write_csv(
        tmp_path / "data",
        "MRD",
        dict(ID=["P1"] * 4, DATUM=[f"2020-0{n}-05" for n in range(1, 5)], X=["neg", "0.5", "2", ""]),
    )
    entry = MRD.replace(
        'result = { constant = "positive" }', 'result = { from = "X", values = { neg = "negative", "*" = "positive" } }'
    )
    entry += 'level = { from = "X", missing = ["neg"], times = 0.01 }\n'
    rows, said = read(tmp_path, entry, table="mrd_assessment")
    assert said == [] and [(row.get("result"), row.get("level")) for row in rows] == [
        ("negative", None),
        ("positive", "0.005"),
        ("positive", "0.02"),
        (None, None),
    ]


@pytest.mark.parametrize("where", ["general", "dataset", "column"])
def test_a_text_is_not_mapped_and_missing_at_once(tmp_path, where):
    write_csv(tmp_path / "data", "PAT", dict(ID=["P1"], S=["9.0"]))
    missing = 'missing = ["9"]'
    entry = PATIENT + 'sex = { from = "S", values = { f = "female", "9" = "male" }%s }\n'
    entry = entry % (f", {missing}" if where == "column" else "")
    entry = f"[dataset.PAT]\n{missing}\n{entry}" if where == "dataset" else entry
    general = missing if where == "general" else ""
    assert read(tmp_path, entry, general) == (None, [("mapping-entry", None, "sex", "9")])
    assert read(tmp_path, entry.replace('"9" = "male"', '"9" = ""'), general)[1] == []


def test_a_unit_gives_the_factor(tmp_path):
    write_csv(
        tmp_path / "data",
        "MRD",
        dict(
            ID=["P1"] * 3,
            DATUM=["2020-01-05", "2020-02-05", "2020-03-05"],
            X=["0.05", "0.0005", "5"],
            U=["%", "", "ppm"],
        ),
    )
    entry = MRD + 'level = { from = "X", unit = "U", factors = { "%" = 0.01, "" = 1 } }\n'
    rows, said = read(tmp_path, entry, table="mrd_assessment")
    assert [row.get("level") for row in rows] == ["0.0005", "0.0005", None]
    assert said == [("unknown-unit", 4, "X+U", "ppm")]


def test_a_whole_number_written_with_a_point_is_a_whole_number(tmp_path):
    write_csv(tmp_path / "data", "PAT", dict(ID=["P1", "P2"], L=["3.0", "3.5"]))
    assert [row["prior_lines"] for row in read(tmp_path, PATIENT + 'prior_lines = "L"')[0]] == ["3", "3.5"]


# Which rows, and what became of the others


def test_numbers_compare_as_numbers_and_codes_with_a_leading_zero_as_text(tmp_path):
    write_csv(tmp_path / "data", "PAT", dict(ID=["P1", "P2", "P3"], N=["0.0", "00", "1"]))
    entry = PATIENT.replace('"PAT"', '"PAT"\nwhere = { N = [0, "1.0"] }')
    rows, said = read(tmp_path, entry)
    assert rows == [dict(patient_id="P1"), dict(patient_id="P3")] and said == [("left-out", None, "N", "00")]
    values = PATIENT + 'sex = { from = "N", values = { "0" = "male", "00" = "female", "1" = "male" } }'
    assert [row["sex"] for row in read(tmp_path, values)[0]] == ["male", "female", "male"]


@pytest.mark.parametrize(
    ("came", "words"), [("CR ", "blanks or case only"), ("cr", "blanks or case only"), ("CR  h", "1 row left out)")]
)
def test_a_value_that_no_table_takes_is_named_also_for_a_blank_or_another_case(tmp_path, came, words):
    write_csv(tmp_path / "data", "PAT", dict(ID=["P1", "P2"], R=["CR", came]))
    rows, said = read(tmp_path, PATIENT.replace('"PAT"', '"PAT"\nwhere = { R = "CR" }'))
    assert len(rows) == 1 and said == [("left-out", None, "R", came)]
    assert words in read.problems.listed[0].message


def test_the_books_of_a_dataset_add_up(tmp_path):
    write_csv(
        tmp_path / "data",
        "VISIT",
        dict(
            ID=["P1", "P1", "P1", "P1", "P2", "P2", "P2"],
            KIND=["call", "call", "visit", "letter", "visit", "fax", "call"],
            D=["2020-01-01", "2020-01-01", "2020-01-02", "2020-01-03", "", "2020-01-04", "never"],
        ),
    )
    entry = CONTACT.replace('"VISIT"', '"VISIT"\nwhere = { KIND = ["call", "visit"] }\nfilled = ["D"]\ndistinct = true')
    entries = '[dataset.VISIT]\nleft_out = { KIND = ["letter"] }\n' + entry + 'date = { from = "D", format = "date9" }'
    rows, said = read(tmp_path, entries.replace('format = "date9"', 'format = ["iso", "date9"]'), table="contact")
    assert [row["date"] for row in rows] == ["2020-01-01", "2020-01-02"]
    assert said == [("not-a-date", 8, "D", "never"), ("left-out", None, "KIND", "fax")]
    reasons = {
        ("KIND", "letter", True): 1,
        ("KIND", "fax", False): 1,
        ("D", "", True): 1,
        ("", "equal to another row", True): 1,
    }
    assert books() == [("VISIT.csv", 7, 2, 1, reasons)]


def test_values_that_are_taken_but_not_together_are_named_together(tmp_path):
    write_csv(
        tmp_path / "data", "VISIT", dict(ID=["P1"] * 3, A=["x", "y", "x"], B=["1", "2", "2"], D=["2020-01-01"] * 3)
    )
    entry = CONTACT + 'date = "D"\n'
    both = "".join(entry.replace('"VISIT"', f'"VISIT"\nwhere = {{ A = "{a}", B = "{b}" }}') for a, b in ("x1", "y2"))
    assert read(tmp_path, both, table="contact")[1] == [("left-out", None, "A and B", "x and 2")]


def test_a_dataset_of_which_nothing_is_taken_is_an_error(tmp_path):
    write_csv(tmp_path / "data", "PAT", dict(ID=["P1"], R=["CR"]))
    said = read(tmp_path, PATIENT.replace('"PAT"', '"PAT"\nwhere = { R = "SD" }'))[1]
    assert [code for code, *_ in said] == ["nothing-taken", "never-comes", "left-out"]


def test_a_dataset_that_nobody_names_is_said_unless_it_is_left_out_on_purpose(tmp_path):
    write_csv(tmp_path / "data", "PAT", dict(ID=["P1"]))
    write_csv(tmp_path / "data", "VITALS", dict(ID=["P1"]))
    assert read(tmp_path, PATIENT)[1] == [("not-read", None, None, None)]
    assert read(tmp_path, PATIENT, 'not_read = ["vitals"]')[1] == []


def test_values_of_what_identifies_are_never_repeated(tmp_path):
    write_csv(tmp_path / "data", "PAT", dict(ID=["P1", "P2", "Meier"], BORN=["2010-02-14", "14.02.2010", "2010-02"]))
    entry = PATIENT.replace('"PAT"', '"PAT"\nwhere = { BORN = ["14.02.2010"] }') + 'birth_month = "BORN"\n'
    _rows, said = read(tmp_path, entry)
    assert {value for *_, value in said} == {"####-##-##", "####-##"}
    assert "2010" not in str(books())


# One row or several


def test_columns_of_one_row_become_rows(tmp_path):
    write_csv(
        tmp_path / "data",
        "PAT",
        dict(ID=["P1", "P2"], REL1=["2020-01-01", ""], REL2=["2021-01-01", ""], S1=["m", ""], S2=["e", ""]),
    )
    entry = (
        '[[table]]\ntarget = "relapse"\ndataset = "PAT"\nfor_each = ["1", "2"]\nfilled = ["REL{}"]\n[table.columns]\n'
        'patient_id = "ID"\ndate = "REL{}"\n'
        'level = { from = "S{}", values = { m = "morphologic", e = "extramedullary" } }\n'
    )
    rows, said = read(tmp_path, PATIENT + entry, table="relapse")
    assert said == []
    assert [(row["patient_id"], row["date"], row["level"]) for row in rows] == [
        ("P1", "2020-01-01", "morphologic"),
        ("P1", "2021-01-01", "extramedullary"),
    ]


@pytest.mark.parametrize(
    ("several", "value"),
    [("first", "0.5"), ("last", "12"), ("highest", "12"), ("lowest", "0.5"), ('first"\nby = "T', "7")],
)
def test_of_several_records_a_day_the_declared_one_is_taken(tmp_path, several, value):
    several = several + '"\nby = "X' if several in ("highest", "lowest") else several
    write_csv(
        tmp_path / "data", "LAB", dict(ID=["P1"] * 3, D=["2020-01-01"] * 3, X=["0.5", "7", "12"], T=["10", "9", "11"])
    )
    entry = (
        f'[[table]]\ntarget = "b_cell_assessment"\ndataset = "LAB"\nseveral = "{several}"\n[table.columns]\n'
        'patient_id = "ID"\ndate = "D"\nspecimen = { constant = "PB" }\ncd19_per_ul = "X"\n'
    )
    rows, said = read(tmp_path, entry, table="b_cell_assessment")
    assert [row["cd19_per_ul"] for row in rows] == [value] and said == []
    assert sum(books()[0][4].values()) == 2


def test_a_name_with_a_point_is_a_variable_unless_a_dataset_is_named_so(tmp_path):
    write_csv(tmp_path / "data", "PAT", {"ID": ["P1"], "prior.lines": ["2"]})
    assert read(tmp_path, PATIENT + 'prior_lines = "prior.lines"')[0] == [dict(patient_id="P1", prior_lines="2")]


# Other files


def test_a_german_workbook_is_read_sheet_by_sheet(tmp_path):
    book = write_workbook(
        tmp_path / "Kohorte.xlsx",
        {
            "Patienten": [
                ["Auswertung 2024"],
                ["Nr", "Geschlecht", "Diagnose", "Linien"],
                [17, "w", datetime.date(2015, 7, 1), 2],
                [],
                [18, "m", "03.04.2016", 3.0],
            ],
            "MRD": [["Nr", "Datum", "Wert in %"], [17, datetime.date(2020, 3, 29), 0.05], [18, "30.03.2020", "0,5"]],
            "Leer": [],
        },
    )
    entries = (
        "[dataset.PATIENTEN]\nheader = 2\n"
        + PATIENT.replace('"PAT"', '"Patienten"').replace('"ID"', '"Nr"')
        + 'sex = { from = "Geschlecht", values = { w = "female", m = "male" } }\n'
        'diagnosis_date = "Diagnose"\nprior_lines = "Linien"\n'
        + MRD.replace('"ID"', '"Nr"')
        + 'level = { from = "Wert in %", times = 0.01 }\n'
    )
    general = 'prefix = "K"\ndecimal = ","\ndates = ["dd.mm.yyyy"]'
    _rows, said = read(tmp_path, entries, general.replace("subject", "") + "\n", source=book)
    assert said[0][0] == "missing-variable"  # the subject is Nr here
    mapping = (tmp_path / "m.toml").read_text("utf-8").replace('subject = "ID"', 'subject = "Nr"')
    (tmp_path / "m.toml").write_text(mapping, "utf-8")
    problems = Problems()
    assert convert(book, "tables", tmp_path / "m.toml", tmp_path / "bundle", problems) is not None
    assert str(problems) == ""
    assert rows_of(tmp_path / "bundle", "patient") == [
        dict(patient_id="K17", sex="female", diagnosis_date="2015-07-01", prior_lines="2"),
        dict(patient_id="K18", sex="male", diagnosis_date="2016-04-03", prior_lines="3"),
    ]
    assert [row["level"] for row in rows_of(tmp_path / "bundle", "mrd_assessment")] == ["0.0005", "0.005"]
    assert [(a.file, a.read, a.taken) for a in problems.accounts] == [
        ("Kohorte.xlsx, sheet Patienten", 2, 2),
        ("Kohorte.xlsx, sheet MRD", 2, 2),
    ]


def frame():
    return pd.DataFrame({"ID": ["P1", "P2"], "L": [2.0, None], "BORN": [datetime.date(2015, 7, 1), None]})


def as_parquet(folder):
    frame().to_parquet(folder / "pat.parquet")


def as_stata(folder):
    pyreadstat.write_dta(frame(), str(folder / "pat.dta"), variable_format={"BORN": "%td"})


def as_xpt(folder):
    days = pd.Series([20270.0, None])
    pyreadstat.write_xport(frame().assign(BORN=days), str(folder / "pat.xpt"), variable_format={"BORN": "DATE9."})


def as_workbook(folder):
    rows = [["ID", "L", "BORN"], ["P1", 2, datetime.date(2015, 7, 1)], ["P2", None, None]]
    write_workbook(folder / "pat.xlsx", {"any": rows})
    write_csv(folder, "OTHER", dict(ID=["P1"]))  # beside others a workbook of one sheet is named after its file


@pytest.mark.parametrize("written", [as_parquet, as_stata, as_xpt, as_workbook])
def test_a_dataset_may_be_any_kind_of_file(tmp_path, written):
    (tmp_path / "data").mkdir()
    written(tmp_path / "data")
    entry = PATIENT + 'prior_lines = "L"\ndiagnosis_date = "BORN"\n'
    rows, said = read(tmp_path, entry, 'not_read = ["OTHER"]')
    assert rows == [dict(patient_id="P1", prior_lines="2", diagnosis_date="2015-07-01"), dict(patient_id="P2")]
    assert said == []


@pytest.mark.parametrize("name", ["pat.xlsx", "pat.parquet", "pat.sas7bdat", "pat.dta", "pat.xpt"])
def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path, name):
    write(tmp_path, name, "ID,SEX\nP1,F\n")
    rows, said = read(tmp_path, PATIENT)
    assert rows is None and said[0][0].startswith("not-")


def test_a_zip_file_of_tables_is_read_like_the_folder(tmp_path):
    import shutil

    write_csv(tmp_path / "data", "PAT", dict(ID=["P1"]))
    shutil.make_archive(str(tmp_path / "export"), "zip", tmp_path / "data")
    assert read(tmp_path, PATIENT, source=tmp_path / "export.zip") == ([dict(patient_id="P1")], [])


def test_what_is_no_source_is_said(tmp_path):
    (tmp_path / "notes.docx").write_text("x", "utf-8")
    assert [code for code, *_ in read(tmp_path, PATIENT, source=tmp_path / "notes.docx")[1]] == ["no-source"]
    assert [code for code, *_ in read(tmp_path, PATIENT, source=tmp_path / "nowhere")[1]] == ["no-source"]


# The trials that showed what was lost


def trial(name, capsys, mapping=""):
    folder = TRIALS / name
    code = main(
        [str(folder / "data"), "--from", "cdisc", "--mapping", str(mapping or folder / "mapping.toml"), "--check"]
    )
    done = capsys.readouterr()
    return code, done.out + done.err


def test_trial_a_relapse_text_that_is_not_listed_is_named(capsys):
    code, said = trial("relapse_text_not_listed", capsys)
    assert code == 0 and "WARN left-out: 1\n  adtte.csv, column EVNTDESC" in said and "'CNS RELAPSE'" in said
    assert "adtte.csv: 3 rows read, 2 taken, 1 left out\n  1 left out: EVNTDESC = 'CNS RELAPSE'" in said


def test_trial_cnsr_as_a_number_takes_all_three_relapses(capsys):
    code, said = trial("cnsr_float", capsys)
    assert code == 0 and "adtte.csv: 3 rows read, 3 taken, 0 left out" in said


def with_cdisc(tmp_path, name, entry):
    text = (
        (TRIALS / name / "mapping.toml").read_text("utf-8").replace("[[product]]", f"[cdisc]\n{entry}\n[[product]]", 1)
    )
    (tmp_path / "m.toml").write_text(text, "utf-8")
    return tmp_path / "m.toml"


def test_trial_an_id_that_begins_with_a_digit_needs_a_declared_prefix(tmp_path, capsys):
    code, said = trial("id_begins_with_digit", capsys)
    assert code == 1 and 'prefix = "S"' in said and "19CT023" not in said
    assert trial("id_begins_with_digit", capsys, with_cdisc(tmp_path, "id_begins_with_digit", 'prefix = "S"'))[0] == 0


def test_trial_na_in_a_date_needs_a_declared_missing_code(tmp_path, capsys):
    code, said = trial("na_in_date", capsys)
    assert code == 1 and 'missing = ["NA"]' in said and "order" not in said
    assert trial("na_in_date", capsys, with_cdisc(tmp_path, "na_in_date", 'missing = ["NA"]'))[0] == 0


@pytest.mark.parametrize(
    "general",
    [
        'separator = "x"',
        "separator = 1",
        'decimal = "0"',
        'case = "title"',
        "header = 0",
        'header = "2"',
        "encoding = 1",
        'encoding = "x-none"',
        'dates = ["yy"]',
        "dates = 1",
        "missing = 1",
        "not_read = 1",
        "prefix = 1",
        "subject = []",
        'letters_are_codes = "yes"',
        "nothing = 1",
    ],
)
def test_a_wrong_general_entry_is_named_and_never_a_traceback(tmp_path, general):
    write_csv(tmp_path / "data", "PAT", dict(ID=["P1"]))
    general = general if general.startswith("subject") else f'subject = "ID"\n{general}'
    path, problems = tmp_path / "m.toml", Problems()
    path.write_text(f"{COHORT}{TISA}[tables]\n{general}\n{PATIENT}", "utf-8")
    (tmp_path / "bundle").mkdir()
    assert convert(tmp_path / "data", "tables", path, tmp_path / "bundle", problems) is None
    assert {p.code for p in problems.listed} == {"mapping-entry"}


@pytest.mark.parametrize(
    "entry",
    [
        "[dataset]\nPAT = 1\n",
        "[dataset.PAT]\nleft_out = []\n",
        "[dataset.PAT]\nfile = 1\n",
        "[select]\nX = 1\n",
        "[select.X]\nwhere = 1\n",
    ],
)
def test_a_wrong_entry_of_a_dataset_is_named(tmp_path, entry):
    write_csv(tmp_path / "data", "PAT", dict(ID=["P1"]))
    rows, said = read(tmp_path, entry + PATIENT)
    assert rows is None and {code for code, *_ in said} == {"mapping-entry"}


@pytest.mark.parametrize(
    "line",
    [
        "several = 1",
        'several = "all"',
        'several = "first"',
        'by = "X"',
        "for_each = [1]",
        "for_each = []",
        "where = []",
        "filled = 1",
        "key = 1",
        "distinct = 1",
        "columns = 1",
    ],
)
def test_a_wrong_entry_of_a_table_is_named(tmp_path, line):
    write_csv(tmp_path / "data", "PAT", dict(ID=["P1"], X=["1"]))
    columns = "" if line.startswith("columns") else '[table.columns]\npatient_id = "ID"\n'
    rows, said = read(tmp_path, f'[[table]]\ntarget = "patient"\ndataset = "PAT"\n{line}\n{columns}')
    assert rows is None and {code for code, *_ in said} <= {"mapping-entry"}


@pytest.mark.parametrize(
    "value",
    [
        '{ from = "X", unit = "U" }',
        '{ from = "X", unit = "U", factors = 1 }',
        '{ from = "X", factors = { a = 1 } }',
        '{ from = "X", unit = "U", factors = { a = "1" } }',
        '{ from = "X", missing = 1, day = "D" }',
        '{ day = "D", day_one = "A", day_zero = "B" }',
        '{ day = "D" }',
        '{ from = "X", format = 1 }',
    ],
)
def test_a_wrong_entry_of_a_column_is_named(tmp_path, value):
    write_csv(tmp_path / "data", "PAT", dict(ID=["P1"], X=["1"], U=["a"], D=["1"]))
    column = "diagnosis_date" if "day" in value or "format" in value else "prior_lines"
    rows, said = read(tmp_path, PATIENT + f"{column} = {value}")
    assert rows is None and {code for code, *_ in said} == {"mapping-entry"}
