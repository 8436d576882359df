from pathlib import Path

import pytest
import sqlalchemy as sa

from data_access import dictionary as module
from data_access.dictionary import PRINTED, dictionary, main
from data_access.schema.tables import (
    BUNDLE_TABLES,
    METADATA,
    TABLE,
    TABLES,
    TYPES,
    allowed_values,
    columns_of,
    dated_by,
    key_of,
    kind_of,
    meanings_of,
    natural_key_of,
    reference_of,
)

ROOT = Path(__file__).parents[2]

COLUMNS = [column for table in TABLES for column in columns_of(table)]
NAMES = [f"{column.table.name}.{column.name}" for column in COLUMNS]


def test_every_table_of_the_schema_is_in_load_order():
    assert set(TABLES) == set(METADATA.tables.values())
    for place, table in enumerate(BUNDLE_TABLES):
        for column in columns_of(table):
            parent = reference_of(column)
            assert parent is None or BUNDLE_TABLES.index(parent.table) < place


@pytest.mark.parametrize("column", COLUMNS, ids=NAMES)
def test_every_column_declares_type_values_and_one_sentence(column):
    assert kind_of(column) in TYPES
    assert column.comment.endswith(".") and column.comment.count(". ") == 0
    assert bool(allowed_values(column)) == (kind_of(column) == "code")
    assert tuple(meanings_of(column)) == allowed_values(column)
    assert all(meaning and not set(".;|") & set(meaning) for meaning in meanings_of(column).values())


@pytest.mark.parametrize("column", COLUMNS, ids=NAMES)
def test_every_column_about_a_patient_is_dated_by_date_columns(column):
    assert bool(dated_by(column)) == (column.table.name not in ("dataset", "product"))
    for name in dated_by(column):
        table, _, column_name = name.rpartition(".")
        assert kind_of(TABLE[table or column.table.name].columns[column_name]) == "date"


def test_keys_are_named_after_their_table():
    named = {table.name: key_of(table).name for table in TABLES}
    assert named.pop("product") == "product_code"
    assert named == {name: f"{name}_id" for name in named}


def test_only_keys_row_dates_and_defining_codes_are_required():
    required = {
        f"{c.table.name}.{c.name}"
        for c in COLUMNS
        if not c.nullable and c is not key_of(c.table) and c.table.name != "dataset" and reference_of(c) is None
    }
    natural = {f"{t.name}.{name}" for t in BUNDLE_TABLES for name in natural_key_of(t)}
    assert required - natural == {"response_assessment.response", "mrd_assessment.result"}


def test_the_database_itself_refuses_a_code_that_is_not_declared():
    engine = sa.create_engine("sqlite://")
    METADATA.create_all(engine)
    with pytest.raises(sa.exc.IntegrityError), engine.begin() as connection:
        connection.execute(sa.insert(TABLE["patient"]), dict(patient_id="P1", sex="femme"))


def test_there_is_never_a_second_dataset_row():
    engine = sa.create_engine("sqlite://")
    METADATA.create_all(engine)
    with pytest.raises(sa.exc.IntegrityError), engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO dataset VALUES ('other', 't', '2024-01-01', 1, 'now', 's', 'x', 1)")


@pytest.mark.parametrize("name", PRINTED)
def test_what_is_printed_from_the_tables_is_up_to_date(name):
    assert (ROOT / name).read_bytes().decode() == PRINTED[name](), "print it: python -m data_access.dictionary --write"


def test_one_command_prints_it_all(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(module, "ROOT", tmp_path)
    for folder in {name.rpartition("/")[0] for name in PRINTED}:
        (tmp_path / folder).mkdir()
    assert main(["--write"]) == 0
    assert all((tmp_path / name).read_bytes() == (ROOT / name).read_bytes() for name in PRINTED)
    assert main([]) == 0 and capsys.readouterr().out == dictionary()


def test_the_data_dictionary_has_one_line_per_column():
    assert sum(line.startswith("| `") for line in dictionary().splitlines()) == len(COLUMNS)


def test_the_data_dictionary_says_what_a_code_means_and_that_keys_are_invented():
    text = dictionary()
    assert "`NR`: no remission: leukaemia has not gone since treatment" in text
    assert "CRh" in text and "write `CRi`" in text
    for column in COLUMNS:
        assert len(allowed_values(column)) < 2 or all(
            f"`{code}`: {meaning}" in text for code, meaning in meanings_of(column).items()
        )
        assert (
            column is not key_of(column.table)
            or column.name in ("dataset_id", "product_code", "patient_id")
            or "invented, unique" in column.comment
        )
