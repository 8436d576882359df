"""Some patients of the committed sample cohort as rows of text, with keys as a reader of another format makes them."""

import csv
from collections import Counter
from pathlib import Path

from data_access.schema.tables import BUNDLE_TABLES, key_of, natural_key_of

SAMPLE = Path(__file__).parents[2] / "sample_data"


def sample_tables(patients: int) -> dict[str, list[dict[str, str]]]:
    """table -> rows of the first patients (all products)."""
    tables = {table.name: _rows(table.name) for table in BUNDLE_TABLES}
    kept = {row["patient_id"] for row in tables["patient"][:patients]}
    return {
        name: [row for row in rows if name == "product" or row["patient_id"] in kept] for name, rows in tables.items()
    }


def _rows(table: str) -> list[dict[str, str]]:
    with (SAMPLE / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def keyed_by_instance(tables: dict[str, list[dict[str, str]]]) -> dict[str, list[dict[str, str]]]:
    """Keys as `patient-001`, numbered in the order of the rows."""
    return {table.name: _keyed(table, tables[table.name]) for table in BUNDLE_TABLES}


def _keyed(table, rows):
    if table.name in ("product", "patient"):
        return rows
    counts = Counter()
    found = []
    for row in rows:
        counts[row["patient_id"]] += 1
        found.append(row | {key_of(table).name: f"{row['patient_id']}-{counts[row['patient_id']]:03d}"})
    return found


def keyed_by_nature(tables: dict[str, list[dict[str, str]]]) -> dict[str, list[dict[str, str]]]:
    """Keys of the columns that identify a row, joined."""
    return {
        table.name: rows
        if table.name in ("product", "patient")
        else [row | {key_of(table).name: "-".join(row[name] for name in natural_key_of(table))} for row in rows]
        for table in BUNDLE_TABLES
        for rows in [tables[table.name]]
    }


def product_toml(products: list[dict[str, str]]) -> str:
    """[[product]] entries; an empty cell is left out."""
    entries = ("\n".join(f'{name} = "{value}"' for name, value in row.items() if value) for row in products)
    return "\n".join(f"[[product]]\n{entry}\n" for entry in entries)
