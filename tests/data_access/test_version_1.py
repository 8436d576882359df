"""A cohort of schema version 1 under the app of today: loaded from its bundle or migrated, it is the same cohort."""

import pandas as pd
import pytest
import sqlalchemy as sa

from data_access.bundle.problems import BundleRefused, DatabaseProblem
from data_access.export import export_bundle
from data_access.load import check_bundle, load_bundle, main, rollback
from data_access.manifest import refresh_manifest
from data_access.migrate import migrate
from data_access.reading.engine import connect, open_engine
from data_access.reading.queries import dataset_row, read_cohort
from data_access.schema.tables import BUNDLE_TABLES, SCHEMA_VERSION, columns_of, kind_of, since
from data_access.schema.values import to_text
from endpoints.catalogue import OS
from endpoints.response import BEST, derive_response
from endpoints.rules import DAYS_PER_MONTH, Rules
from endpoints.study import derive_study
from endpoints.time_to_event import derive_tte
from estimators.kaplan_meier import estimates_at, kaplan_meier
from tests.data_access import version_1
from tests.data_access.test_migrate import empty  # noqa: F401 (a fixture: the database of either kind)


def read(url):
    with connect(open_engine(url)) as connection:
        row = dataset_row(connection)
        return row, read_cohort(connection, row, "all")


@pytest.fixture
def migrated(empty):  # noqa: F811
    version_1.make_database(empty[0])
    assert migrate(empty[0]) == (1, SCHEMA_VERSION)
    return empty


@pytest.fixture
def loaded(tmp_path):
    url = f"sqlite:///{tmp_path / 'loaded.db'}"
    return load_bundle(version_1.BUNDLE, url), url


def as_text(table, frame):
    cells = {column.name: to_text(column, frame[column.name]) for column in columns_of(table)}
    return pd.DataFrame(cells).sort_values(columns_of(table)[0].name, ignore_index=True)


def test_every_cell_of_version_1_is_there_after_the_migration_and_what_came_later_is_empty(migrated):
    row, tables = read(migrated[1])
    assert row.schema_version == SCHEMA_VERSION
    old = version_1.tables()
    assert sum(map(len, old.values())) == version_1.ROWS == sum(len(tables[t.name]) for t in BUNDLE_TABLES)
    for table in BUNDLE_TABLES:
        now = as_text(table, tables[table.name])
        later = [column.name for column in columns_of(table) if since(column) > 1]
        assert (now[later] == "").all(axis=None)
        if since(table) > 1:
            assert now.empty
            continue
        before = pd.DataFrame(old[table.name])
        before = before.sort_values(before.columns[0], ignore_index=True)
        assert list(before) == [name for name in now if name not in later]
        numbers = [c.name for c in columns_of(table) if kind_of(c) == "number"]
        for name in numbers:
            assert (pd.to_numeric(before[name]).fillna(-1) == pd.to_numeric(now[name]).fillna(-1)).all()
        same = [name for name in before if name not in numbers]
        assert before[same].astype("str").equals(now[same].astype("str")), table.name


def test_a_bundle_of_version_1_loads_without_a_change_and_equals_the_migrated_database(loaded, migrated):
    done, url = loaded
    assert sum(done.rows.values()) == version_1.ROWS and not done.problems.errors
    (row, tables), (other, theirs) = read(url), read(migrated[1])
    assert row.content_sha256 == other.content_sha256 != version_1.CONTENT
    assert all(tables[table.name].equals(theirs[table.name]) for table in BUNDLE_TABLES)


def test_loading_the_bundle_of_version_1_into_the_migrated_database_changes_nothing(migrated):
    assert load_bundle(version_1.BUNDLE, migrated[0]).identical


def test_the_export_of_the_migrated_database_is_a_bundle_of_today_with_the_same_content(migrated, tmp_path):
    export_bundle(tmp_path / "out", migrated[1])
    assert f'"schema_version": {SCHEMA_VERSION}' in (tmp_path / "out" / "manifest.json").read_text("utf-8")
    again = load_bundle(tmp_path / "out", f"sqlite:///{tmp_path / 'again.db'}")
    assert again.content_sha256 == read(migrated[1])[0].content_sha256


def test_the_numbers_are_those_of_version_1_where_no_definition_changed(migrated):
    row, tables = read(migrated[1])
    study = derive_study(tables, Rules(), pd.Timestamp(row.data_cutoff))
    alive = derive_tte(study.course, OS, study.rules).rows
    curve = kaplan_meier(alive["AVAL"].to_numpy(), (alive["CNSR"] == 0).to_numpy())
    assert estimates_at(curve, [12 * DAYS_PER_MONTH])["estimate"].iloc[0] == version_1.SURVIVAL_AT_12_MONTHS
    assert derive_response(study, BEST)["AVALC"].value_counts().to_dict() == version_1.BEST_RESPONSE
    assert study.course["RELCD19"].value_counts().to_dict() == version_1.RELAPSES_BY_CD19


def test_on_a_server_the_version_kept_before_the_migration_cannot_come_back_and_a_sentence_says_so(postgresql):
    made = postgresql.fresh()
    version_1.make_database(made.owner)
    with version_1.writing(made.owner) as connection:
        connection.exec_driver_sql("CREATE SCHEMA previous")
        for name in ("dataset", *version_1.tables()):
            connection.exec_driver_sql(f"CREATE TABLE previous.{name} AS SELECT * FROM {name}")
    migrate(made.owner)
    with pytest.raises(DatabaseProblem, match="got: version 1, kept before the migration. Load its bundle instead."):
        rollback(made.owner)
    postgresql.drop(made)


def test_the_old_cause_of_death_stays_readable(migrated):
    assert (read(migrated[1])[1]["patient"]["cause_of_death"] == "crs_icans_hlh").sum() == 1


def test_the_manifest_of_an_edited_bundle_keeps_its_version(tmp_path):
    folder = tmp_path / "bundle"
    folder.mkdir()
    for path in version_1.BUNDLE.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    refresh_manifest(folder)
    assert (folder / "manifest.json").read_bytes() == (version_1.BUNDLE / "manifest.json").read_bytes()
    assert main([str(folder), "--check"]) == 0


def test_a_bundle_that_says_it_is_of_today_must_have_what_came_since(tmp_path):
    folder = tmp_path / "bundle"
    folder.mkdir()
    for path in version_1.BUNDLE.iterdir():
        text = path.read_text("utf-8").replace('"schema_version": 1', f'"schema_version": {SCHEMA_VERSION}')
        (folder / path.name).write_text(text, "utf-8", newline="")
    with pytest.raises(BundleRefused) as refused:
        check_bundle(folder)
    missing = {(p.file, p.column) for p in refused.value.problems.errors if p.code.startswith("missing")}
    assert missing == {
        *((f"{table.name}.csv", None) for table in BUNDLE_TABLES if since(table) > 1),
        *(
            (f"{table.name}.csv", column.name)
            for table in BUNDLE_TABLES
            if since(table) == 1
            for column in columns_of(table)
            if since(column) > 1
        ),
    }


def test_what_a_new_column_may_hold_the_migrated_database_takes_and_nothing_else(migrated):
    with version_1.writing(migrated[0]) as connection:
        connection.exec_driver_sql("UPDATE patient SET cause_of_death = 'iec_hs' WHERE cause_of_death = 'infection'")
        connection.exec_driver_sql("UPDATE relapse SET cd22_status = 'negative'")
    with pytest.raises(sa.exc.IntegrityError), version_1.writing(migrated[0]) as connection:
        connection.exec_driver_sql("UPDATE transplant SET reason = 'because'")
