"""A bundle cut back to an earlier date by what the schema declares (`dated_by`): what an import on that day would have
been given."""

import pandas as pd

from data_access.schema.tables import BUNDLE_TABLES, columns_of, key_of

COURSE = "treatment_course"


def truncated(tables: dict[str, pd.DataFrame], cutoff: pd.Timestamp) -> dict[str, pd.DataFrame]:
    """The rows and values that were known on the day, table by table, row by row."""
    kept = {table.name: _rows(table, tables, cutoff) for table in BUNDLE_TABLES}
    enrolled = set(kept[COURSE]["patient_id"])
    return {
        name: rows[rows["patient_id"].isin(enrolled)].reset_index(drop=True) if "patient_id" in rows else rows
        for name, rows in kept.items()
    }


def _rows(table, tables, cutoff):
    rows = tables[table.name].reset_index(drop=True)
    key = key_of(table)
    if table.name == COURSE:  # enrolled by then: by any of its first dates, a course without a date is kept
        start = rows[list(key.info["dated_by"])].min(axis=1)
        rows, source = rows[~(start > cutoff)], rows
    elif table.name == "patient":
        source = rows
    else:
        rows, source = rows[~(_known_from(rows, key.info["dated_by"]) > cutoff)], rows
    changed = {}
    for column in columns_of(table):
        dates = [name for name in column.info["dated_by"] if "." not in name]
        if dates and column is not key and column.name != "patient_id" and not _needed(column):
            later = _known_from(source, dates).loc[rows.index] > cutoff
            changed[column.name] = rows[column.name].mask(later)
    return rows.assign(**changed)


def _needed(column) -> bool:
    """What defines a row is there with the row."""
    return not column.nullable


def _known_from(rows, dates) -> pd.Series:
    """Row by row: the first of the dates that is not missing; NaT without any."""
    values = [next((row[name] for name in dates if pd.notna(row[name])), pd.NaT) for row in rows.to_dict("records")]
    return pd.Series(values, index=rows.index, dtype="datetime64[s]")
