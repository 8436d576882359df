"""The generator: same bytes from the same seed, blocks that do not know each other, a bundle of this schema."""

import json

import pandas as pd
import pytest

from data_access.load import load_bundle
from data_access.schema.tables import BUNDLE_TABLES, TABLE, allowed_values, columns_of, key_of, kind_of, natural_key_of
from sample_data import generate as module
from sample_data.generate import block_frames, generate, main
from sample_data.parameters import PRODUCTS, SITES
from tests.sample_data.conftest import FOLDER, read_text

CUTOFF = "2026-09-30"


def read_bytes(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in (".csv", ".json")}


def test_the_committed_files_are_what_the_generator_writes(tmp_path):
    generate(tmp_path)
    assert read_bytes(tmp_path) == read_bytes(FOLDER)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(tmp_path):
    for folder, seed in (("a", 5), ("b", 5), ("c", 6)):
        generate(tmp_path / folder, patients=40, seed=seed)
    a, b, c = (read_bytes(tmp_path / folder) for folder in "abc")
    assert a == b
    assert all(a[name] != c[name] for name in a if name not in ("product.csv", "ivig.csv"))


def test_a_full_block_is_the_same_whatever_follows_it(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "BLOCK", 30)
    generate(tmp_path / "two", patients=60, seed=3)
    generate(tmp_path / "three", patients=75, seed=3)
    two, three = read_text(tmp_path / "two"), read_text(tmp_path / "three")
    for table in set(two) - {"product"}:
        shared = three[table][three[table]["patient_id"] <= "P00060"].reset_index(drop=True)
        assert two[table].equals(shared), table
    assert len(three["patient"]) == 75


def test_blocks_differ_from_each_other():
    first, second = (block_frames(seed=1, block=number, n=50, width=5)["patient"] for number in (0, 1))
    assert not first["birth_month"].equals(second["birth_month"])
    assert list(second["patient_id"][:1]) == ["P05001"]


def test_a_large_cohort_gets_wider_pseudonyms_so_that_they_sort_by_number():
    assert list(block_frames(seed=1, block=3, n=2, width=7)["patient"]["patient_id"]) == ["P0015001", "P0015002"]


@pytest.mark.parametrize("arguments", [["--patients", "0"], ["--seed", "-1"]])
def test_nonsense_is_refused_with_a_sentence(tmp_path, capsys, arguments):
    assert main([*arguments, "--out", str(tmp_path)]) == 1
    assert "must be at least" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_command_writes_into_the_folder_it_is_given(tmp_path):
    assert main(["--patients", "12", "--seed", "1", "--out", str(tmp_path / "new")]) == 0
    assert len(read_text(tmp_path / "new")["patient"]) == 12


def test_the_bundle_loads_without_a_problem(tmp_path):
    loaded = load_bundle(FOLDER, f"sqlite:///{tmp_path / 'cohort.db'}")
    assert loaded.rows["patient"] == 600


def test_the_manifest_says_that_the_patients_are_invented():
    facts = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    assert facts["synthetic"] is True
    assert facts["data_cutoff"] == CUTOFF


def test_the_files_are_small_and_end_lines_the_same_way():
    files = read_bytes(FOLDER)
    assert sum(map(len, files.values())) < 6_000_000
    assert not any(b"\r" in content for content in files.values())


def test_every_product_has_its_patients(committed):
    courses = committed["treatment_course"]
    first = courses[courses["course_number"] == "1"]["product_code"].value_counts().to_dict()
    assert first == {p.code: p.patients for p in PRODUCTS}
    assert sum(first.values()) == 600


def test_every_centre_and_every_year_has_patients(committed):
    assert set(committed["patient"]["site_code"]) == set(SITES)
    years = set(committed["treatment_course"]["infusion_date"].str[:4]) - {""}
    assert years == {str(year) for year in range(2017, 2027)}


@pytest.mark.parametrize("table", [t.name for t in BUNDLE_TABLES])
def test_every_table_has_the_declared_columns_codes_and_keys(block, committed, table):
    for rows in (committed[table], block.get(table, committed[table])):
        assert list(rows.columns) == [column.name for column in columns_of(TABLE[table])]
        assert rows[key_of(TABLE[table]).name].is_unique
        natural = list(natural_key_of(TABLE[table]))
        assert not natural or not rows.duplicated(natural).any()
        for column in columns_of(TABLE[table]):
            found = set(rows[column.name])
            assert column.nullable or "" not in found, column.name
            assert not allowed_values(column) or found <= {*allowed_values(column), ""}, column.name


def date_columns(table):
    return [column.name for column in columns_of(TABLE[table]) if kind_of(column) == "date"]


def test_no_date_is_after_the_cut_off(block, committed):
    for frames in (block, committed):
        for table, rows in frames.items():
            for name in date_columns(table):
                assert (rows[name] <= CUTOFF).all(), (table, name)


def test_nothing_happens_after_death(block, committed):
    for frames in (block, committed):
        death = frames["patient"].set_index("patient_id")["death_date"]
        for table, rows in frames.items():
            died = death.reindex(rows["patient_id"]).to_numpy() if "patient_id" in rows else ""
            for name in date_columns(table):
                assert not ((rows[name] > died) & (died != "")).any(), (table, name)


def test_mrd_in_remission_is_below_1_percent_of_cells(block, committed):
    """More is no remission (ELN 2024), or a level in percent."""
    for frames in (block, committed):
        remission = frames["response_assessment"].query("response in ['CR', 'CRi']")[["patient_id", "date"]]
        levels = pd.to_numeric(frames["mrd_assessment"].merge(remission)["level"])
        assert levels.max() < 0.01 and (levels >= 0.001).sum() > 20


def test_the_dead_have_a_date_and_only_they(block, committed):
    for frames in (block, committed):
        patient = frames["patient"]
        assert ((patient["vital_status"] == "dead") == (patient["death_date"] != "")).all()


@pytest.mark.parametrize(
    "earlier, later",
    [
        ("enrolment_date", "apheresis_date"),
        ("apheresis_date", "lymphodepletion_start"),
        ("burden_date", "lymphodepletion_start"),
        ("lymphodepletion_start", "infusion_date"),
        ("infusion_date", "second_dose_date"),
        ("enrolment_date", "not_infused_date"),
    ],
)
def test_the_dates_of_a_course_are_in_order(block, earlier, later):
    courses = block["treatment_course"]
    both = courses[(courses[earlier] != "") & (courses[later] != "")]
    assert len(both) > 50
    assert (both[earlier] <= both[later]).all()


def test_birth_comes_before_diagnosis_and_diagnosis_before_enrolment_and_earlier_relapse(block):
    patient = block["patient"].set_index("patient_id")
    known = patient[(patient["birth_month"] != "") & (patient["diagnosis_date"] != "")]
    assert (known["birth_month"] <= known["diagnosis_date"].str[:7]).all()
    for table, name in (("treatment_course", "enrolment_date"), ("relapse", "date"), ("transplant", "date")):
        rows = block[table][block[table][name] != ""]
        assert (patient["diagnosis_date"].reindex(rows["patient_id"]).to_numpy() < rows[name]).all()


def test_nothing_is_recorded_after_the_last_contact(block):
    last = block["patient"].set_index("patient_id")["last_contact_date"]
    for table in ("response_assessment", "b_cell_assessment", "contact", "relapse", "transplant"):
        told = last.reindex(block[table]["patient_id"]).to_numpy()
        assert ((block[table]["date"] <= told) | (told == "")).all(), table


def test_no_text_needs_quoting_or_neutralising(committed):
    for table, rows in committed.items():
        for name in rows:
            assert not rows[name].str.contains(r'^[=+@\t\r-]|[",\n|]', regex=True).any(), (table, name)
