import json

from data_access.dictionary import dictionary
from data_access.load import load_bundle
from data_access.manifest import main as manifest_main
from data_access.schema.tables import BUNDLE_TABLES, columns_of
from data_access.template import main
from tests.data_access.bundles import ROWS


def test_the_template_has_every_file_with_its_header_the_dictionary_and_a_manifest(tmp_path):
    assert main([str(tmp_path / "new")]) == 0
    for table in BUNDLE_TABLES:
        text = (tmp_path / "new" / f"{table.name}.csv").read_text("utf-8")
        assert text == ",".join(column.name for column in columns_of(table)) + "\n"
    assert (tmp_path / "new" / "data-dictionary.md").read_text("utf-8") == dictionary()
    assert json.loads((tmp_path / "new" / "manifest.json").read_text("utf-8"))["synthetic"] is False


def test_the_empty_template_is_a_bundle_that_loads(tmp_path):
    assert main([str(tmp_path / "new"), "--title", "Ours", "--data-cutoff", "2024-06-30"]) == 0
    loaded = load_bundle(tmp_path / "new", f"sqlite:///{tmp_path / 'cohort.db'}")
    assert set(loaded.rows.values()) == {0} and loaded.problems.total == 0


def test_a_filled_template_loads_after_the_manifest_is_renewed(tmp_path):
    folder = tmp_path / "new"
    assert main([str(folder), "--data-cutoff", "2024-06-30"]) == 0
    row = ROWS["patient"][0]
    names = (folder / "patient.csv").read_text("utf-8").strip().split(",")
    with (folder / "patient.csv").open("a", encoding="utf-8", newline="") as file:
        file.write(",".join(row.get(name, "") for name in names) + "\r\n")
    assert manifest_main([str(folder)]) == 0
    assert load_bundle(folder, f"sqlite:///{tmp_path / 'cohort.db'}").rows["patient"] == 1


def test_a_folder_with_files_is_not_written_over(tmp_path, capsys):
    (tmp_path / "mine.csv").write_text("a")
    assert main([str(tmp_path)]) == 1
    assert "must be new or empty" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.csv"]
