"""Fault J14: what SAS transport files can hide. Mapped or flagged, never lost."""

import pytest

from data_access.bundle.problems import BundleRefused, Problems
from data_access.load import load_source
from data_access.sources.files.xpt import read_xpt
from tests.data_access.datasets import COHORT, TISA, make_special, write_csv, write_xpt
from tests.data_access.test_cdisc import PATIENT, converted


def test_J14_names_cut_to_8_characters_are_named_as_the_file_has_them(tmp_path):
    write_xpt(tmp_path / "data", "ADSL", dict(USUBJID=["P1"], LASTCONT=["2020-01-31"]), dates=["LASTCONT"])
    entry = PATIENT + 'last_contact_date = "{}"'
    assert converted(tmp_path, entry.format("LASTCONTACTDT")) == (
        None,
        [("adsl.xpt", "truncated-name", None, "LASTCONTACTDT")],
    )
    assert converted(tmp_path, entry.format("LASTCONT")) == (
        [dict(patient_id="P1", last_contact_date="2020-01-31")],
        [],
    )


def test_J14_long_names_of_version_8_are_read_whole(tmp_path):
    write_xpt(
        tmp_path / "data",
        "ADSL",
        dict(USUBJID=["P1"], LASTCONTACTDT=["2020-01-31"]),
        dates=["LASTCONTACTDT"],
        version=8,
    )
    assert converted(tmp_path, PATIENT + 'last_contact_date = "LastContactDT"') == (
        [dict(patient_id="P1", last_contact_date="2020-01-31")],
        [],
    )


@pytest.mark.parametrize("version", [5, 8])
@pytest.mark.parametrize("letter", ["A", "C", "Z", "_"])
def test_J14_a_special_missing_value_is_flagged_unless_mapped(tmp_path, letter, version):
    columns = dict(USUBJID=["P1", "P2", "P3"], LINES=[3.0, float("nan"), float("nan")])
    make_special(write_xpt(tmp_path / "data", "ADSL", columns, version=version), letter)
    rows, said = converted(tmp_path, PATIENT + 'prior_lines = "LINES"')
    assert rows == [dict(patient_id="P1", prior_lines="3"), dict(patient_id="P2"), dict(patient_id="P3")]
    assert said == [("adsl.xpt", "special-missing", 2, "LINES")]
    mapped = PATIENT + f'prior_lines = {{ from = "LINES", values = {{ "3" = "3", ".{letter}" = "" }} }}'
    assert converted(tmp_path, mapped) == (rows, [])


def test_J14_an_ordinary_missing_value_is_empty_and_text_that_looks_special_is_not_a_number(tmp_path):
    path = write_xpt(tmp_path, "ADSL", dict(A=[float("nan"), 65.0], B=["A", ".A"], C=["", " x "]))
    assert read_xpt(path, Problems()).rows == [["", "A", ""], ["65", ".A", " x"]]


def test_J14_numbers_are_selected_by_their_shortest_text(tmp_path):
    write_xpt(tmp_path / "data", "ADSL", dict(USUBJID=["P1", "P2", "P3"], CNSR=[0.0, 1.0, float("nan")]))
    assert converted(tmp_path, PATIENT.replace('"ADSL"', '"ADSL"\nwhere = { CNSR = ["0"] }')) == (
        [dict(patient_id="P1")],
        [("adsl.xpt", "left-out", None, "CNSR")] * 2,  # 1, and nothing
    )


def test_J14_special_missing_dates_are_flagged(tmp_path):
    make_special(write_xpt(tmp_path / "data", "ADSL", dict(USUBJID=["P1"], DTHDT=[""]), dates=["DTHDT"]), "U")
    assert converted(tmp_path, PATIENT + 'death_date = "DTHDT"')[1] == [("adsl.xpt", "special-missing", 1, "DTHDT")]


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("2020-03-01", "2020-03-01"),
        ("2020-03-01T23:30", "2020-03-01"),
        ("2020-03-01T23:30:00+01:00", "2020-03-01"),
        ("", None),
    ],
)
def test_J14_a_char_date_in_iso_is_taken_to_the_day(tmp_path, value, date):
    write_xpt(tmp_path / "data", "ADSL", dict(USUBJID=["P1"], DTHDTC=[value]))
    rows, said = converted(tmp_path, PATIENT + 'death_date = "DTHDTC"')
    assert (rows[0].get("death_date"), said) == (date, [])


@pytest.mark.parametrize("value", ["2020", "2020-03", "2020-03-", "2020---01", "2020-03T10:00"])
def test_J14_and_L09_a_partial_char_date_is_refused_or_left_missing_with_a_flag_but_never_made_up(tmp_path, value):
    write_xpt(tmp_path / "data", "ADSL", dict(USUBJID=["P1"], DIAGDTC=[value]))
    flag = [("adsl.xpt", "partial-date", 1, "DIAGDTC")]
    for entry in ('"DIAGDTC"', '{ from = "DIAGDTC", partial = "missing" }'):
        assert converted(tmp_path, PATIENT + f"diagnosis_date = {entry}") == ([dict(patient_id="P1")], flag)


def test_J14_a_partial_date_stops_the_import_only_where_it_is_not_declared_missing(tmp_path):
    write_csv(tmp_path / "data", "ADSL", dict(USUBJID=["P1"], DIAGDTC=["2015-06"]))
    mapping, url = tmp_path / "m.toml", f"sqlite:///{tmp_path / 'a.db'}"
    mapping.write_text(COHORT + TISA + PATIENT + 'diagnosis_date = "DIAGDTC"', encoding="utf-8")
    with pytest.raises(BundleRefused):
        load_source(tmp_path / "data", url, "cdisc", mapping)
    mapping.write_text(
        COHORT + TISA + PATIENT + 'diagnosis_date = { from = "DIAGDTC", partial = "missing" }', encoding="utf-8"
    )
    assert load_source(tmp_path / "data", url, "cdisc", mapping).rows["patient"] == 1


def test_J14_a_month_of_birth_needs_no_day(tmp_path):
    write_xpt(
        tmp_path / "data",
        "ADSL",
        dict(
            USUBJID=["P1", "P2", "P3", "P4"],
            BRTHDT=["2010-02-15", "", "", ""],
            BRTHDTC=["", "2010-02", "2010-02-28", "2010"],
        ),
        dates=["BRTHDT"],
    )
    assert converted(tmp_path, PATIENT + 'birth_month = "BRTHDT"')[0][0]["birth_month"] == "2010-02"
    rows, said = converted(tmp_path, PATIENT + 'birth_month = "BRTHDTC"')
    assert [row.get("birth_month") for row in rows] == [None, "2010-02", "2010-02", None]
    assert said == [("adsl.xpt", "partial-date", 4, "BRTHDTC")]


@pytest.mark.parametrize(
    ("value", "format_", "result"),
    [
        ("01MAR2020", "date9", "2020-03-01"),
        ("01mar2020", "date9", "2020-03-01"),
        ("MAR2020", "date9", "partial-date"),
        ("UNMAR2020", "date9", "partial-date"),
        ("2020-03-01", "date9", "not-a-date"),
        ("99XYZ2020", "date9", "not-a-date"),
        ("21975", "sas", "2020-03-01"),
        ("21975.5", "sas", "not-a-date"),
        ("1.2e4", "sas", "not-a-date"),
        ("1898639999", "sas_datetime", "2020-02-29"),
        ("-1", "sas_datetime", "1959-12-31"),
        ("-1", "sas", "1959-12-31"),
        ("-999999", "sas", "not-a-date"),
    ],
)
def test_J14_other_date_formats_are_taken_only_as_declared(tmp_path, value, format_, result):
    write_csv(tmp_path / "data", "ADSL", dict(USUBJID=["P1"], DTHDT=[value]))
    rows, said = converted(tmp_path, PATIENT + f'death_date = {{ from = "DTHDT", format = "{format_}" }}')
    assert (rows[0].get("death_date") or said[0][1]) == result


@pytest.mark.parametrize("value", ["01MAR2020", "03/01/2020", "21975"])
def test_J14_a_char_date_that_is_not_iso_is_left_to_the_loader_to_refuse(tmp_path, value):
    write_csv(tmp_path / "data", "ADSL", dict(USUBJID=["P1"], DTHDT=[value]))
    assert converted(tmp_path, PATIENT + 'death_date = "DTHDT"') == ([dict(patient_id="P1", death_date=value)], [])


@pytest.mark.parametrize(
    ("format_", "value"),
    [("DATE9.", 21975.0), ("YYMMDD10.", 21975.0), ("E8601DA10.", 21975.0), ("DATETIME20.", 21975 * 86400.0 + 84600)],
)
def test_J14_a_numeric_date_is_read_by_its_format(tmp_path, format_, value):
    write_xpt(tmp_path / "data", "ADSL", dict(USUBJID=["P1"], DTHDT=[value]), formats={"DTHDT": format_})
    assert converted(tmp_path, PATIENT + 'death_date = "DTHDT"') == (
        [dict(patient_id="P1", death_date="2020-03-01")],
        [],
    )


def test_J14_a_numeric_date_without_format_is_refused_unless_the_mapping_says_what_it_counts(tmp_path):
    write_xpt(tmp_path / "data", "ADSL", dict(USUBJID=["P1"], DTHDT=[21975.0]))
    assert converted(tmp_path, PATIENT + 'death_date = "DTHDT"')[1] == [("adsl.xpt", "no-date-format", 1, "DTHDT")]
    assert converted(tmp_path, PATIENT + 'death_date = { from = "DTHDT", format = "sas" }') == (
        [dict(patient_id="P1", death_date="2020-03-01")],
        [],
    )


def test_J14_a_file_that_is_not_one_whole_transport_dataset_is_refused(tmp_path):
    path = write_xpt(tmp_path / "data", "ADSL", dict(USUBJID=["P1"]))
    whole = path.read_bytes()
    member = whole[whole.index(b"HEADER RECORD*******MEMBER") :]
    for data in (b"", b"USUBJID\nP1\n", whole[:400], whole + member):
        path.write_bytes(data)
        assert converted(tmp_path, PATIENT) == (None, [("adsl.xpt", "not-xpt", None, None)])


def test_J14_a_dataset_without_rows_is_a_table_without_rows(tmp_path):
    write_xpt(tmp_path / "data", "ADSL", dict(USUBJID=["P1"]))
    write_csv(tmp_path / "data", "CE", dict(USUBJID=[], CESTDTC=[]))
    contact = (
        '[[table]]\ntarget = "contact"\ndataset = "CE"\n[table.columns]\npatient_id = "USUBJID"\ndate = "CESTDTC"\n'
    )
    assert converted(tmp_path, PATIENT + contact, "contact") == ([], [])


def test_J14_text_in_another_encoding_is_refused_unless_the_mapping_names_it(tmp_path):
    path = write_xpt(tmp_path / "data", "ADSL", dict(USUBJID=["P1"], SITEID=["Xvry"]))
    path.write_bytes(path.read_bytes().replace(b"Xvry", b"\xc9vry"))
    site = PATIENT + 'site_code = "SITEID"'
    assert converted(tmp_path, site) == (None, [("adsl.xpt", "encoding", None, None)])
    assert converted(tmp_path, '[cdisc]\nencoding = "windows-1252"\n' + site) == (
        [dict(patient_id="P1", site_code="Évry")],
        [],
    )
    assert converted(tmp_path, '[cdisc]\nencoding = "sas"\n' + site) == (
        None,
        [("m.toml", "mapping-entry", None, "encoding")],
    )
