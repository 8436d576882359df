import hashlib
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from data_access.load import load_bundle
from data_access.reading import engine as engine_module
from data_access.reading import limits
from data_access.reading.engine import DatabaseProblem, connect, database_url, ensure_sample, open_engine
from data_access.reading.queries import dataset_row, fetch_table
from tests.data_access.bundles import edit, write_bundle

ROOT = Path(__file__).parents[2]


@pytest.fixture
def bundle(tmp_path):
    return write_bundle(tmp_path / "bundle")


@pytest.fixture
def path(tmp_path, bundle):
    path = tmp_path / "cohort.db"
    load_bundle(bundle, f"sqlite:///{path}")
    return path


def sentence_of(url):
    """What the screen says when the dataset row of this database is asked for."""
    with pytest.raises(DatabaseProblem) as problem, connect(open_engine(url)) as connection:
        dataset_row(connection)
    return problem.value.sentence


def test_the_url_comes_from_the_environment_or_is_none(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", " sqlite:///x.db ")
    assert database_url() == "sqlite:///x.db"
    monkeypatch.setenv("DATABASE_URL", "")
    assert database_url() is None


def test_a_missing_file_is_a_sentence_and_is_not_created(tmp_path):
    path = tmp_path / "secret-name.db"
    said = sentence_of(f"sqlite:///{path}")
    assert said == "The cohort database must be a file, got: none at the configured place."
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_is_a_sentence(tmp_path):
    (tmp_path / "x.db").touch()
    assert sentence_of(f"sqlite:///{tmp_path / 'x.db'}").endswith("got: an empty file.")


def test_a_csv_file_is_not_a_database(tmp_path):
    (tmp_path / "x.db").write_text("patient_id,sex\n" * 100)
    assert "must be an SQLite database, got: a file that is not one" in sentence_of(f"sqlite:///{tmp_path / 'x.db'}")


def test_a_database_of_something_else_is_not_initialised(tmp_path):
    with sqlite3.connect(tmp_path / "x.db") as other:
        other.execute("CREATE TABLE orders (id)")
    assert "got: a database without one" in sentence_of(f"sqlite:///{tmp_path / 'x.db'}")


def test_half_a_file_is_damaged(path):
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DatabaseProblem) as problem, connect(open_engine(f"sqlite:///{path}")) as connection:
        dataset_row(connection)
        for table in ("patient", "relapse", "adverse_event"):
            fetch_table(connection, table, "all")
    assert "Load the bundle again" in problem.value.sentence


def test_a_locked_database_is_a_sentence(path, monkeypatch):
    monkeypatch.setattr(limits, "LOCK_SECONDS", 0.05)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    assert "locked by another program" in sentence_of(f"sqlite:///{path}")
    holder.close()
    with connect(open_engine(f"sqlite:///{path}")) as connection:
        assert dataset_row(connection).title == "Literal cohort"


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM patient",
        "UPDATE patient SET sex = 'male'",
        "CREATE TABLE x (y)",
        "DROP TABLE patient",
        "INSERT INTO product (product_code) VALUES ('X')",
    ],
)
def test_the_opened_database_refuses_every_write(path, statement):
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    engine = open_engine(f"sqlite:///{path}")
    with pytest.raises(DatabaseProblem, match="only read here"), connect(engine) as connection:
        connection.execute(sa.text(statement))
        connection.commit()
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before


def test_a_replaced_file_is_seen_by_the_next_connection(path, bundle):
    engine = open_engine(f"sqlite:///{path}")
    with connect(engine) as connection:
        before = dataset_row(connection).version
        edit(bundle, "patient.csv", "female", "male")
        load_bundle(bundle, f"sqlite:///{path}")
        assert fetch_table(connection, "patient", "all")["sex"].tolist()[1] == "female"
    with connect(engine) as connection:
        assert dataset_row(connection).version != before
        assert fetch_table(connection, "patient", "all")["sex"].tolist()[1] == "male"


@pytest.mark.parametrize("name", ["a b#c%20?.db", "%41.db", "x?mode=ro", "a&b=c.db", "é ü.db"])
def test_a_path_is_taken_as_it_is_written(path, name):
    odd = path.with_name(name)
    path.rename(odd)
    with connect(open_engine(f"sqlite:///{odd}")) as connection:
        assert dataset_row(connection).title == "Literal cohort"


@pytest.mark.parametrize("name", ["a?b.db", "%41.db", "a%3Fb.db"])
def test_an_import_writes_the_file_that_its_address_names_and_no_other(bundle, tmp_path, name):
    folder = tmp_path / "target"
    folder.mkdir()
    load_bundle(bundle, f"sqlite:///{folder / name}")
    assert [found.name for found in folder.iterdir()] == [name]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql+psycopg2://user:hunter2@localhost/x", "driver"),
        ("nosuch://user:hunter2@localhost/x", "driver"),
        ("hunter2", "must look like"),
    ],
)
def test_a_url_that_cannot_be_served_is_a_sentence_without_the_password(url, said):
    with pytest.raises(DatabaseProblem) as problem:
        open_engine(url)
    assert said in problem.value.sentence and "hunter2" not in problem.value.sentence


def test_a_server_that_does_not_answer_is_a_sentence():
    refused = sa.exc.OperationalError(None, None, ConnectionError('connection to host "db.example" failed'))
    with pytest.raises(DatabaseProblem) as problem, engine_module.said_in_sentences():
        raise refused
    assert problem.value.sentence == "The database server does not answer. Try again."


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "cart-cohort-dashboard"


def test_the_sample_is_built_once_in_the_cache_under_the_name_of_its_manifest(bundle, cache):
    url = ensure_sample(bundle)
    sha256 = hashlib.sha256((bundle / "manifest.json").read_bytes()).hexdigest()
    (built,) = cache.iterdir()
    assert built.name == f"sample-{sha256}.db"
    before = built.stat().st_mtime_ns
    assert ensure_sample(bundle) == url
    assert built.stat().st_mtime_ns == before


def test_another_bundle_gets_another_file(bundle, cache):
    ensure_sample(bundle)
    edit(bundle, "patient.csv", "female", "male")
    ensure_sample(bundle)
    assert len(list(cache.iterdir())) == 2


def test_a_cache_that_cannot_be_written_falls_back_to_a_temporary_folder(bundle, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(engine_module.tempfile, "tempdir", str(tmp_path / "tmp"))
    engine_module._temporary_folder.cache_clear()
    url = ensure_sample(bundle)
    engine_module._temporary_folder.cache_clear()
    assert str(tmp_path / "tmp") in url
    with connect(open_engine(url)) as connection:
        assert dataset_row(connection).title == "Literal cohort"


def test_without_a_sample_bundle_there_is_a_sentence(tmp_path, cache):
    with pytest.raises(DatabaseProblem, match="must have a manifest.json"):
        ensure_sample(tmp_path)


def test_two_processes_at_once_build_one_whole_sample(bundle, cache):
    code = (
        "import sys; from pathlib import Path; from data_access.reading.engine import ensure_sample; "
        "print(ensure_sample(Path(sys.argv[1])))"
    )
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(bundle)], cwd=ROOT, env=os.environ, text=True, stdout=subprocess.PIPE
        )
        for _ in range(2)
    ]
    urls = {run.communicate()[0].strip() for run in runs}
    assert [run.returncode for run in runs] == [0, 0] and len(urls) == 1
    assert len(list(cache.iterdir())) == 1
    with connect(open_engine(urls.pop())) as connection:
        assert dataset_row(connection).title == "Literal cohort"


def test_the_shipped_sample_cohort_loads(cache):
    with connect(open_engine(ensure_sample())) as connection:
        row = dataset_row(connection)
        assert row.synthetic and len(fetch_table(connection, "patient", "all")) > 500
