from pathlib import Path

import pytest

from data_access.export import export_bundle, main
from data_access.load import load_bundle
from tests.data_access.bundles import ROWS, write_bundle

SAMPLE = Path(__file__).parents[2] / "sample_data"


def test_D18_export_then_import_then_export_of_the_sample_is_a_fixed_point(tmp_path):
    first = load_bundle(SAMPLE, f"sqlite:///{tmp_path / 'a.db'}")
    export_bundle(tmp_path / "one", f"sqlite:///{tmp_path / 'a.db'}")
    second = load_bundle(tmp_path / "one", f"sqlite:///{tmp_path / 'b.db'}")
    export_bundle(tmp_path / "two", f"sqlite:///{tmp_path / 'b.db'}")
    assert second == first
    assert {p.name: p.read_bytes() for p in (tmp_path / "one").iterdir()} == {
        p.name: p.read_bytes() for p in (tmp_path / "two").iterdir()
    }


def test_D18_export_from_postgresql_is_the_bundle_that_sqlite_exports(tmp_path, empty_database):
    first = load_bundle(write_bundle(tmp_path / "in"), empty_database.owner)
    export_bundle(tmp_path / "one", empty_database.reader)
    assert load_bundle(tmp_path / "one", f"sqlite:///{tmp_path / 'a.db'}") == first
    export_bundle(tmp_path / "two", f"sqlite:///{tmp_path / 'a.db'}")
    assert {p.name: p.read_bytes() for p in (tmp_path / "one").iterdir()} == {
        p.name: p.read_bytes() for p in (tmp_path / "two").iterdir()
    }
    assert load_bundle(tmp_path / "two", empty_database.owner).identical


@pytest.mark.parametrize("text", ["a\rb", "a\r\nb", "a\nb", '"a", b', "=1+1", "NA", " a ", "\ufeffa", "é中"])
def test_D07_awkward_text_survives_export_and_import(tmp_path, text):
    relapse = [ROWS["relapse"][0] | dict(sites=text)]
    first = load_bundle(write_bundle(tmp_path / "in", relapse=relapse), f"sqlite:///{tmp_path / 'a.db'}")
    export_bundle(tmp_path / "out", f"sqlite:///{tmp_path / 'a.db'}")
    assert load_bundle(tmp_path / "out", f"sqlite:///{tmp_path / 'b.db'}") == first


def test_a_folder_with_files_is_not_written_over(tmp_path, capsys):
    bundle, url = write_bundle(tmp_path / "in"), f"sqlite:///{tmp_path / 'a.db'}"
    load_bundle(bundle, url)
    before = {path.name: path.read_bytes() for path in bundle.iterdir()}
    assert main([str(bundle), "--database-url", url]) == 1
    assert "must be new or empty" in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in bundle.iterdir()} == before
