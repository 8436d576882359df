"""ADaM and SDTM-style datasets: the shipped mapping on literal patients, and the round trip of sample patients."""

import csv
import re
import tomllib
from pathlib import Path

import pytest

from data_access.bundle.problems import Problems
from data_access.load import load_bundle, load_source, main
from data_access.schema.tables import BUNDLE_TABLES, PRODUCT, columns_of, key_of, kind_of
from data_access.sources.cdisc import cdisc_mapping_of
from data_access.sources.convert import convert
from tests.data_access.bundles import write_bundle
from tests.data_access.datasets import COHORT, TISA, write_csv, write_xpt
from tests.data_access.sample import keyed_by_nature, product_toml, sample_tables

SHIPPED = Path(__file__).parents[2] / "docs" / "cdisc-mapping.toml"
LB = ["USUBJID", "LBDTC", "LBTESTCD", "LBSPEC", "LBMETHOD", "LBSTRESC", "LBSTRESN", "LBSTRESU", "LBLLOD"]


def write_trial(folder: Path) -> Path:
    """Two patients with the names of the shipped mapping: P1 relapses after a transplant, P2 dies without infusion."""
    write_xpt(
        folder,
        "ADSL",
        dict(
            USUBJID=["P1", "P2"],
            SITEID=["01", "02"],
            SEX=["F", "M"],
            DIAGDT=["2018-05-01", ""],
            PRHSCTFL=["Y", ""],
            LSTALVDT=["2022-01-31", "2020-04-01"],
            DTHFL=["", "Y"],
            DTHDT=["", "2020-04-02"],
            DTHCAUS=["", "DISEASE PROGRESSION"],
            TRT01P=["Tisagenlecleucel"] * 2,
            ENRLDT=["2020-01-15", "2020-02-01"],
            TRTSDT=["2020-03-01", ""],
            SAFFL=["Y", "N"],
        ),
        dates=("DIAGDT", "LSTALVDT", "DTHDT", "ENRLDT", "TRTSDT"),
    )
    write_csv(folder, "DM", dict(USUBJID=["P1", "P2"], BRTHDTC=["2010-02", "2011-07-30"]))
    write_xpt(
        folder,
        "ADRS",
        dict(
            USUBJID=["P1", "P1", "P1"],
            PARAMCD=["OVRLRESP", "OVRLRESP", "BOR"],
            AVALC=["CR", "RELAPSE", "CR"],
            ADT=["2020-03-29", "2021-01-05", "2020-03-29"],
            ANL01FL=["Y", "Y", "Y"],
        ),
        dates=("ADT",),
        version=8,
    )
    write_csv(
        folder,
        "ADTTE",
        dict(
            USUBJID=["P1", "P1", "P1", "P2"],
            PARAMCD=["EFS", "RFS", "EFSC", "OS"],
            CNSR=["0", "0", "1", "0"],
            ADT=["2021-01-05", "2021-01-05", "2020-06-10", "2020-04-02"],
            EVNTDESC=["MORPHOLOGIC RELAPSE", "MORPHOLOGIC RELAPSE", "", "DEATH"],
            CNSDTDSC=["", "", "ALLOGENEIC HSCT", ""],
        ),
    )
    write_xpt(
        folder,
        "ADAE",
        dict(
            USUBJID=["P1", "P1"],
            AEDECOD=["Cytokine release syndrome", "Pyrexia"],
            AETOXGR=["2", "1"],
            ASTDT=["2020-03-04", "2020-03-04"],
            AENDT=["2020-03-08", ""],
        ),
        dates=("ASTDT", "AENDT"),
    )
    rows = [
        ("P1", "2020-03-29T09:30", "MRD", "BONE MARROW", "FLOW CYTOMETRY", "NEGATIVE", "", "%", "0.01"),
        ("P1", "2021-01-05", "MRD", "BONE MARROW", "FLOW CYTOMETRY", "POSITIVE", "0.07", "%", "0.01"),
        ("P1", "2020-03-29", "CD19", "BLOOD", "FLOW CYTOMETRY", "0.5", "0.5", "/uL", ""),
    ]
    write_csv(folder, "LB", dict(zip(LB, map(list, zip(*rows, strict=True)), strict=True)))
    return folder


EXPECTED = {
    "patient": [
        dict(
            patient_id="P1",
            site_code="01",
            sex="female",
            birth_month="2010-02",
            diagnosis_date="2018-05-01",
            prior_transplant="yes",
            last_contact_date="2022-01-31",
            vital_status="alive",
        ),
        dict(
            patient_id="P2",
            site_code="02",
            sex="male",
            birth_month="2011-07",
            last_contact_date="2020-04-01",
            vital_status="dead",
            death_date="2020-04-02",
            cause_of_death="leukaemia",
        ),
    ],
    "treatment_course": [
        dict(
            treatment_course_id="P1-1",
            patient_id="P1",
            product_code="TISA",
            course_number="1",
            course_intent="index",
            enrolment_date="2020-01-15",
            infusion_date="2020-03-01",
            crs_assessed="yes",
            icans_assessed="yes",
        ),
        dict(
            treatment_course_id="P2-1",
            patient_id="P2",
            product_code="TISA",
            course_number="1",
            course_intent="index",
            enrolment_date="2020-02-01",
        ),
    ],
    "response_assessment": [
        dict(response_assessment_id="P1-2020-03-29", patient_id="P1", date="2020-03-29", response="CR"),
        dict(response_assessment_id="P1-2021-01-05", patient_id="P1", date="2021-01-05", response="RELAPSE"),
    ],
    "relapse": [dict(relapse_id="P1-2021-01-05-morphologic", patient_id="P1", date="2021-01-05", level="morphologic")],
    "transplant": [
        dict(transplant_id="P1-2020-06-10-allogeneic", patient_id="P1", date="2020-06-10", kind="allogeneic")
    ],
    "adverse_event": [
        dict(
            adverse_event_id="P1-CRS-2020-03-04-ASTCT",
            patient_id="P1",
            kind="CRS",
            grade="2",
            scale="ASTCT",
            onset_date="2020-03-04",
            resolution_date="2020-03-08",
        )
    ],
    "mrd_assessment": [
        dict(
            mrd_assessment_id="P1-2020-03-29-BM-flow",
            patient_id="P1",
            date="2020-03-29",
            specimen="BM",
            method="flow",
            result="negative",
            sensitivity="0.0001",
        ),
        dict(
            mrd_assessment_id="P1-2021-01-05-BM-flow",
            patient_id="P1",
            date="2021-01-05",
            specimen="BM",
            method="flow",
            result="positive",
            level="0.0007",
            sensitivity="0.0001",
        ),
    ],
    "b_cell_assessment": [
        dict(
            b_cell_assessment_id="P1-2020-03-29-PB",
            patient_id="P1",
            date="2020-03-29",
            specimen="PB",
            cd19_per_ul="0.5",
        )
    ],
}


def rows_of(folder, table):
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return [{name: value for name, value in row.items() if value} for row in csv.DictReader(file)]


def test_the_shipped_mapping_reads_common_adam_and_sdtm_names(tmp_path):
    problems, bundle = Problems(), tmp_path / "bundle"
    bundle.mkdir()
    assert convert(write_trial(tmp_path / "trial"), "cdisc", SHIPPED, bundle, problems) is not None, str(problems)
    assert [(p.code, p.severity, p.column, p.value[:14]) for p in problems.listed] == [
        ("never-comes", "WARN", "EVNTDESC", "EXTRAMEDULLARY"),
        ("never-comes", "WARN", "AEDECOD", "Immune effecto"),
    ]
    assert {
        table.name: rows_of(bundle, table.name)
        for table in BUNDLE_TABLES
        if rows_of(bundle, table.name) and table is not PRODUCT
    } == EXPECTED


def test_the_shipped_mapping_loads_by_the_command(tmp_path, capsys):
    options = ["--from", "cdisc", "--mapping", str(SHIPPED), "--database-url", f"sqlite:///{tmp_path / 'a.db'}"]
    assert main([str(write_trial(tmp_path / "trial")), *options]) == 0, capsys.readouterr().err
    assert main([str(tmp_path / "trial" / "DM.csv"), *options]) == 1
    assert "must be the folder of the datasets" in capsys.readouterr().err


def test_the_shapes_to_copy_from_the_shipped_mapping_are_as_the_reader_takes_them():
    text = SHIPPED.read_text(encoding="utf-8")
    general, shapes = text.split("# ---- patients")[0], text.split("# A procedure with")[1].split("\n", 1)[1]
    lines = [line.removeprefix("# ") for line in shapes.splitlines() if re.match(r"# (\[|[a-z_]+ = )", line)]
    problems = Problems()
    mapping = tomllib.loads("\n".join([general, *lines]))
    assert cdisc_mapping_of("shapes.toml", mapping, problems) is not None, str(problems)
    assert {entry["target"] for entry in mapping["table"]} >= {"transplant", "infection", "second_malignancy"}


# The round trip: every table as a dataset of its own, in turn XPT version 5, XPT version 8 and CSV.

YES_NO = {"yes": "Y", "no": "N", "": ""}
FORMATS = (5, 8, "csv")


def variables(table):
    return {
        column.name: "USUBJID" if column.name == "patient_id" else f"VAR{n:05d}"
        for n, column in enumerate(columns_of(table))
        if column is not key_of(table) or table.name == "patient"
    }


def entry(table):
    """The [[table]] of the round trip: every column, with a value map for yes/no."""
    lines = []
    for name, variable in variables(table).items():
        mapped = kind_of(table.columns[name]) == "yes_no"
        lines.append(
            f'{name} = {{ from = "{variable}", values = {{ Y = "yes", N = "no" }} }}'
            if mapped
            else f'{name} = "{variable}"'
        )
    return "\n".join([f'[[table]]\ntarget = "{table.name}"\ndataset = "{dataset(table)}"\n[table.columns]', *lines])


def dataset(table):
    return table.name[:8].upper()


def write_dataset(folder, table, rows, form):
    kinds = {name: kind_of(table.columns[name]) for name in variables(table)}
    columns = {
        v: [YES_NO[row[n]] if kinds[n] == "yes_no" else row[n] for row in rows] for n, v in variables(table).items()
    }
    if form == "csv":
        write_csv(folder, dataset(table), columns)
        return
    for name, variable in variables(table).items():
        if kinds[name] in ("integer", "number"):
            columns[variable] = [float(cell or "nan") for cell in columns[variable]]
    write_xpt(
        folder,
        dataset(table),
        columns,
        version=form,
        dates=[v for n, v in variables(table).items() if kinds[n] == "date"],
    )


@pytest.mark.parametrize("turn", range(3))
def test_the_sample_written_as_datasets_is_the_bundle_to_the_hash(tmp_path, turn):
    tables = keyed_by_nature(sample_tables(25))
    forms = [table for table in BUNDLE_TABLES if table is not PRODUCT]
    for number, table in enumerate(forms):
        write_dataset(tmp_path / "data", table, tables[table.name], FORMATS[(number + turn) % 3])
    mapping = tmp_path / "m.toml"
    mapping.write_text("\n".join([COHORT, product_toml(tables["product"]), *map(entry, forms)]), encoding="utf-8")
    expected = load_bundle(write_bundle(tmp_path / "in", tables), f"sqlite:///{tmp_path / 'a.db'}")
    assert load_source(tmp_path / "data", f"sqlite:///{tmp_path / 'b.db'}", "cdisc", mapping) == expected
    assert sum(expected.rows.values()) > 400


# One rule at a time, on one patient.

PATIENT = '[[table]]\ntarget = "patient"\ndataset = "ADSL"\n[table.columns]\npatient_id = "USUBJID"\n'


def converted(tmp_path, mapping, table="patient"):
    """(rows of a table or None, problems) of the folder `data` under a mapping."""
    path, problems, bundle = tmp_path / "m.toml", Problems(), tmp_path / "bundle"
    path.write_text(COHORT + TISA + mapping, encoding="utf-8")
    bundle.mkdir(exist_ok=True)
    origin = convert(tmp_path / "data", "cdisc", path, bundle, problems)
    said = [(p.file, p.code, p.row, p.column) for p in problems.listed]
    return (None if origin is None else rows_of(bundle, table)), said


def test_rows_are_selected_by_values_and_by_what_is_filled(tmp_path):
    write_csv(
        tmp_path / "data",
        "ADSL",
        dict(USUBJID=["P1", "P2", "P3"], SAFFL=["Y", "Y", "N"], DTHDT=["2020-01-01", "", "2020-01-01"]),
    )
    entry = PATIENT.replace('"ADSL"', '"ADSL"\nwhere = { SAFFL = ["Y"] }\nfilled = ["DTHDT"]')
    assert converted(tmp_path, entry) == ([dict(patient_id="P1")], [("ADSL.csv", "left-out", None, "SAFFL")])


def test_a_value_that_is_selected_and_never_comes_is_a_warning(tmp_path):
    write_csv(tmp_path / "data", "ADSL", dict(USUBJID=["P1"], SAFFL=["Y"]))
    rows, said = converted(tmp_path, PATIENT.replace('"ADSL"', '"ADSL"\nwhere = { SAFFL = ["Y", "YES"] }'))
    assert rows == [dict(patient_id="P1")]
    assert said == [("ADSL.csv", "never-comes", None, "SAFFL")]


def test_a_study_day_counts_from_day_one_and_there_is_no_day_0(tmp_path):
    write_csv(tmp_path / "data", "ADSL", dict(USUBJID=["P1", "P2"], TRTSDT=["2020-03-01", ""]))
    write_csv(
        tmp_path / "data",
        "CE",
        dict(USUBJID=["P1", "P1", "P1", "P1", "P1", "P2", "P9"], CESTDY=["1", "29", "-1", "0", "1.5", "1", ""]),
    )
    entry = (
        '[[table]]\ntarget = "contact"\ndataset = "CE"\n[table.columns]\npatient_id = "USUBJID"\n'
        'date = { day = "CESTDY", day_one = "ADSL.TRTSDT" }\n'
    )
    rows, said = converted(tmp_path, entry, "contact")
    assert [row.get("date") for row in rows] == ["2020-03-01", "2020-03-29", "2020-02-29", None]
    assert said == [
        ("CE.csv", "not-a-study-day", 5, "CESTDY+ADSL.TRTSDT"),
        ("CE.csv", "not-a-study-day", 6, "CESTDY+ADSL.TRTSDT"),
        ("CE.csv", "no-day-one", 7, "CESTDY+ADSL.TRTSDT"),
    ]


def test_a_named_selection_gives_one_row_per_subject_or_is_refused(tmp_path):
    write_csv(tmp_path / "data", "ADSL", dict(USUBJID=["P1", "P2"]))
    write_csv(
        tmp_path / "data",
        "FA",
        dict(USUBJID=["P1", "P1", "P2"], FATESTCD=["LINES", "OTHER", "LINES"], FASTRESN=["3", "9", "4"]),
    )
    entry = '[select.LINES]\ndataset = "FA"\nwhere = { FATESTCD = "LINES" }\n' + PATIENT
    rows, said = converted(tmp_path, entry + 'prior_lines = "LINES.FASTRESN"')
    assert rows == [dict(patient_id="P1", prior_lines="3"), dict(patient_id="P2", prior_lines="4")]
    assert said == [("FA.csv", "left-out", None, "FATESTCD")]
    assert converted(tmp_path, PATIENT + 'prior_lines = "FA.FASTRESN"')[1] == [("FA.csv", "not-one-row", 3, "USUBJID")]


def test_an_unmapped_value_is_refused_and_an_empty_cell_is_not(tmp_path):
    write_csv(tmp_path / "data", "ADSL", dict(USUBJID=["P1", "P2", "P3"], SEX=["F", "X", ""]))
    rows, said = converted(tmp_path, PATIENT + 'sex = { from = "SEX", values = { F = "female" } }')
    assert rows == [dict(patient_id="P1", sex="female"), dict(patient_id="P2"), dict(patient_id="P3")]
    assert said == [("ADSL.csv", "unmapped-value", 3, "SEX")]


def test_percent_becomes_a_fraction_exactly(tmp_path):
    write_csv(tmp_path / "data", "ADSL", dict(USUBJID=["P1"], TRT="T", N=["1"], MRD=["0.07"]))
    entry = (
        '[[table]]\ntarget = "treatment_course"\ndataset = "ADSL"\n[table.columns]\npatient_id = "USUBJID"\n'
        'product_code = { constant = "TISA" }\ncourse_number = { constant = 1 }\n'
        'mrd_level_before = { from = "MRD", times = 0.01 }'
    )
    assert converted(tmp_path, entry, "treatment_course")[0][0]["mrd_level_before"] == "0.0007"


def test_what_the_loader_finds_is_said_with_file_row_and_variable_of_the_dataset(tmp_path, capsys):
    write_csv(tmp_path / "data", "ADSL", dict(USUBJID=["P1", "P1", "2"], SEX=["female", "F", "male"]))
    (tmp_path / "m.toml").write_text(COHORT + TISA + PATIENT + 'sex = "SEX"', encoding="utf-8")
    assert (
        main(
            [
                str(tmp_path / "data"),
                "--from",
                "cdisc",
                "--mapping",
                str(tmp_path / "m.toml"),
                "--database-url",
                f"sqlite:///{tmp_path / 'a.db'}",
            ]
        )
        == 1
    )
    said = capsys.readouterr().err
    for part in (
        "ERROR not-allowed: 1\n  ADSL.csv, line 3, column SEX:",
        "ERROR duplicate-key: 1\n  ADSL.csv, line 3, column USUBJID:",
        "ERROR not-a-pseudonym: 1\n  ADSL.csv, line 4, column USUBJID:",
    ):
        assert part in said


def test_a_missing_dataset_variable_or_a_doubled_one_is_said_at_once(tmp_path):
    write_csv(tmp_path / "data", "ADSL", dict(USUBJID=["P1"]))
    write_csv(tmp_path / "data", "adsl", dict(USUBJID=["P1"]))
    write_csv(tmp_path / "data", "CE", dict(USUBJID=["P1"]))
    contact = (
        '[[table]]\ntarget = "contact"\ndataset = "CE"\n[table.columns]\npatient_id = "USUBJID"\ndate = "CESTDTC"\n'
    )
    relapse = contact.replace("contact", "relapse").replace('"CE"', '"FA"') + 'level = { constant = "molecular" }\n'
    assert converted(tmp_path, PATIENT + contact + relapse) == (
        None,
        [
            ("ADSL", "two-datasets", None, None),
            ("FA", "missing-dataset", None, None),
            ("CE.csv", "missing-variable", None, "CESTDTC"),
        ],
    )


def test_a_shifted_row_and_a_name_in_two_cases_are_said_with_all_other_problems(tmp_path):
    write_csv(tmp_path / "data", "ADSL", dict(USUBJID=["P1", "P2"], SEX=["F", "X"], Sex=["M", "M"]))
    with (tmp_path / "data" / "ADSL.csv").open("a", encoding="utf-8") as file:
        file.write("P3,M\r\n")
    rows, said = converted(tmp_path, PATIENT + 'sex = { from = "SEX", values = { F = "female" } }')
    assert rows == [dict(patient_id="P1", sex="female"), dict(patient_id="P2")]
    assert said == [
        ("ADSL.csv", "cell-count", 4, None),
        ("ADSL.csv", "duplicate-column", 1, "Sex"),
        ("ADSL.csv", "unmapped-value", 3, "SEX"),
    ]


@pytest.mark.parametrize(
    ("entry", "column"),
    [
        ("", None),
        ('[[table]]\ntarget = "patients"\ndataset = "ADSL"', "target"),
        ('[[table]]\ntarget = "patient"', "dataset"),
        ('[[table]]\ntarget = "patient"\ndataset = "ADSL"', "patient_id"),
        (PATIENT + 'gender = "SEX"', "gender"),
        (PATIENT + "sex = 1", "sex"),
        (PATIENT + "sex = { values = {} }", "sex"),
        (PATIENT + 'sex = { from = "SEX", constant = "male" }', "sex"),
        (PATIENT + 'sex = { from = "SEX", times = 2 }', "sex"),
        (PATIENT + 'death_date = { from = "DTHDT", format = "us" }', "death_date"),
        (PATIENT + 'death_date = { from = "DTHDT", partial = "15" }', "death_date"),
        (PATIENT + 'death_date = { day = "DTHDY" }', "death_date"),
        (
            (
                '[[table]]\ntarget = "contact"\ndataset = "CE"\n[table.columns]\npatient_id = "USUBJID"\n'
                'date = { from = "D", partial = "missing" }'
            ),
            "date",
        ),
    ],
)
def test_a_mapping_that_is_not_as_declared_is_refused(tmp_path, entry, column):
    write_csv(tmp_path / "data", "ADSL", dict(USUBJID=["P1"]))
    assert converted(tmp_path, entry) == (None, [("m.toml", "mapping-entry", None, column)])
