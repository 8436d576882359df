"""Existing REDCap projects by a field map: classic, longitudinal, with repeating events; raw values or the way out."""

import pytest

from data_access.bundle.problems import Problems
from data_access.load import check_source
from data_access.sources.convert import convert
from data_access.try_file import try_file
from tests.data_access.redcap_export import MAPPING
from tests.data_access.test_cdisc import rows_of

# record 12's history is one row in a classic project, a row for each event in a longitudinal one
CLASSIC = """record_id,gender,dob,inf_date,rel_yn,rel_date,fu_date,alive
12,2,2010-02-14,2020-03-01,1,2021-03-01,2021-06-01,1
13,1,2011-05-20,2020-04-01,0,,2022-01-01,1
14,9,,2020-05-01,0,,2021-01-01,0
"""
CLASSIC_MAP = """
[redcap]
record_id = "record_id"
prefix = "R"
dictionary = "dictionary.csv"
[dataset.EXPORT]
left_out = { rel_yn = ["0"] }
[[table]]
target = "patient"
[table.columns]
patient_id = "record_id"
sex = { from = "gender", values = { "1" = "male", "2" = "female", "9" = "" } }
birth_month = "dob"
last_contact_date = "fu_date"
vital_status = { from = "alive", values = { "1" = "alive", "0" = "" } }
[[table]]
target = "treatment_course"
[table.columns]
patient_id = "record_id"
product_code = { constant = "TISA" }
course_number = { constant = 1 }
infusion_date = "inf_date"
[[table]]
target = "relapse"
where = { rel_yn = "1" }
[table.columns]
patient_id = "record_id"
date = "rel_date"
level = { constant = "morphologic" }
"""
DICTIONARY = """Variable / Field Name,Form Name,Section Header,Field Type,Field Label,\
"Choices, Calculations, OR Slider Labels",Identifier?
record_id,base,,text,Record,,
gender,base,,radio,Gender,"1, Male | 2, Female | 9, Not, known",
dob,base,,text,Date of birth,,y
alive,fu,,yesno,Alive?,,
"""


@pytest.fixture
def read(tmp_path):
    """read(export, map): (origin or None, problems); the bundle is in tmp_path / 'bundle'."""

    def read(export, mapping, dictionary=DICTIONARY):
        (tmp_path / "export.csv").write_text(export, "utf-8")
        (tmp_path / "dictionary.csv").write_text(dictionary, "utf-8")
        (tmp_path / "m.toml").write_text(MAPPING + mapping, "utf-8")
        (tmp_path / "bundle").mkdir(exist_ok=True)
        read.problems = Problems()
        origin = convert(tmp_path / "export.csv", "redcap", tmp_path / "m.toml", tmp_path / "bundle", read.problems)
        return origin, [(p.code, p.row, p.column, p.value) for p in read.problems.listed]

    return read


def books(read):
    [account] = read.problems.accounts
    return account.read, account.taken, {(o.variable, o.value, o.on_purpose): n for o, n in account.left_out}


def test_a_classic_project_is_read_by_its_own_field_names(read, tmp_path):
    assert read(CLASSIC, CLASSIC_MAP)[1] == []
    assert rows_of(tmp_path / "bundle", "patient") == [
        dict(
            patient_id="R12", sex="female", birth_month="2010-02", last_contact_date="2021-06-01", vital_status="alive"
        ),
        dict(patient_id="R13", sex="male", birth_month="2011-05", last_contact_date="2022-01-01", vital_status="alive"),
        dict(patient_id="R14", last_contact_date="2021-01-01"),
    ]
    assert [row["date"] for row in rows_of(tmp_path / "bundle", "relapse")] == ["2021-03-01"]
    assert books(read) == (3, 3, {})
    done = check_source(tmp_path / "export.csv", None, "redcap", tmp_path / "m.toml")
    assert done.rows["patient"] == 3 and done.rows["treatment_course"] == 3 and done.rows["relapse"] == 1


def test_a_semicolon_export_is_declared(read, tmp_path):
    semicolons = CLASSIC.replace(",", ";")
    assert read(semicolons, CLASSIC_MAP)[1] == [("separator", 1, None, None)]
    declared = CLASSIC_MAP.replace("[redcap]", '[redcap]\nseparator = ";"')
    assert read(semicolons, declared)[1] == []
    assert len(rows_of(tmp_path / "bundle", "patient")) == 3


EVENTS = """record_id,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance,gender,\
inf_date,visit_date,resp,mrd_date,mrd
12,baseline_arm_1,,,2,2020-03-01,,,,
12,day28_arm_1,,,,,2020-03-29,1,,
12,month3_arm_1,,,,,2020-05-31,3,,
12,baseline_arm_1,mrd,1,,,,,2020-03-29,0
12,baseline_arm_1,mrd,2,,,,,2020-05-31,1
13,baseline_arm_1,,,1,2020-04-01,,,,
13,day28_arm_1,,,,,2020-04-29,2,,
13,consent_arm_1,,,,,,,,
"""
EVENTS_MAP = """
[redcap]
prefix = "R"
[[table]]
target = "patient"
events = ["baseline_arm_1"]
[table.columns]
patient_id = "record_id"
sex = { from = "gender", values = { "1" = "male", "2" = "female" } }
[[table]]
target = "treatment_course"
events = "baseline_arm_1"
[table.columns]
patient_id = "record_id"
product_code = { constant = "TISA" }
course_number = { constant = 1 }
infusion_date = "inf_date"
[[table]]
target = "response_assessment"
events = ["day28_arm_1", "month3_arm_1"]
[table.columns]
patient_id = "record_id"
date = "visit_date"
response = { from = "resp", values = { "1" = "CR", "2" = "NR", "3" = "RELAPSE" } }
[[table]]
target = "mrd_assessment"
events = ["baseline_arm_1"]
instrument = "mrd"
[table.columns]
patient_id = "record_id"
date = "mrd_date"
specimen = { constant = "BM" }
method = { constant = "flow" }
result = { from = "mrd", values = { "0" = "negative", "1" = "positive" } }
"""


def test_a_longitudinal_project_gives_rows_of_several_events_and_repeating_instruments(read, tmp_path):
    assert read(EVENTS, EVENTS_MAP)[1] == [("left-out", None, "redcap_event_name", "consent_arm_1")]
    assert books(read) == (8, 7, {("redcap_event_name", "consent_arm_1", False): 1})
    rows = rows_of(tmp_path / "bundle", "response_assessment")
    assert [(row["patient_id"], row["date"], row["response"]) for row in rows] == [
        ("R12", "2020-03-29", "CR"),
        ("R12", "2020-05-31", "RELAPSE"),
        ("R13", "2020-04-29", "NR"),
    ]
    assert [row["result"] for row in rows_of(tmp_path / "bundle", "mrd_assessment")] == ["negative", "positive"]
    left = EVENTS_MAP.replace(
        "[[table]]", '[dataset.EXPORT]\nleft_out = { redcap_event_name = ["consent_arm_1"] }\n[[table]]', 1
    )
    assert read(EVENTS, left)[1] == []


def test_an_entry_of_a_longitudinal_project_must_name_its_events(read):
    said = read(EVENTS, EVENTS_MAP.replace('events = "baseline_arm_1"\n', ""))[1]
    assert ("event-not-declared", 1, "redcap_event_name", None) in said


REPEATING = """record_id,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance,gender,\
inf_date,visit_date,resp
12,baseline_arm_1,,,2,2020-03-01,,
12,visit_arm_1,,1,,,2020-03-29,1
12,visit_arm_1,,2,,,2020-05-31,1
12,visit_arm_1,,3,,,2020-09-01,3
13,baseline_arm_1,,,1,2020-04-01,,
"""


def test_a_repeating_event_gives_a_row_for_each_time(read, tmp_path):
    mapping = EVENTS_MAP.partition('[[table]]\ntarget = "mrd')[0].replace(
        '["day28_arm_1", "month3_arm_1"]', '["visit_arm_1"]'
    )
    assert read(REPEATING, mapping)[1] == []
    assert [row["date"] for row in rows_of(tmp_path / "bundle", "response_assessment")] == [
        "2020-03-29",
        "2020-05-31",
        "2020-09-01",
    ]
    assert books(read) == (5, 5, {})


def test_labels_are_refused_with_the_way_out(read):
    labels = CLASSIC.replace("12,2,", "12,Female,").replace("record_id,gender", "Record,Gender")
    assert read(labels, CLASSIC_MAP)[0] is None and read.problems.listed[0].code == "label-header"
    values = read(CLASSIC.replace("12,2,", "12,Female,"), CLASSIC_MAP)[1]
    assert ("label-not-raw", 2, "gender", "Female") in values
    events = read(EVENTS.replace("baseline_arm_1", "Baseline"), EVENTS_MAP)
    assert events == (None, [("label-not-raw", 2, "redcap_event_name", "Baseline")])
    assert "raw" in read.problems.listed[0].hint


def test_the_projects_own_dictionary_tells_choices_that_nobody_maps_and_fields_that_identify(read):
    more = DICTIONARY.replace("9, Not, known", "3, Other | 9, Not, known")
    assert read(CLASSIC, CLASSIC_MAP, more)[1] == [("unmapped-choice", 1, "gender", "3, Other")]
    named = DICTIONARY.replace("radio,Gender,", "radio,Gender,").replace('known",', 'known",y')
    assert read(CLASSIC, CLASSIC_MAP, named)[1] == [("identifier-field", 1, "gender", None)]
    assert read(CLASSIC, CLASSIC_MAP, "a,b\n1,2\n") == (None, [("no-dictionary", None, None, None)])
    absent = CLASSIC_MAP.replace("dictionary.csv", "other.csv")
    assert read(CLASSIC, absent) == (None, [("no-dictionary", None, None, None)])


def test_a_dictionary_that_was_not_handed_over_is_said():
    mapping = (MAPPING + CLASSIC_MAP).encode("utf-8")
    tried = try_file("export.csv", CLASSIC.encode("utf-8"), "redcap", mapping)
    assert tried.is_right and [p.code for p in tried.problems.warnings if p.file == "mapping.toml"] == ["no-dictionary"]
