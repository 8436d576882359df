"""Import as trials J01 to J22 (J13, J14: test_redcap.py, test_cdisc.py; J19: test_new_version.py)."""

import csv
import hashlib
import os
import resource
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from data_access.bundle.problems import BundleRefused, DatabaseProblem
from data_access.bundle.report import COLUMNS
from data_access.bundle.source import MAX_FILE
from data_access.load import check_bundle, load_bundle, main, rollback
from data_access.reading.connection import parse_url
from data_access.reading.engine import connect, open_engine
from data_access.reading.queries import content_sha256, dataset_row, fetch_tables
from tests.data_access.bundles import ROWS, edit, refresh, write_bundle

ROOT = Path(__file__).parents[2]
MANY = 30  # patients, so that a share of the rows can be left out


def many_rows(n=MANY):
    patients = [dict(patient_id=f"P{i:03d}", site_code="C01", last_contact_date="2024-01-01") for i in range(n)]
    courses = [
        dict(
            treatment_course_id=f"T{i:03d}",
            patient_id=f"P{i:03d}",
            product_code="TISA",
            course_number="1",
            infusion_date="2020-03-01",
        )
        for i in range(n)
    ]
    return {"product": ROWS["product"][:1], "patient": patients, "treatment_course": courses}


@pytest.fixture
def bundle(tmp_path):
    return write_bundle(tmp_path / "bundle")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """The URL of an owner, on either database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'cohort.db'}"
    return request.getfixturevalue("empty_database").owner


@pytest.fixture
def file_url(tmp_path):
    return f"sqlite:///{tmp_path / 'cohort.db'}"


def version_of(url):
    """The stored version, which must be that of the rows that are there."""
    with connect(open_engine(url)) as connection:
        row, tables = dataset_row(connection), fetch_tables(connection, "all")
    assert content_sha256(row, tables) == row.content_sha256
    return row.version


def errors_of(bundle):
    with pytest.raises(BundleRefused) as refused:
        check_bundle(bundle)
    return [(p.file, p.row, p.column, p.code) for p in refused.value.problems.errors]


def other(bundle):
    edit(bundle, "patient.csv", "female", "male")
    return bundle


def test_j01_three_errors_in_three_files_are_reported_at_once(bundle):
    edit(bundle, "patient.csv", "female", "f")
    edit(bundle, "relapse.csv", "2021-01-01", "2021-13-01")
    edit(bundle, "adverse_event.csv", "ASTCT", "Lee")
    assert errors_of(bundle) == [
        ("patient.csv", 2, "sex", "not-allowed"),
        ("relapse.csv", 2, "date", "not-a-date"),
        ("adverse_event.csv", 2, "scale", "not-allowed"),
    ]


def test_j02_an_error_in_the_last_row_of_the_last_file_loads_nothing(bundle, url, tmp_path):
    load_bundle(bundle, url)
    before = version_of(url)
    file = tmp_path / "cohort.db"
    digest = hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else None
    edit(other(bundle), "adverse_event.csv", ",2,ASTCT", ",9,ASTCT")
    with pytest.raises(BundleRefused):
        load_bundle(bundle, url)
    assert version_of(url) == before
    assert digest is None or hashlib.sha256(file.read_bytes()).hexdigest() == digest


KILLED = """
import os, signal, sys
from data_access.load import load_bundle
def die(what, share):
    if share >= float(sys.argv[3]) or what.startswith(sys.argv[4]):
        os.kill(os.getpid(), signal.SIGKILL)
load_bundle(sys.argv[1], sys.argv[2], progress=die)
"""


@pytest.mark.parametrize(("share", "phase"), [("0.1", "-"), ("0.5", "-"), ("0.9", "-"), ("9", "writing contact")])
def test_j03_a_killed_import_leaves_the_old_version(bundle, url, tmp_path, share, phase):
    load_bundle(bundle, url)
    before = version_of(url)
    write_bundle(bundle, many_rows())
    killed = subprocess.run([sys.executable, "-c", KILLED, str(bundle), url, share, phase], cwd=ROOT, check=False)
    reached = phase == "-" or url.startswith("postgresql")  # a file has no writing phase: rows are written while read
    assert killed.returncode == (-signal.SIGKILL if reached else 0)
    assert (version_of(url) == before) is reached
    load_bundle(other(write_bundle(bundle)), url)
    assert version_of(url) != before
    assert not list(tmp_path.glob(".cohort.db.*")), "what the killed import left is removed by the next one"


FULL = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
from data_access.load import main
sys.exit(main([sys.argv[1], "--database-url", sys.argv[2]]))
"""


@pytest.mark.parametrize("limit", [0, 20_000, 100_000])
def test_j04_a_full_disk_leaves_the_old_version_and_is_a_sentence(bundle, file_url, tmp_path, limit):
    load_bundle(bundle, file_url)
    before = version_of(file_url)
    write_bundle(bundle, many_rows(3000))
    run = subprocess.run(
        [sys.executable, "-c", FULL, str(bundle), file_url, str(limit)],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 4 and "Nothing was loaded. The d" in run.stderr and "room" in run.stderr, run.stderr
    assert "Traceback" not in run.stderr and str(tmp_path) not in run.stderr
    assert version_of(file_url) == before and not list(tmp_path.glob(".cohort.db.*"))


def test_j04_a_full_disk_of_the_spool_leaves_the_server_as_it_was(bundle, empty_database):
    load_bundle(bundle, empty_database.owner)
    before = version_of(empty_database.owner)
    write_bundle(bundle, many_rows(3000))
    run = subprocess.run(
        [sys.executable, "-c", FULL, str(bundle), empty_database.owner, "20000"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 4 and "The disk is full" in run.stderr, run.stderr
    assert version_of(empty_database.owner) == before


@pytest.mark.parametrize("row", ["M1,P2,,P2,2020-03-29", "M1,P2,2020-03-29,,", "M1"])
def test_j05_a_row_with_a_cell_too_many_is_refused_not_shifted(bundle, row):
    edit(bundle, "mrd_assessment.csv", "M1,P2,2020-03-29", row)
    assert errors_of(bundle) == [("mrd_assessment.csv", 2, None, "cell-count")]


def test_j06_a_short_row_and_a_blank_line_are_refused_no_final_newline_is_accepted(bundle):
    text = (bundle / "patient.csv").read_text("utf-8")
    (bundle / "patient.csv").write_text(text.rstrip("\n"), "utf-8")
    refresh(bundle)
    assert check_bundle(bundle).rows["patient"] == 2
    (bundle / "patient.csv").write_text(text + "\n", "utf-8")
    refresh(bundle)
    assert errors_of(bundle) == [("patient.csv", 4, None, "cell-count")]


@pytest.mark.parametrize(
    ("header", "codes"),
    [
        ("ivig_id,patient_id,date,date", ["duplicate-column"]),
        ("ivig_id,patient_id,date,dose", ["unknown-column"]),
        ("ivig_id,patient_id", ["missing-column"]),
        ("date,ivig_id,patient_id", []),
        ("ivig_id,PATIENT_ID,date", ["unknown-column", "missing-column"]),
        ("ivig_id,patient_id,date,patient_name", ["direct-identifier"]),
    ],
)
def test_j07_duplicate_unknown_missing_and_misspelled_columns_are_named(bundle, header, codes):
    edit(bundle, "ivig.csv", "ivig_id,patient_id,date", header)
    assert [code for *_, code in (errors_of(bundle) if codes else [])] == codes
    if not codes:
        assert check_bundle(bundle).rows["ivig"] == 0


def test_j08_utf_8_with_or_without_bom_is_read_other_encodings_are_refused(bundle):
    path, plain = bundle / "relapse.csv", (bundle / "relapse.csv").read_text("utf-8").replace("skin", "peau très")
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        path.write_bytes(plain.encode(encoding))
        try:
            refresh(bundle)
            assert check_bundle(bundle).rows["relapse"] == 1 and encoding.startswith("utf-8")
        except (UnicodeDecodeError, UnicodeError):
            assert ("relapse.csv", None, None, "encoding") in errors_of(bundle) and not encoding.startswith("utf-8")
    path.write_bytes(plain.encode("utf-8") + "X2,P2,2021-02-01,molecular,,é,\n".encode("cp1252"))
    assert ("relapse.csv", None, None, "encoding") in errors_of(bundle)


@pytest.mark.parametrize("separator", [";", "\t"])
def test_j09_another_separator_is_refused_with_a_hint(bundle, separator):
    path = bundle / "contact.csv"
    path.write_text(separator.join(["contact_id", "patient_id", "date"]) + "\n", "utf-8")
    refresh(bundle)
    assert errors_of(bundle) == [("contact.csv", 1, None, "separator")]


@pytest.mark.parametrize(("separator", "value"), [(";", "semicolons"), ("\t", "tabs")])
def test_j09_a_file_with_another_separator_is_read_by_it_so_that_all_else_is_said_at_once(bundle, separator, value):
    rows = [
        ROWS["treatment_course"][0] | dict(infusion_date="01.03.2020", dose_cells_e6="0|1"),
        ROWS["treatment_course"][1] | dict(patient_id="P9", course_number="0"),
    ]
    write_bundle(bundle, treatment_course=rows)
    text = (bundle / "treatment_course.csv").read_text("utf-8").replace(",", separator).replace("|", ",")
    (bundle / "treatment_course.csv").write_text(text, "utf-8")
    edit(bundle, "relapse.csv", "2021-01-01", "2021-13-01")
    with pytest.raises(BundleRefused) as refused:
        check_bundle(bundle)
    assert next(p.value for p in refused.value.problems.errors) == value
    assert errors_of(bundle) == [
        ("treatment_course.csv", 1, None, "separator"),
        ("treatment_course.csv", 3, "course_number", "not-an-integer"),
        ("treatment_course.csv", 2, "infusion_date", "not-a-date"),
        ("treatment_course.csv", 2, "dose_cells_e6", "decimal-comma"),
        ("treatment_course.csv", 3, "patient_id", "orphan"),
        ("relapse.csv", 2, "date", "not-a-date"),
    ]


def test_j09_patients_with_another_separator_leave_no_orphans(bundle):
    text = (bundle / "patient.csv").read_text("utf-8").replace(",", ";")
    (bundle / "patient.csv").write_text(text, "utf-8")
    refresh(bundle)
    assert errors_of(bundle) == [("patient.csv", 1, None, "separator")]
    (bundle / "patient.csv").write_text("sep=;\n" + text, "utf-8")  # a spreadsheet's own first line
    refresh(bundle)
    assert errors_of(bundle) == [("patient.csv", 1, None, "separator")]


def test_j09_a_decimal_comma_and_a_limit_are_refused_with_their_hints(bundle):
    edit(bundle, "treatment_course.csv", ",0.1,", ',"0,1",')
    edit(bundle, "mrd_assessment.csv", "1e-6", "<0.0001")
    with pytest.raises(BundleRefused) as refused:
        check_bundle(bundle)
    hints = {p.code: p.hint for p in refused.value.problems.errors}
    assert hints["decimal-comma"] == "Write a decimal point." and "negative into result" in hints["below-limit"]


def test_j10_na_and_none_are_text(bundle, file_url):
    edit(bundle, "patient.csv", "P2,NA,", "P2,None,")
    load_bundle(bundle, file_url)
    with connect(open_engine(file_url)) as connection:
        tables = fetch_tables(connection, "all")
    assert "NA" in tables["product"]["product_code"].tolist() and "None" in tables["patient"]["site_code"].tolist()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("03/04/2024", "not-a-date"),
        ("2024-2-30", "not-a-date"),
        ("2023-02-29", "not-a-date"),
        ("20240229", "not-a-date"),
        ("45351", "not-a-date"),
        ("2024-03-01T00:00", "not-a-date"),
        ("2024-03", "partial-date"),
        ("2024", "partial-date"),
        ("1900-01-01", "sentinel-date"),
    ],
)
def test_j11_only_iso_dates_are_dates(bundle, text, code):
    edit(bundle, "patient.csv", "2015-06-30", text)
    assert errors_of(bundle) == [("patient.csv", 2, "diagnosis_date", code)]


def test_j12_every_duplicate_key_and_orphan_is_listed(bundle):
    rows = [dict(contact_id=f"C{i % 3}", patient_id=f"P{i}", date=f"2020-05-0{i}") for i in range(1, 7)]
    write_bundle(bundle, contact=rows)
    found = errors_of(bundle)
    assert [f for f in found if f[3] == "duplicate-key"] == [
        ("contact.csv", row, "contact_id", "duplicate-key") for row in (5, 6, 7)
    ]
    assert [f[1] for f in found if f[3] == "orphan"] == [4, 5, 6, 7]


def packed(tmp_path, bundle, **members):
    path = tmp_path / "bundle.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(bundle.iterdir()):
            archive.write(file, f"cohort/{file.name}")
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_j15_a_zip_file_of_a_folder_is_a_bundle(bundle, tmp_path, file_url):
    expected = check_bundle(bundle)
    extra = {"__MACOSX/cohort/._patient.csv": b"x", "cohort/notes.txt": b"y"}
    assert load_bundle(packed(tmp_path, bundle, **extra), file_url) == expected


@pytest.mark.parametrize(
    ("member", "content", "code"),
    [
        ("cohort/zeros.csv", b"0" * 30_000_000, "too-compressed"),
        ("cohort/inner.zip", b"PK", "nested-archive"),
        ("../evil.csv", b"a", "unsafe-path"),
        ("/etc/evil.csv", b"a", "unsafe-path"),
        ("other/patient.csv", b"a", "several-folders"),
    ],
)
def test_j15_a_zip_file_beyond_its_limits_is_refused(bundle, tmp_path, member, content, code):
    assert code in [found for *_, found in errors_of(packed(tmp_path, bundle, **{member: content}))]
    assert not (tmp_path.parent / "evil.csv").exists()


def test_j15_too_many_files_a_damaged_zip_file_and_no_bundle_are_refused(bundle, tmp_path):
    full = packed(tmp_path, bundle, **{f"cohort/{i}.txt": b"" for i in range(200)})
    assert "too-many-files" in [code for *_, code in errors_of(full)]
    data = packed(tmp_path, bundle).read_bytes()
    (tmp_path / "cut.zip").write_bytes(data[:200] + b"\0" * 200 + data[400:])
    assert errors_of(tmp_path / "cut.zip")[0][3] == "not-a-zip"
    assert errors_of(bundle / "patient.csv") == [("patient.csv", None, None, "not-a-bundle")]
    assert errors_of(tmp_path / "nowhere") == [("nowhere", None, None, "not-a-bundle")]


def test_j15_a_file_of_2_gb_10_000_columns_and_an_endless_line_are_refused_in_little_memory(bundle):
    with (bundle / "contact.csv").open("r+b") as file:
        file.truncate(2 << 30)  # sparse: takes no room
    assert (bundle / "contact.csv").stat().st_size > MAX_FILE
    (bundle / "ivig.csv").write_text(",".join(f"c{i}" for i in range(10_000)) + "\n")
    (bundle / "relapse.csv").write_text((bundle / "relapse.csv").read_text("utf-8") + "x" * 20_000_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    codes = {(file, code) for file, _, _, code in errors_of(bundle)}
    assert {("contact.csv", "too-large"), ("ivig.csv", "too-many-columns"), ("relapse.csv", "cell-too-long")} <= codes
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # KB


def test_j16_the_same_bundle_twice_is_identical_and_changes_nothing(bundle, url, tmp_path, capsys):
    load_bundle(bundle, url)
    with connect(open_engine(url)) as connection:
        before = dataset_row(connection)
    assert main([str(bundle), "--database-url", url]) == 0
    assert "Identical, nothing changed." in capsys.readouterr().out
    with connect(open_engine(url)) as connection:
        assert dataset_row(connection) == before
    assert not (tmp_path / "cohort.db.previous").exists()
    assert main([str(bundle), "--database-url", url, "--rollback"]) == 4
    assert capsys.readouterr().err.startswith("Nothing was changed. There is no previous version")


def test_j17_an_older_cutoff_must_be_confirmed(bundle, url, capsys):
    load_bundle(bundle, url)
    before = version_of(url)
    refresh(bundle, data_cutoff="2024-06-29")
    assert main([str(bundle), "--database-url", url]) == 3
    assert "got: 2024-06-29 after 2024-06-30. Add --confirm" in capsys.readouterr().err
    assert main([str(bundle), "--database-url", url, "--check"]) == 3
    assert version_of(url) == before
    assert main([str(bundle), "--database-url", url, "--confirm"]) == 0
    assert version_of(url) != before


@pytest.mark.parametrize(("left", "code"), [(22, 0), (21, 3)])
def test_j18_30_percent_fewer_rows_must_be_confirmed(tmp_path, file_url, capsys, left, code):
    load_bundle(write_bundle(tmp_path / "bundle", many_rows()), file_url)
    fewer = write_bundle(tmp_path / "fewer", many_rows(left))
    assert main([str(fewer), "--database-url", file_url]) == code
    assert ("got: 21 after 30 in patient" in capsys.readouterr().err) is (code == 3)
    assert main([str(fewer), "--database-url", file_url, "--confirm"]) == 0


def test_j18_one_emptied_table_must_be_confirmed_too(tmp_path, file_url):
    rows = many_rows()
    load_bundle(write_bundle(tmp_path / "bundle", rows), file_url)
    rows["treatment_course"] = []
    assert main([str(write_bundle(tmp_path / "bundle", rows)), "--database-url", file_url]) == 3


def test_j18_what_is_no_cohort_database_is_not_replaced_unasked(bundle, file_url, tmp_path):
    (tmp_path / "cohort.db").write_text("my notes")
    assert main([str(bundle), "--database-url", file_url]) == 3
    assert (tmp_path / "cohort.db").read_text() == "my notes"
    assert main([str(bundle), "--database-url", file_url, "--confirm"]) == 0
    assert (tmp_path / "cohort.db.previous").read_text() == "my notes"


def test_j20_a_rollback_brings_the_numbers_back_and_a_second_one_goes_forward(bundle, url, capsys):
    load_bundle(bundle, url)
    with connect(open_engine(url)) as connection:
        snapshot, row = fetch_tables(connection, "all"), dataset_row(connection)
    load_bundle(other(bundle), url)
    after = version_of(url)
    assert main(["--rollback", "--database-url", url]) == 0
    assert row.version in capsys.readouterr().out and version_of(url) == row.version
    with connect(open_engine(url)) as connection:
        assert dataset_row(connection) == row
        for name, frame in fetch_tables(connection, "all").items():
            assert frame.equals(snapshot[name]), name
    rollback(url)
    assert version_of(url) == after


def test_j20_without_a_version_before_there_is_nothing_to_bring_back(bundle, url):
    with pytest.raises(DatabaseProblem, match="is no previous version"):
        rollback(url)
    load_bundle(bundle, url)
    with pytest.raises(DatabaseProblem, match="is no previous version"):
        rollback(url)


def test_j20_an_app_that_reads_goes_on_seeing_one_version(bundle, empty_database):
    load_bundle(bundle, empty_database.owner)
    with connect(open_engine(empty_database.reader)) as reading:
        before = dataset_row(reading)
        load_bundle(other(bundle), empty_database.owner)  # waits for nobody
        assert dataset_row(reading) == before
        assert content_sha256(before, fetch_tables(reading, "all")) == before.content_sha256


def test_j21_the_list_of_problems_is_safe_in_a_spreadsheet_and_masks_identifiers(bundle, file_url, tmp_path):
    write_bundle(
        bundle,
        patient=[ROWS["patient"][0] | dict(sex="=cmd|' /C calc'!A0", site_code=" x"), dict(patient_id="DUPONT MARIE")],
        treatment_course=[],
    )
    path = tmp_path / "problems.csv"
    assert main([str(bundle), "--database-url", file_url, "--problems", str(path)]) == 1
    text = path.read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    assert tuple(rows[0]) == COLUMNS == ("file", "row", "column", "value", "code", "severity", "message", "hint")
    assert "DUPONT" not in text and "MARIE" not in text
    assert {row["value"] for row in rows} >= {"'=cmd|' /C calc'!A0", "DU***"}
    assert not [cell for row in rows for cell in row.values() if cell[:1] in tuple("=+-@\t\r")]
    assert all(row["hint"] and row["severity"] in ("ERROR", "WARN") for row in rows)


def test_j21_the_list_is_cut_at_10_000_and_says_the_total(bundle, file_url, tmp_path):
    contacts = [dict(contact_id=f"C{i}", patient_id="P2", date="soon") for i in range(10_500)]
    path = tmp_path / "problems.csv"
    assert main([str(write_bundle(bundle, contact=contacts)), "--check", "--problems", str(path)]) == 1
    rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) == 10_001 and rows[-1]["message"] == "10000 of 10500 problems are listed"


@pytest.mark.parametrize(
    "pseudonym", ["DUPONT Marie", "Dupont", "MRN-123-PHI", "MRN0012345", "p2@clinic.org", "P201002-17", "IPP 8001234"]
)
def test_j22_a_name_or_record_number_as_pseudonym_is_refused(bundle, pseudonym):
    write_bundle(
        bundle,
        {
            "product": ROWS["product"],
            "patient": [ROWS["patient"][0] | dict(patient_id=pseudonym), dict(patient_id="CART-0001")],
        },
    )
    assert ("patient.csv", 2, "patient_id", "direct-identifier") in errors_of(bundle)


@pytest.mark.parametrize("pseudonym", ["P201002", "P0201002", "P2010021755", "P201003-17"])
def test_j22_a_running_number_that_passes_through_a_month_is_a_pseudonym(bundle, pseudonym):
    patient = ROWS["patient"][0] | dict(patient_id=pseudonym, birth_month="2010-02")
    write_bundle(bundle, {"product": ROWS["product"], "patient": [patient]})
    assert "direct-identifier" not in {p.code for p in check_bundle(bundle).problems.listed}


@pytest.mark.parametrize("text", ["Mme Dupont, skin", "skin, call +33 6 12 34 56 78", "MRN 4711002", "born 12.03.1988"])
def test_j22_names_and_numbers_in_free_text_are_refused_and_not_repeated(bundle, text):
    write_bundle(bundle, relapse=[ROWS["relapse"][0] | dict(sites=text)])
    with pytest.raises(BundleRefused) as refused:
        check_bundle(bundle)
    assert [(p.code, p.column) for p in refused.value.problems.errors] == [("direct-identifier", "sites")]
    assert text not in str(refused.value.problems)


@pytest.mark.parametrize(
    "text", ["skin, left arm", "testis; CNS 2", "2020-03-29: marrow 40 %", "M. iliacus", "born late"]
)
def test_j22_ordinary_words_are_no_identifiers(bundle, text):
    write_bundle(bundle, relapse=[ROWS["relapse"][0] | dict(sites=text)])
    assert check_bundle(bundle).problems.total == 0


@pytest.mark.parametrize("twin", ["C-01", "c01", "С01", "C01\u200b", "Ｃ01", "C 01"])
def test_e12_a_centre_spelled_in_two_ways_is_flagged(bundle, twin):
    patients = [dict(patient_id=f"P{i}", site_code="C01") for i in range(3)] + [
        dict(patient_id="P9", site_code=twin),
        dict(patient_id="P10", site_code="C02"),
    ]
    courses = [
        dict(
            treatment_course_id=row["patient_id"].replace("P", "T"),
            patient_id=row["patient_id"],
            product_code="TISA",
            course_number="1",
            enrolment_date="2020-01-31",
        )
        for row in patients
    ]
    tables = {"product": ROWS["product"], "patient": patients, "treatment_course": courses}
    found = check_bundle(write_bundle(bundle, tables)).problems.listed
    assert [(p.code, p.severity, p.row) for p in found] == [("spelled-in-two-ways", "WARN", 5)]


def test_a_check_needs_no_database_and_loads_nothing(bundle, tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert main([str(bundle), "--check"]) == 0
    assert "Checked; nothing was loaded." in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == ["bundle"]


def test_awkward_text_reaches_postgresql_as_it_is(tmp_path, empty_database):
    texts = ["a\rb", "a\r\nb", "a\nb", '"a", b', "=1+1", "\\.", "a\n\\.\nb", "\\N", "NULL", " a ", "é中", "a\tb", "\\"]
    rows = [
        ROWS["relapse"][0] | dict(relapse_id=f"X{i}", date=f"2021-01-{i + 1:02d}", sites=text)
        for i, text in enumerate(texts)
    ]
    load_bundle(write_bundle(tmp_path / "bundle", relapse=rows), empty_database.owner)
    with connect(open_engine(empty_database.reader)) as connection:
        frame = fetch_tables(connection, "all")["relapse"].set_index("relapse_id")["sites"]
    assert [frame[f"X{i}"] for i in range(len(texts))] == texts


def test_another_import_that_is_running_is_waited_for_and_then_said(bundle, empty_database, monkeypatch):
    monkeypatch.setattr("data_access.targets.server_target.LOCK_SECONDS", 1)
    load_bundle(bundle, empty_database.owner)
    engine = open_engine(empty_database.owner)
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(51783)")
        with pytest.raises(DatabaseProblem, match="is locked by another program"):
            load_bundle(other(bundle), empty_database.owner)


def test_another_kind_of_database_is_refused(bundle):
    assert parse_url("mysql://x/y") and main([str(bundle), "--database-url", "mysql://x/y"]) == 4


def test_the_file_before_survives_where_there_are_no_hard_links(bundle, file_url, tmp_path, monkeypatch):
    load_bundle(bundle, file_url)
    shutil.copy(tmp_path / "cohort.db", tmp_path / "copy.db")
    monkeypatch.setattr(os, "link", lambda *_, **__: (_ for _ in ()).throw(PermissionError))
    load_bundle(other(bundle), file_url)
    assert (tmp_path / "cohort.db.previous").read_bytes() == (tmp_path / "copy.db").read_bytes()
