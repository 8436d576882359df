"""A REDCap flat export: the shipped data dictionary, the round trip, and fault J13 row by row."""

import csv
import re

import pytest

from data_access.bundle.problems import BundleRefused, Problems
from data_access.load import check_source, load_bundle, load_source, main
from data_access.redcap_forms import FIELDS, FORMS, HEADER, choices_of, dictionary
from data_access.schema.tables import BUNDLE_TABLES, PRODUCT, TABLE, columns_of, key_of, labels_of, short_of, since
from data_access.sources.convert import convert
from data_access.sources.mapping import read_mapping
from tests.data_access.bundles import write_bundle
from tests.data_access.redcap_export import (
    DICTIONARY,
    MAPPING,
    ROOT,
    export_rows,
    fields,
    header,
    write_export,
    write_mapping,
)
from tests.data_access.sample import keyed_by_instance, product_toml, sample_tables

TABLES = {
    "patient": [
        dict(patient_id="P1", sex="female", vital_status="dead", death_date="2023-01-02"),
        dict(patient_id="P2", sex="male"),
    ],
    "treatment_course": [
        dict(patient_id="P1", product_code="TISA", course_number="1", infusion_date="2020-03-01", crs_assessed="yes")
    ],
    "contact": [
        dict(patient_id="P1", date="2020-04-01"),
        dict(patient_id="P1", date="2020-05-01"),
        dict(patient_id="P2", date="2020-06-01"),
    ],
    "relapse": [dict(patient_id="P1", date="2021-01-01", level="morphologic", cns="no", sites='skin, "left" arm')],
}


def found(tmp_path, lines=None, names=None, redcap="", text=None):
    """(converted tables or None, problems) of an export."""
    export = write_export(tmp_path / "export.csv", export_rows(TABLES) if lines is None else lines, names)
    if text is not None:
        export.write_bytes(text)
    problems, folder = Problems(), tmp_path / "bundle"
    folder.mkdir(exist_ok=True)
    mapping = write_mapping(tmp_path / "m.toml", redcap)
    origin = convert(export, "redcap", mapping, folder, problems)
    return origin, [(p.code, p.row, p.column) for p in problems.listed]


def refused(tmp_path, lines, redcap=""):
    """What the loader says about an export."""
    export, mapping = write_export(tmp_path / "export.csv", lines), write_mapping(tmp_path / "m.toml", redcap)
    with pytest.raises(BundleRefused) as error:
        load_source(export, f"sqlite:///{tmp_path / 'a.db'}", "redcap", mapping)
    return [(p.file, p.code, p.row, p.column) for p in error.value.problems.errors]


def rows_of(tmp_path, table):
    with (tmp_path / "bundle" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return [{name: value for name, value in row.items() if value} for row in csv.DictReader(file)]


def test_the_shipped_data_dictionary_is_that_of_the_tables():
    assert DICTIONARY.read_bytes().decode("utf-8") == dictionary(), (
        "print it anew: python -m data_access.dictionary --write"
    )


def test_the_data_dictionary_has_the_columns_that_redcap_takes():
    assert len(HEADER) == 18
    assert {tuple(field) for field in fields()} == {HEADER}


def test_every_column_of_the_forms_is_a_field():
    expected = {
        (table.name, column.name)
        for table in BUNDLE_TABLES
        if table is not PRODUCT
        for column in columns_of(table)
        if column.name != "patient_id" and column is not key_of(table)
    } | {("patient", "patient_id")}
    assert {(field.form, field.column.name) for field in FIELDS.values()} == expected
    assert list(FORMS) == [table.name for table in BUNDLE_TABLES if table is not PRODUCT]
    assert len({short_of(table) for table in BUNDLE_TABLES if table is not PRODUCT}) == len(FORMS)


@pytest.mark.parametrize("field", fields(), ids=lambda f: f["Variable / Field Name"])
def test_a_field_is_as_redcap_wants_it(field):
    assert re.fullmatch("[a-z][a-z0-9_]{0,25}", field["Variable / Field Name"])
    assert field["Field Type"] in ("text", "dropdown", "yesno")
    assert field["Text Validation Type OR Show Slider Number"] in ("", "date_ymd", "integer", "number")
    choices = [choice.partition(", ") for choice in filter(None, field[HEADER[5]].split(" | "))]
    assert bool(choices) == (field["Field Type"] == "dropdown")
    assert all(re.fullmatch("[A-Za-z0-9_]+", code) and label for code, _, label in choices)
    assert len({label for _, _, label in choices}) == len(choices)


def test_the_record_is_the_first_field_and_required_columns_are_required():
    assert fields()[0]["Variable / Field Name"] == "patient_id"
    assert {f["Variable / Field Name"] for f in fields() if f["Required Field?"] == "y"} >= {
        "tc_product_code",
        "ra_date",
        "ra_response",
        "mrd_result",
        "re_level",
    }


def test_the_raw_choices_of_a_dropdown_are_the_declared_codes():
    choices = {f["Variable / Field Name"]: f[HEADER[5]] for f in fields()}
    for name, field in FIELDS.items():
        codes = [choice.partition(", ")[0] for choice in filter(None, choices[name].split(" | "))]
        assert tuple(codes) == tuple(labels_of(field.column))


def test_the_sample_exported_from_redcap_is_the_bundle_to_the_hash(tmp_path):
    tables = keyed_by_instance(sample_tables(25))
    bundle = write_bundle(tmp_path / "in", tables)
    expected = load_bundle(bundle, f"sqlite:///{tmp_path / 'a.db'}")
    export = write_export(tmp_path / "export.csv", export_rows(tables))
    mapping = write_mapping(
        tmp_path / "m.toml", text=MAPPING.partition("[[product]]")[0] + product_toml(tables["product"])
    )
    assert load_source(export, f"sqlite:///{tmp_path / 'b.db'}", "redcap", mapping) == expected
    assert sum(expected.rows.values()) > 400


def test_rows_of_an_export_become_rows_of_tables(tmp_path):
    assert found(tmp_path)[1] == []
    assert rows_of(tmp_path, "patient") == [
        dict(patient_id="P1", sex="female", vital_status="dead", death_date="2023-01-02"),
        dict(patient_id="P2", sex="male"),
    ]
    assert rows_of(tmp_path, "contact") == [
        dict(contact_id="P1-001", patient_id="P1", date="2020-04-01"),
        dict(contact_id="P1-002", patient_id="P1", date="2020-05-01"),
        dict(contact_id="P2-001", patient_id="P2", date="2020-06-01"),
    ]
    assert rows_of(tmp_path, "relapse") == [
        dict(
            relapse_id="P1-001",
            patient_id="P1",
            date="2021-01-01",
            level="morphologic",
            cns="no",
            sites='skin, "left" arm',
        )
    ]
    assert rows_of(tmp_path, "mrd_assessment") == []


def test_the_command_loads_an_export_and_says_what_is_wrong_with_another(tmp_path, capsys):
    export = str(write_export(tmp_path / "export.csv", export_rows(TABLES)))
    mapping = str(write_mapping(tmp_path / "m.toml"))
    options = ["--from", "redcap", "--mapping", mapping, "--database-url", f"sqlite:///{tmp_path / 'a.db'}"]
    assert main([export, *options]) == 0
    assert "Dataset version" in capsys.readouterr().out
    write_export(tmp_path / "export.csv", export_rows(TABLES)[1:])
    before = (tmp_path / "a.db").read_bytes()
    assert main([export, *options]) == 1
    assert "ERROR no-record-row: 1\n  export.csv, line 3, column patient_id: " in capsys.readouterr().err
    assert (tmp_path / "a.db").read_bytes() == before
    with pytest.raises(SystemExit):
        main([export, "--from", "redcap", *options[4:]])
    assert "--from and --mapping must be given together" in capsys.readouterr().err
    assert list(tmp_path.glob("cohort-*")) == []


def test_the_shipped_mapping_is_read_and_declares_products(tmp_path):
    shipped = ROOT / "docs" / "redcap-mapping.toml"
    problems, folder = Problems(), tmp_path / "bundle"
    folder.mkdir()
    export = write_export(tmp_path / "export.csv", export_rows(TABLES))
    assert convert(export, "redcap", shipped, folder, problems) is not None, str(problems)
    assert [row["product_code"] for row in rows_of(tmp_path, "product")] == ["TISA", "BREXU", "OBE"]


@pytest.mark.parametrize("text", ["a\r\nb", "a\nb\n", '"a", b', "=1+1", "NA", " a ", "é中", "1", "0", "Yes"])
def test_awkward_text_survives_and_the_rows_after_it_keep_their_line(tmp_path, text):
    tables = TABLES | {"relapse": [TABLES["relapse"][0] | dict(sites=text)]}
    lines = export_rows(tables)
    lines = [*lines[:2], lines[-1], *lines[2:-1]]
    lines[-1]["co_date"] = ""
    below = 2 + len(lines) - 1 + text.replace("\r\n", "\n").count("\n")
    assert refused(tmp_path, lines) == [("export.csv", "required", below, "co_date")]
    lines[-1]["co_date"] = "2020-06-01"
    assert found(tmp_path, lines)[1] == []
    [row] = rows_of(tmp_path, "relapse")
    assert row["sites"] == text


def test_J13_what_the_loader_finds_is_said_with_file_row_and_field_of_the_export(tmp_path):
    lines = export_rows(TABLES)
    lines[0]["pt_sex"] = "F"
    lines[3]["co_date"] = "01/04/2020"
    lines[4]["co_date"] = ""
    lines[2]["tc_product_code"] = "KYM"
    assert sorted(refused(tmp_path, lines)) == [
        ("export.csv", "not-a-date", 5, "co_date"),
        ("export.csv", "not-allowed", 2, "pt_sex"),
        ("export.csv", "orphan", 4, "tc_product_code"),
        ("export.csv", "required", 6, "co_date"),
    ]


def test_J13_all_problems_of_reader_and_loader_come_in_one_pass(tmp_path):
    lines = export_rows(TABLES)
    lines[0]["pt_sex"] = "Female"
    lines[2]["tc_course_number"] = "0"
    lines[4]["redcap_repeat_instance"] = "7"
    assert sorted(refused(tmp_path, lines)) == [
        ("export.csv", "instance-gap", 6, "redcap_repeat_instance"),
        ("export.csv", "label-not-raw", 2, "pt_sex"),
        ("export.csv", "not-an-integer", 4, "tc_course_number"),
    ]


def test_J13_a_gap_in_the_instances_is_refused(tmp_path):
    lines = export_rows(TABLES)
    del lines[3]
    assert found(tmp_path, lines)[1] == [("instance-gap", 5, "redcap_repeat_instance")]


def test_J13_a_gap_is_accepted_where_the_mapping_says_that_instances_were_deleted(tmp_path):
    lines = export_rows(TABLES)
    del lines[3]
    assert found(tmp_path, lines, redcap='deleted_instances = ["contact"]')[1] == []
    assert [row["contact_id"] for row in rows_of(tmp_path, "contact")] == ["P1-002", "P2-001"]


def test_J13_gaps_are_accepted_in_the_named_forms_only_and_are_counted(tmp_path):
    lines = export_rows(TABLES)
    del lines[3]
    assert found(tmp_path, lines, redcap='deleted_instances = ["relapse"]')[1] == [
        ("instance-gap", 5, "redcap_repeat_instance")
    ]
    [account] = accounts(tmp_path, lines, 'deleted_instances = ["contact"]')
    assert account.gaps == (("contact", 1),)


@pytest.mark.parametrize("entry", ["deleted_instances = true", 'deleted_instances = ["patient", "diary"]'])
def test_J13_gaps_are_never_accepted_everywhere_or_in_what_is_no_repeating_form(tmp_path, entry):
    assert {code for code, *_ in found(tmp_path, redcap=entry)[1]} == {"mapping-entry"}


def test_J13_without_deleted_instances_nothing_is_accepted(tmp_path):
    assert found(tmp_path, redcap="deleted_instances = false")[1] == []


def test_J13_an_instance_that_comes_twice_is_refused(tmp_path):
    lines = export_rows(TABLES)
    lines[4]["redcap_repeat_instance"] = "1"
    assert found(tmp_path, lines)[1] == [("duplicate-instance", 6, "redcap_repeat_instance")]


@pytest.mark.parametrize("instance", ["", "0", "-1", "1.5", "one", "١"])
def test_J13_an_instance_must_be_a_number_from_1(tmp_path, instance):
    lines = export_rows(TABLES)
    lines[-1]["redcap_repeat_instance"] = instance
    assert found(tmp_path, lines)[1] == [("not-an-instance", len(lines) + 1, "redcap_repeat_instance")]


def longitudinal(lines, event):
    return [line | {"redcap_event_name": event} for line in lines], ["patient_id", "redcap_event_name", *header()[1:]]


def test_J13_the_event_of_a_longitudinal_project_must_be_named(tmp_path):
    lines, names = longitudinal(export_rows(TABLES), "cart_arm_1")
    assert found(tmp_path, lines, names)[1] == [("event-not-declared", 1, "redcap_event_name")]
    assert found(tmp_path, lines, names, 'event = "cart_arm_1"')[1] == []


def test_J13_a_row_of_another_event_is_refused(tmp_path):
    lines, names = longitudinal(export_rows(TABLES), "cart_arm_1")
    lines[3]["redcap_event_name"] = "follow_up_arm_1"
    assert ("wrong-event", 5, "redcap_event_name") in found(tmp_path, lines, names, 'event = "cart_arm_1"')[1]


def test_J13_a_repeating_event_is_refused(tmp_path):
    lines = export_rows(TABLES)
    lines[1]["redcap_repeat_instance"] = "2"
    assert ("repeating-event", 3, "redcap_repeat_instance") in found(tmp_path, lines)[1]


@pytest.mark.parametrize(
    ("line", "field", "label"),
    [
        (0, "pt_sex", "Female"),
        (2, "tc_crs_assessed", "Yes"),
        (-1, "re_level", "Morphologic relapse"),
        (-1, "re_cns", "No"),
    ],
)
def test_J13_a_label_instead_of_a_raw_value_is_refused(tmp_path, line, field, label):
    lines = export_rows(TABLES)
    lines[line][field] = label
    assert [(code, column) for code, _, column in found(tmp_path, lines)[1]] == [("label-not-raw", field)]


def test_J13_no_label_is_the_raw_value_of_another_code():
    assert choices_of(TABLE["treatment_course"].c.cns_status)["CNS1"].startswith("CNS1: no blasts")
    for field in FIELDS.values():
        meant = choices_of(field.column)
        assert all(label not in meant or label == code for code, label in meant.items())


def test_J13_a_header_of_labels_is_refused(tmp_path):
    names = [FIELDS[name].column.comment if name in FIELDS else name for name in header()]
    text = ",".join(f'"{name}"' for name in names).replace("redcap_repeat_instrument", "Repeat Instrument")
    assert ("label-header", 1, None) in found(tmp_path, text=f"{text}\r\n".encode())[1]


def test_a_project_of_an_older_data_dictionary_says_so_and_may_lack_what_came_since(tmp_path):
    lines = export_rows(TABLES)
    later = {name for name, field in FIELDS.items() if since(field.column) > 1}
    forms = {FIELDS[name].form for name in later if since(FIELDS[name].column.table) > 1}
    names = [name for name in header() if name not in later and name.removesuffix("_complete") not in forms]
    old = [{name: line.get(name, "") for name in names} for line in lines]
    export, mapping = write_export(tmp_path / "e.csv", old, names), tmp_path / "m.toml"
    with pytest.raises(BundleRefused) as refused:
        check_source(export, None, "redcap", write_mapping(mapping))
    assert {p.column for p in refused.value.problems.errors if p.code == "missing-field"} == later
    done = check_source(export, None, "redcap", write_mapping(mapping, "schema_version = 1"))
    assert done.rows["patient"] == len(TABLES["patient"]) and done.rows["infection"] == 0


def test_J13_the_label_of_an_instrument_is_refused(tmp_path):
    lines = export_rows(TABLES)
    lines[3]["redcap_repeat_instrument"] = "Contact"
    assert ("label-not-raw", 5, "redcap_repeat_instrument") in found(tmp_path, lines)[1]


def test_J13_an_unknown_field_is_refused_unless_the_mapping_ignores_it(tmp_path):
    lines = [line | {"mrn": "12345"} for line in export_rows(TABLES)]
    assert found(tmp_path, lines, [*header(), "mrn"])[1] == [("unknown-field", 1, "mrn")]
    assert found(tmp_path, lines, [*header(), "mrn"], 'ignore = ["mrn"]')[1] == []


def test_J13_checkbox_columns_are_refused_unless_the_mapping_ignores_them(tmp_path):
    lines = [line | {"sites___1": "1"} for line in export_rows(TABLES)]
    assert found(tmp_path, lines, [*header(), "sites___1"])[1] == [("checkbox-field", 1, "sites___1")]
    assert found(tmp_path, lines, [*header(), "sites___1"], 'ignore = ["sites___1"]')[1] == []


def test_J13_a_missing_field_is_refused_unless_the_mapping_says_that_its_form_is_not_used(tmp_path):
    names = [name for name in header() if not name.startswith("iv")]
    lines = export_rows(TABLES)
    assert found(tmp_path, lines, names)[1] == [("missing-field", 1, "iv_date")]
    assert found(tmp_path, lines, names, 'without = ["ivig"]')[1] == []


def test_J13_without_the_repeat_columns_rows_cannot_be_told_apart(tmp_path):
    names = [name for name in header() if not name.startswith("redcap_")]
    lines = [{name: value for name, value in line.items() if name in names} for line in export_rows(TABLES)[:2]]
    origin, problems = found(tmp_path, lines, names)
    assert origin is None
    assert problems == [
        ("missing-field", 1, "redcap_repeat_instrument"),
        ("missing-field", 1, "redcap_repeat_instance"),
    ]


def test_J13_status_columns_of_forms_survey_and_access_group_columns_are_ignored(tmp_path):
    extra = ["redcap_data_access_group", "redcap_survey_identifier", "contact_timestamp"]
    lines = [
        line | dict(redcap_data_access_group="paris", contact_timestamp="[not completed]", patient_complete="0")
        for line in export_rows(TABLES)
    ]
    assert found(tmp_path, lines, [*header(), *extra])[1] == []


def test_J13_another_repeating_instrument_is_refused_unless_the_mapping_ignores_it(tmp_path):
    lines = [*export_rows(TABLES), dict(patient_id="P1", redcap_repeat_instrument="diary", redcap_repeat_instance="1")]
    assert found(tmp_path, lines)[1] == [("unknown-form", len(lines) + 1, "redcap_repeat_instrument")]
    assert found(tmp_path, lines, redcap='ignore = ["diary"]')[1] == []


def test_J13_a_form_that_does_not_repeat_is_refused(tmp_path):
    lines = export_rows(TABLES)
    lines[1]["re_date"] = "2021-01-01"
    assert found(tmp_path, lines)[1] == [("wrong-form", 3, "re_date")]


def test_J13_a_patient_form_that_repeats_is_refused(tmp_path):
    lines = export_rows(TABLES)
    lines[1] |= dict(redcap_repeat_instrument="patient", redcap_repeat_instance="1")
    assert ("patient-repeats", 3, "redcap_repeat_instrument") in found(tmp_path, lines)[1]


def test_J13_a_record_without_its_own_row_is_said_once_and_masked(tmp_path):
    lines = export_rows(TABLES)
    del lines[0]
    assert refused(tmp_path, lines) == [("export.csv", "no-record-row", 3, "patient_id")]


def test_J13_a_missing_data_code_is_missing_only_when_declared(tmp_path):
    lines = export_rows(TABLES)
    lines[0]["pt_prior_lines"] = lines[0]["pt_sex"] = "UNK"
    assert {code for _, code, _, _ in refused(tmp_path, lines)} == {"not-allowed", "not-an-integer"}
    found(tmp_path, lines, redcap='missing_codes = ["UNK"]')
    assert rows_of(tmp_path, "patient")[0] == dict(patient_id="P1", vital_status="dead", death_date="2023-01-02")


@pytest.mark.parametrize("code", ["0", "CR", "unknown"])
def test_J13_a_missing_data_code_must_be_no_value_of_a_field(tmp_path, code):
    assert found(tmp_path, redcap=f'missing_codes = ["UNK", "{code}"]')[1] == [("mapping-entry", None, "missing_codes")]


def test_J13_a_renamed_record_field_is_declared(tmp_path):
    names = ["record_id", *header()[1:]]
    lines = [
        {("record_id" if name == "patient_id" else name): value for name, value in line.items()}
        for line in export_rows(TABLES)
    ]
    assert found(tmp_path, lines, names, 'record_id = "record_id"')[1] == []
    assert found(tmp_path, lines, names)[1] == [("missing-field", 1, "patient_id")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"patient_id;redcap_repeat_instrument;redcap_repeat_instance\r\n", "separator"),
        (b"", "header"),
        ("patient_id,n\xe4me\n".encode("cp1252"), "encoding"),
        (b'patient_id,a\n"P1,2\n', "not-csv"),
    ],
)
def test_J13_a_file_that_is_no_csv_with_commas_in_utf8_is_refused(tmp_path, text, code):
    assert [problem[0] for problem in found(tmp_path, text=text)[1]] == [code]


def test_J13_a_byte_order_mark_is_accepted_and_a_shifted_row_is_not(tmp_path):
    export = write_export(tmp_path / "whole.csv", export_rows(TABLES)).read_bytes()
    assert found(tmp_path, text=b"\xef\xbb\xbf" + export)[1] == []
    assert found(tmp_path, text=export + b"P1,relapse,2\r\n")[1] == [("cell-count", 9, None)]


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("[cohort]\ntitle = 1\ndata_cutoff = 2024-06-30\nsource = 's'\nsynthetic = true", "title"),
        ("[cohort]\ntitle = 't'\ndata_cutoff = '30/06/2024'\nsource = 's'\nsynthetic = true", "data_cutoff"),
        ("[cohort]\ntitle = 't'\ndata_cutoff = 2024-06-30\nsource = 's'", "synthetic"),
        (MAPPING + "\n[[product]]\nname = 'x'", "product_code"),
        (MAPPING + "\n[other]\n", "other"),
        (MAPPING + "\n[redcap]\nforms = []", "forms"),
        (MAPPING + "\n[redcap]\nwithout = ['patient']", "without"),
    ],
)
def test_a_mapping_that_is_not_as_declared_is_refused(tmp_path, text, column):
    mapping, problems = tmp_path / "m.toml", Problems()
    mapping.write_text(text, encoding="utf-8")
    assert convert(tmp_path / "export.csv", "redcap", mapping, tmp_path, problems) is None
    assert [(p.file, p.code, p.column) for p in problems.listed] == [("m.toml", "mapping-entry", column)]


def test_a_mapping_that_is_not_toml_or_not_there_is_refused(tmp_path):
    problems = Problems()
    (tmp_path / "m.toml").write_text("title = ", encoding="utf-8")
    assert read_mapping(tmp_path / "m.toml", problems) is None
    assert read_mapping(tmp_path / "none.toml", problems) is None
    assert [p.code for p in problems.listed] == ["not-toml", "no-mapping"]


def accounts(tmp_path, lines, redcap, names=None):
    """What the import says of the rows and cells of an export."""
    export, problems = write_export(tmp_path / "export.csv", lines, names), Problems()
    (tmp_path / "bundle").mkdir(exist_ok=True)
    convert(export, "redcap", write_mapping(tmp_path / "m.toml", redcap), tmp_path / "bundle", problems)
    return problems.accounts


def test_the_books_of_an_export_count_ignored_instruments_and_refused_rows(tmp_path):
    lines = [*export_rows(TABLES), dict(patient_id="P1", redcap_repeat_instrument="diary", redcap_repeat_instance="1")]
    lines.append(dict(patient_id="P1", redcap_repeat_instrument="other", redcap_repeat_instance="1"))
    [account] = accounts(tmp_path, lines, 'ignore = ["diary"]')
    assert (account.read, account.taken, account.refused, account.n_left_out) == (len(lines), len(lines) - 2, 1, 1)


def test_the_books_of_an_export_count_ignored_fields_status_and_missing_codes(tmp_path):
    lines = export_rows(TABLES)
    lines[0] |= dict(pt_sex="UNK", diary_text="x", redcap_data_access_group="a")
    lines[1] |= dict(pt_sex="UNK", diary_text="y")
    ignored = 'ignore = ["diary_text", "void"]\nmissing_codes = ["UNK", "-99"]'
    names = [*header(), "diary_text", "void", "redcap_data_access_group"]
    [account] = accounts(tmp_path, lines, ignored, names)
    told = {(one.variable, one.cells, one.on_purpose) for one in account.not_taken}
    assert {("diary_text", 2, True), ("redcap_data_access_group", 1, False), ("patient_complete", 2, False)} <= told
    assert "void" not in str(told) and account.missing == (("UNK", 2),)


def test_a_row_that_gives_nothing_is_set_aside_with_its_reason(tmp_path):
    lines = [*export_rows(TABLES), dict(patient_id="P1", redcap_repeat_instrument="diary", redcap_repeat_instance="1")]
    export, mapping = write_export(tmp_path / "export.csv", lines), write_mapping(tmp_path / "m.toml")
    aside = tmp_path / "aside.csv"
    done = load_source(export, f"sqlite:///{tmp_path / 'a.db'}", "redcap", mapping, set_aside=aside)
    assert done.set_aside == 1 and "unknown-form" in aside.read_text("utf-8-sig")
