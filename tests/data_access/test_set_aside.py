"""--set-aside: what is right is loaded, what is not stands in a file with its reasons, and the count is kept."""

import csv
import json

import pytest

from data_access.bundle.problems import BundleRefused, Problems
from data_access.export import export_bundle
from data_access.load import load_bundle, load_source, main
from data_access.manifest import read_manifest
from data_access.reading.engine import connect, open_engine
from data_access.reading.history import fetch_history, set_aside_of
from tests.data_access.bundles import ROWS, refresh, write_bundle
from tests.data_access.datasets import COHORT, TISA, write_csv


def rows_with(**more):
    """The literal rows, and more of some tables."""
    return {name: [*given, *more.get(name, ())] for name, given in ROWS.items()} | {
        name: rows for name, rows in more.items() if name not in ROWS
    }


WRONG = rows_with(
    patient=[dict(patient_id="7", sex="male"), dict(patient_id="P8", sex="both"), dict(patient_id="P9", sex="female")],
    treatment_course=[
        dict(
            treatment_course_id=f"T{n}",
            patient_id=pid,
            product_code="TISA",
            course_number="1",
            infusion_date="2021-01-01",
        )
        for n, pid in enumerate(("7", "P8", "P9"), 7)
    ],
    contact=[
        dict(contact_id="C7", patient_id="P8", date="2021-02-01"),
        dict(contact_id="C9", patient_id="P9", date="2021-02-01"),
        dict(contact_id="C10", patient_id="P9", date="03/04/2021"),
    ],
)


def aside_rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            (r["file"], int(r["line"]), r["reasons"].split(":")[1].strip(), json.loads(r["row"]))
            for r in csv.DictReader(file)
        ]


def test_rows_with_errors_and_those_that_refer_to_them_go_into_the_file(tmp_path, capsys):
    bundle, url, aside = (
        write_bundle(tmp_path / "bundle", WRONG),
        f"sqlite:///{tmp_path / 'a.db'}",
        tmp_path / "aside.csv",
    )
    assert main([str(bundle), "--database-url", url]) == 1
    assert main([str(bundle), "--database-url", url, "--set-aside", str(aside)]) == 0
    assert "6 rows set aside" in capsys.readouterr().out
    found = aside_rows(aside)
    assert sorted((file, line, code) for file, line, code, _ in found) == [
        ("contact.csv", 2, "orphan"),
        ("contact.csv", 4, "not-a-date"),
        ("patient.csv", 4, "not-a-pseudonym"),
        ("patient.csv", 5, "not-allowed"),
        ("treatment_course.csv", 4, "not-a-pseudonym"),
        ("treatment_course.csv", 5, "orphan"),
    ]
    assert next(cells for file, line, _, cells in found if (file, line) == ("patient.csv", 5)) == dict(
        patient_id="P8", sex="both"
    )
    assert aside.stat().st_mode & 0o077 == 0


def test_the_right_part_is_the_bundle_without_the_wrong_rows(tmp_path):
    right = rows_with(
        patient=[WRONG["patient"][-1]], treatment_course=[WRONG["treatment_course"][-1]], contact=[WRONG["contact"][1]]
    )
    expected = load_bundle(write_bundle(tmp_path / "right", right), f"sqlite:///{tmp_path / 'a.db'}")
    url = f"sqlite:///{tmp_path / 'b.db'}"
    done = load_source(write_bundle(tmp_path / "wrong", WRONG), url, set_aside=tmp_path / "x.csv")
    assert (done.rows, done.content_sha256, done.set_aside) == (expected.rows, expected.content_sha256, 6)
    with connect(open_engine(url)) as connection:
        history = fetch_history(connection)
    assert [(one.set_aside, one.patients, one.version) for one in history] == [(6, 3, done.version)]
    assert set_aside_of(done.content_sha256, history) == 6
    export_bundle(tmp_path / "out", url)
    assert read_manifest(tmp_path / "out", Problems()).set_aside == 6


def test_it_is_never_the_default_and_a_right_bundle_sets_nothing_aside(tmp_path):
    done = load_source(write_bundle(tmp_path / "b"), f"sqlite:///{tmp_path / 'a.db'}", set_aside=tmp_path / "x.csv")
    assert done.set_aside == 0 and aside_rows(tmp_path / "x.csv") == []
    with pytest.raises(BundleRefused):
        load_source(write_bundle(tmp_path / "c", WRONG), f"sqlite:///{tmp_path / 'a.db'}")


@pytest.mark.parametrize("spoil", ["column", "manifest", "quote"])
def test_what_is_wrong_with_a_whole_file_is_refused_as_ever(tmp_path, spoil):
    bundle = write_bundle(tmp_path / "bundle", WRONG)
    path = bundle / "contact.csv"
    if spoil == "column":
        path.write_text(path.read_text("utf-8").replace("date", "day"), "utf-8")
    if spoil == "quote":
        path.write_text(path.read_text("utf-8") + '"open', "utf-8")
    if spoil != "manifest":
        refresh(bundle)
    else:
        path.write_text(path.read_text("utf-8") + "C11,P9,2021-03-01\r\n", "utf-8")
    with pytest.raises(BundleRefused):
        load_source(bundle, f"sqlite:///{tmp_path / 'a.db'}", set_aside=tmp_path / "x.csv")
    assert not (tmp_path / "x.csv").exists()


def test_rows_of_other_formats_are_put_aside_with_their_own_file_and_line(tmp_path):
    write_csv(tmp_path / "data", "PAT", dict(ID=["P1", "P2", "P3"], SEX=["F", "X", "F"], INF=["2020-01-01"] * 3))
    write_csv(tmp_path / "data", "VISIT", dict(ID=["P1", "P2", "P3"], D=["2020-02-01", "2020-02-01", "soon"]))
    (tmp_path / "m.toml").write_text(
        f'{COHORT}{TISA}[tables]\nsubject = "ID"\n'
        '[[table]]\ntarget = "patient"\ndataset = "PAT"\n[table.columns]\npatient_id = "ID"\n'
        'sex = { from = "SEX", values = { F = "female" } }\n'
        '[[table]]\ntarget = "treatment_course"\ndataset = "PAT"\n[table.columns]\npatient_id = "ID"\n'
        'product_code = { constant = "TISA" }\ncourse_number = { constant = 1 }\ninfusion_date = "INF"\n'
        '[[table]]\ntarget = "contact"\ndataset = "VISIT"\n[table.columns]\npatient_id = "ID"\n'
        'date = { from = "D", format = "dd.mm.yyyy" }\n'.replace('"dd.mm.yyyy"', '["iso", "dd.mm.yyyy"]'),
        "utf-8",
    )
    url = f"sqlite:///{tmp_path / 'a.db'}"
    done = load_source(tmp_path / "data", url, "tables", tmp_path / "m.toml", set_aside=tmp_path / "x.csv")
    assert (done.rows["patient"], done.rows["treatment_course"], done.rows["contact"]) == (2, 2, 1)
    assert sorted((file, line, code) for file, line, code, _ in aside_rows(tmp_path / "x.csv")) == [
        ("PAT.csv", 3, "unmapped-value"),
        ("PAT.csv", 3, "unmapped-value"),
        ("VISIT.csv", 3, "orphan"),
        ("VISIT.csv", 4, "not-a-date"),
    ]


def test_a_refused_row_alone_is_put_aside_with_its_cells(tmp_path):
    write_csv(tmp_path / "data", "PAT", dict(ID=["P1"], INF=["2020-01-01"]))
    write_csv(tmp_path / "data", "VISIT", dict(ID=["P1", "P1"], D=["2020-02-01", "2020"]))
    (tmp_path / "m.toml").write_text(
        f'{COHORT}{TISA}[tables]\nsubject = "ID"\n'
        '[[table]]\ntarget = "patient"\ndataset = "PAT"\n[table.columns]\npatient_id = "ID"\n'
        '[[table]]\ntarget = "contact"\ndataset = "VISIT"\n[table.columns]\npatient_id = "ID"\ndate = "D"\n',
        "utf-8",
    )
    aside = tmp_path / "x.csv"
    done = load_source(
        tmp_path / "data", f"sqlite:///{tmp_path / 'a.db'}", "tables", tmp_path / "m.toml", set_aside=aside
    )
    assert (done.rows["patient"], done.rows["contact"], done.set_aside) == (1, 1, 1)
    assert aside_rows(aside) == [("VISIT.csv", 3, "partial-date", dict(ID="P1", D="2020"))]
