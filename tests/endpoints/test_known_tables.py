"""What an older schema lacks is completed, as the schema declares; what is dated after the cut-off is not known."""

import pandas as pd

from data_access.schema.tables import BUNDLE_TABLES, columns_of, since
from endpoints.known_tables import SINCE_2, cut_tables
from tests.literal import date, patient, tables_of


def test_what_came_with_schema_version_2_is_completed_in_a_study_of_version_1():
    added = {table.name: {column.name for column in columns_of(table) if since(column) == 2} for table in BUNDLE_TABLES}
    assert {name: set(columns) for name, columns in SINCE_2.items()} == {name: c for name, c in added.items() if c}


def test_a_diagnosis_or_contact_after_the_cut_off_is_not_known():
    tables = tables_of(patient("P1", last_contact=200))
    tables["patient"] = tables["patient"].assign(diagnosis_date=date(150), followed_elsewhere=True)
    known = cut_tables(tables, date(100))["patient"]
    assert known[["diagnosis_date", "followed_elsewhere", "last_contact_date"]].isna().all(axis=None)
    known = cut_tables(tables, date(200))["patient"]
    assert known["diagnosis_date"].tolist() == [pd.Timestamp(date(150))] and known["followed_elsewhere"].all()
