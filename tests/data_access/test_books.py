"""The books of an import: every row and value that nothing takes is told, by dataset, by table and by variable."""

import shutil
from pathlib import Path

import pytest

from data_access.bundle.problems import WARN, Problems
from data_access.bundle.report import book_lines, summary
from data_access.load import load_source
from data_access.reading.engine import connect, open_engine
from data_access.reading.history import fetch_history
from tests.data_access.datasets import write_csv
from tests.data_access.test_any_tables import CONTACT, MRD, PATIENT, read
from tests.data_access.workbooks import write_workbook

RELAPSE = (
    '[[table]]\ntarget = "relapse"\ndataset = "PAT"\nfilled = ["REL"]\n[table.columns]\n'
    'patient_id = "ID"\ndate = "REL"\n'
    'level = { from = "KIND", values = { m = "morphologic", e = "extramedullary", "no" = "" } }\n'
)


def lines():
    """What the import prints of its books, after the last reading."""
    return list(book_lines(read.problems))


def folder(tmp_path, **datasets):
    for name, columns in datasets.items():
        write_csv(tmp_path / "data", name, columns)


# Datasets that are not read


def test_a_dataset_left_out_on_purpose_is_named_with_its_rows(tmp_path):
    folder(tmp_path, PAT=dict(ID=["P1"]), VITALS=dict(ID=["P1"] * 3), LABS=dict(ID=["P1"] * 2))
    (tmp_path / "data" / "old.csv").write_text("ID;X\nP1;1\n", "utf-8")
    (tmp_path / "data" / "bad.csv").write_bytes(b'ID\n"P1')
    said = read(tmp_path, PATIENT, 'not_read = ["VITALS", "old", "bad"]')[1]
    assert said == [("not-read", None, None, None)] and "(2 rows)" in read.problems.listed[0].message
    assert lines() == [
        "PAT.csv: 1 row read, 1 taken, 0 left out",
        "LABS.csv: not read, 2 rows left out",
        "VITALS.csv: not read (on purpose), 3 rows left out",
        "bad.csv: not read (on purpose), its rows could not be counted",
        "old.csv: not read (on purpose), 1 row left out",
    ]
    assert read.problems.n_left_out == 6


def test_a_sheet_left_out_on_purpose_is_counted_below_its_title(tmp_path):
    sheets = {"Pat": [["ID"], ["P1"]], "Notes": [["Of 2024"], ["ID", "Text"], ["P1", "x"], ["P2", "y"]]}
    book = write_workbook(tmp_path / "b.xlsx", sheets)
    for name in ("Notes", "b", "B.XLSX"):
        assert read(tmp_path, PATIENT, f'not_read = ["{name}"]', source=book)[1] == []
    assert lines()[1] == "b.xlsx, sheet Notes: not read (on purpose), 2 rows left out"


@pytest.mark.parametrize("packed", [False, True])
def test_what_is_no_file_of_tables_is_told_unless_it_is_left_out_on_purpose(tmp_path, packed):
    folder(tmp_path, PAT=dict(ID=["P1"]))
    data = tmp_path / "data"
    for name in ("notes.docx", "old.sav", ".hidden", "~$pat.xlsx", "map.toml"):
        (data / name).write_bytes(b"x")
    (data / "more").mkdir()
    (data / "more" / "deep.pdf").write_bytes(b"x")
    source = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", data)) if packed else data
    inner = "deep.pdf" if packed else "more/"
    said = read(tmp_path, PATIENT, 'not_read = ["old"]', source=source)[1]
    assert said == [("not-read", None, None, None)] * 2
    assert sorted(p.file for p in read.problems.warnings) == sorted([inner, "notes.docx"])
    uncounted = "its rows could not be counted"
    assert set(lines()[1:]) == {
        f"{inner}: not read, {uncounted}",
        f"notes.docx: not read, {uncounted}",
        f"old.sav: not read (on purpose), {uncounted}",
    }


def test_the_history_counts_what_was_not_read(tmp_path):
    folder(tmp_path, PAT=dict(ID=["P1"]), VITALS=dict(ID=["P1"] * 3))
    read(tmp_path, PATIENT, 'not_read = ["VITALS"]')
    url = f"sqlite:///{tmp_path / 'a.db'}"
    load_source(tmp_path / "data", url, "tables", tmp_path / "m.toml")
    with connect(open_engine(url)) as connection:
        assert [one.left_out for one in fetch_history(connection)] == [3]


# Variables with values that nothing takes


def test_variables_with_values_that_nothing_takes_are_one_line_of_their_dataset(tmp_path):
    pat = dict(
        ID=["P1", "P2"], SEX=["female", "NA"], Note=["x", ""], Weight=["70", "80"], Void=["", "NA"], Form=["a", "b"]
    )
    folder(tmp_path, PAT=pat)
    entries = '[dataset.PAT]\nleft_out = { Form = "*", Weight = ["70"] }\n' + PATIENT + 'sex = "SEX"\n'
    assert read(tmp_path, entries, 'missing = ["NA"]')[1] == []
    assert lines()[1:] == [
        "  values that nothing takes: Weight (2), Note (1)",
        "  values that nothing takes, on purpose: Form (2)",
        "  cells that say nothing is known, as declared: NA (1)",
    ]


def test_a_variable_that_is_looked_up_or_selects_or_orders_is_taken(tmp_path):
    folder(
        tmp_path,
        PAT=dict(ID=["P1"], START=["2020-03-01"]),
        VISIT=dict(ID=["P1"], KIND=["call"], DAY=["3"], SEQ=["1"], ODD=["99"]),
    )
    entry = CONTACT.replace('"VISIT"', '"VISIT"\nwhere = { KIND = "call" }\nseveral = "last"\nby = "SEQ"')
    entry += 'date = { day = "DAY", day_zero = "PAT.START", missing = ["99"] }\n'
    assert read(tmp_path, PATIENT + entry)[1] == []
    assert lines() == [
        "PAT.csv: 1 row read, 1 taken, 0 left out",
        "  looked up as PAT: 1 row read, 1 taken, 0 left out",
        "  table 1, patient: 1 row read, 1 taken, 0 left out",
        "VISIT.csv: 1 row read, 1 taken, 0 left out",
        "  values that nothing takes: ODD (1)",
    ]


# Two tables that read one dataset


def test_rows_are_counted_for_each_table_that_reads_a_dataset(tmp_path):
    folder(
        tmp_path,
        LAB=dict(
            ID=["P1"] * 6,
            TEST=["MRD", "MRD", "IGG", "IGG", "CD19", "MRD"],
            D=["2020-01-01", "2020-01-02", "2020-01-03", "", "2020-01-05", "never"],
        ),
        PAT=dict(ID=["P1"]),
    )
    mrd = MRD.replace('"MRD"', '"LAB"\nwhere = { TEST = "MRD" }', 1).replace("DATUM", "D")
    igg = CONTACT.replace('"VISIT"', '"LAB"\nwhere = { TEST = "IGG" }\nfilled = ["D"]') + 'date = "D"\n'
    declared = '[dataset.LAB]\nleft_out = { TEST = ["CD19"] }\n'
    read(tmp_path, declared + PATIENT + mrd + igg, 'dates = ["iso", "date9"]')
    assert lines() == [
        "PAT.csv: 1 row read, 1 taken, 0 left out",
        "LAB.csv: 6 rows read, 3 taken, 2 left out, 1 refused",
        "  1 left out: D is empty (on purpose)",
        "  1 left out: TEST = 'CD19' (on purpose)",
        "  table 2, mrd_assessment: 6 rows read, 2 taken, 3 left out, 1 refused",
        "    2 left out: TEST = 'IGG'",
        "    1 left out: TEST = 'CD19'",
        "  table 3, contact: 6 rows read, 1 taken, 5 left out",
        "    3 left out: TEST = 'MRD'",
        "    1 left out: TEST = 'CD19'",
        "    1 left out: D is empty",
    ]
    for account in read.problems.accounts:
        for table in account.tables:
            assert account.read == table.taken + table.refused + sum(n for _, n in table.left_out)


def test_values_of_what_identifies_are_masked_in_the_books_of_a_table_too(tmp_path):
    folder(tmp_path, PAT=dict(ID=["P1", "P2"], BORN=["2010-02", "2011-03"]))
    entry = PATIENT.replace('"PAT"', '"PAT"\nwhere = { BORN = "2010-02" }') + 'birth_month = "BORN"\n'
    read(tmp_path, entry + entry.replace("2010-02", "2011-03"))
    assert "    1 left out: BORN = '####-##'" in lines()


# A date that is missing from a row that says something


def test_a_relapse_without_its_date_is_named_where_the_row_says_something(tmp_path):
    folder(tmp_path, PAT=dict(ID=["P1", "P2", "P3", "P4"], REL=["2020-01-01", "", "", ""], KIND=["m", "e", "", "no"]))
    rows, said = read(tmp_path, PATIENT + RELAPSE, table="relapse")
    assert len(rows) == 1 and said == [("left-out-with-values", 3, "REL", None)]
    assert "KIND" in read.problems.listed[0].message and read.problems.listed[0].severity == "WARN"
    assert (
        "    2 left out: REL is empty" in lines()
        and "    1 left out: REL is empty, although others are filled" in lines()
    )
    assert read(tmp_path, '[dataset.PAT]\nleft_out = { KIND = ["e"] }\n' + PATIENT + RELAPSE)[1] == []
    unmapped = RELAPSE.replace('e = "extramedullary", ', "")
    assert read(tmp_path, PATIENT + unmapped, 'missing = ["e"]')[1] == []


ONE_DAY = ["2020-01-01"] * 2
IGG = "immunoglobulin filled=X igg_mg_dl=X date=D"
COURSE = "treatment_course filled=D infusion_date=D product_code=P course_number==1"


def test_a_selected_yes_without_its_date_and_a_selected_text_that_is_taken_are_told(tmp_path):
    folder(
        tmp_path, PAT=dict(ID=["P1", "P2", "P3"], YN=["1", "1", "0"], REL=["2020-01-01", "", ""], KIND=["m", "m", ""])
    )
    declared = '[dataset.PAT]\nleft_out = { YN = ["0"] }\n' + PATIENT
    flag = RELAPSE.replace('filled = ["REL"]', 'where = { YN = "1" }\nfilled = ["REL"]')
    flag = flag.partition("level")[0] + 'level = { constant = "morphologic" }\n'
    assert read(tmp_path, declared + flag)[1] == [("left-out-with-values", 3, "REL", None)]
    taken = RELAPSE.replace('filled = ["REL"]', 'where = { KIND = "m" }\nfilled = ["REL"]')
    assert [p.row for p in read(tmp_path, PATIENT + taken) and read.problems.listed] == [3]


@pytest.mark.parametrize(
    ("columns", "entry", "said"),
    [
        (dict(G=["3", ""], D=["", ""]), "adverse_event filled=D onset_date=D grade=G kind==CRS", [2]),
        (dict(P=["TISA", ""], D=["", ""]), COURSE, [2]),
        (dict(D=ONE_DAY, X=["", "400"]), IGG, []),
        (dict(D=ONE_DAY, X=["", "400"], R=["yes"] * 2), f"{IGG} on_replacement=R", [2]),
        (dict(D=["", "2020-01-01"], S=["PB", "BM"]), "b_cell_assessment filled=D date=D specimen=S", [2]),
        (dict(Y=["", "1"], D=ONE_DAY), "contact filled=Y date=D", [2]),
        (dict(D=["", "2020-01-01"]), "contact filled=D date=D", []),
    ],
)
def test_which_rows_say_something_although_what_must_be_filled_is_empty(tmp_path, columns, entry, said):
    folder(tmp_path, VISIT={"ID": ["P1", "P2"], **columns}, PAT=dict(ID=["P1", "P2"]))
    target, filled, *pairs = entry.split()
    written = "".join(
        f'{name} = {{ constant = "{value[1:]}" }}\n' if value.startswith("=") else f'{name} = "{value}"\n'
        for name, _, value in (pair.partition("=") for pair in pairs)
    )
    table = CONTACT.replace("contact", target).replace('"VISIT"', f'"VISIT"\nfilled = ["{filled[-1]}"]') + written
    read(tmp_path, PATIENT + table)
    assert [p.row for p in read.problems.warnings if p.code == "left-out-with-values"] == said


# Rows that count once


def test_equal_rows_that_differ_in_what_was_read_are_told_with_an_example(tmp_path):
    kinds = ["marrow", "blood", "marrow", "marrow"]
    folder(tmp_path, PAT=dict(ID=["P1"] * 4, REL=["2020-01-01"] * 3 + ["2020-05-01"], KIND=kinds, EP=list("ABAA")))
    table = RELAPSE.replace('filled = ["REL"]', 'where = { EP = ["A", "B"] }\ndistinct = true')
    table = table.replace(
        '{ m = "morphologic", e = "extramedullary"', '{ marrow = "morphologic", blood = "morphologic"'
    )
    rows, said = read(tmp_path, PATIENT.replace('"PAT"', '"PAT"\ndistinct = true') + table, table="relapse")
    assert len(rows) == 2
    assert said == [
        ("equal-with-differences", 3, "EP", "A and B"),
        ("equal-with-differences", 3, "KIND", "marrow and blood"),
    ]
    assert "1 dropped row;" in read.problems.listed[0].message and "as line 2" in read.problems.listed[0].message
    mended = table.replace("distinct = true", 'distinct = ["EP", "kind"]')
    assert read(tmp_path, PATIENT.replace('"PAT"', '"PAT"\ndistinct = true') + mended)[1] == []
    wrong = read(tmp_path, PATIENT + table.replace("distinct = true", 'distinct = ["NONE"]'))[1]
    assert ("missing-variable", None, "NONE", None) in wrong


def test_a_selecting_variable_that_identifies_elsewhere_is_masked_as_an_example_too(tmp_path):
    folder(tmp_path, PAT=dict(ID=["P1"] * 2, BORN=["2010-02", "2010-03"], D=["2020-01-01"] * 2))
    contact = CONTACT.replace('"VISIT"', '"PAT"\nwhere = { BORN = ["2010-02", "2010-03"] }\ndistinct = true')
    said = read(tmp_path, PATIENT + 'birth_month = "BORN"\n' + contact + 'date = "D"\n')[1]
    assert said == [("equal-with-differences", 3, "BORN", "####-## and ####-##")]


def test_texts_that_may_identify_are_not_repeated_as_an_example(tmp_path):
    folder(tmp_path, PAT=dict(ID=["P1"] * 2, BORN=["2010-02-14", "2010-02-15"]))
    entry = PATIENT.replace('"PAT"', '"PAT"\ndistinct = true') + 'birth_month = { from = "BORN", format = "iso" }\n'
    assert read(tmp_path, entry)[1] == [("equal-with-differences", 3, "BORN", "####-##-## and ####-##-##")]


# What is said of many rows


def test_what_is_said_of_several_rows_in_the_same_words_is_said_once():
    problems = Problems()
    for row in range(2, 10):
        problems.add("a.csv", "x", "must be mapped", row=row, column="K", value="ZNS", hint="Map it.")
    problems.add("a.csv", "x", "must be mapped", row=10, column="K", value="KM")
    for row in range(7):
        problems.add("a.csv", "y", f"must be {row}", row=row, severity=WARN)
    assert summary(problems).splitlines() == [
        "ERROR x: 9",
        "  a.csv, lines 2, 3, 4, 5, 6 and 3 more, column K: must be mapped, got: 'ZNS'",
        "  a.csv, line 10, column K: must be mapped, got: 'KM'",
        "  -> Map it.",
        "WARN y: 7",
        *(f"  a.csv, line {row}: must be {row}" for row in range(5)),
        "  ... and 2 more",
    ]
