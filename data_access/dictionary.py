"""The data dictionary as Markdown, printed from the declarations: `python -m data_access.dictionary`.

`python -m data_access.dictionary --write` writes everything that is printed from the tables, after a change of theirs:
it, the REDCap data dictionary, and the words of codes for the endpoints.
"""

import argparse
import csv
import io
import sys
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from data_access import redcap_forms
from data_access.schema.tables import (
    BUNDLE_TABLES,
    SCHEMA_VERSION,
    TABLES,
    allowed_values,
    columns_of,
    dated_by,
    key_of,
    kind_of,
    labels_of,
    meanings_of,
    natural_key_of,
    reference_of,
    since,
)

ROOT, MARKDOWN = Path(__file__).parents[1], "data-dictionary.md"

KINDS = {
    "pseudonym": "pseudonym",
    "id": "identifier",
    "text": "text",
    "code": "code",
    "month": "month (YYYY-MM)",
    "date": "date (YYYY-MM-DD)",
    "timestamp": "time (ISO 8601, UTC)",
    "integer": "whole number",
    "number": "number",
    "yes_no": "yes / no",
}
OPENING = f"""# Data dictionary

Printed from `data_access/schema/tables` by `python -m data_access.dictionary --write`; schema version {SCHEMA_VERSION}.
Bundles of an older schema version are loaded as they are: `schema_version` in `manifest.json` says which, and what came
later is empty.

A CSV bundle has one file per table (`patient.csv`, ...) with these column names; `dataset` has none, its facts are in
`manifest.json`. An empty cell is missing and never means "no". *Known from* is the date from which a value is known, so
that a cohort can be cut back to an earlier cut-off: the first date named that is not missing.

**Keys and pseudonyms are invented.** `patient_id` is a pseudonym that only your centre can resolve, with a letter in
front (`P00123`), the same in every file. The key of a row (`contact_id`, ...) is any text that is unique in its file
(`CO00123-02`): number the rows yourself, and never use the number of a sample, an order or a visit, which could lead
back to the patient.

**Codes** are written as they stand here (case counts); what each means is said below its table. **CRh**, complete
remission with partial recovery of blood counts, has no code of its own: write `CRi`. The word `missing`, in any
spelling, is reserved for cells that are empty: a centre, a product or a unit must not be called so.
"""
HEADER = ("Column", "Type", "Required", "Allowed values", "Meaning", "Known from")


def dictionary() -> str:
    """The whole dictionary, one section per table in load order."""
    return "\n".join([OPENING, *(_section(table) for table in TABLES)])


def _section(table: sa.Table) -> str:
    lines = [f"## {table.name}", "", f"One row per: {_lower(table.comment or '')}", ""]
    if natural_key_of(table):
        lines += [f"Unique together: {_code(natural_key_of(table))}.", ""]
    rows = [HEADER, ("---",) * len(HEADER), *map(_row, columns_of(table))]
    codes = [_meanings(column) for column in columns_of(table) if len(allowed_values(column)) > 1]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows), "", *(codes and [*codes, ""])])


def _meanings(column: sa.Column) -> str:
    meanings = "; ".join(f"`{code}`: {meaning}" for code, meaning in meanings_of(column).items())
    return f"- **{column.name}**: {meanings}."


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _row(column: sa.Column) -> tuple[str, ...]:
    return (
        f"`{column.name}`",
        _type(column),
        "no" if column.nullable else "yes",
        _values(column),
        (column.comment or "") + (f" From schema version {since(column)}." if since(column) > 1 else ""),
        _code(dated_by(column)),
    )


def _type(column: sa.Column) -> str:
    refers, key = reference_of(column), column is key_of(column.table)
    marks = (", key" if key else "") + (f", in `{refers.table.name}`" if refers is not None else "")
    return KINDS[kind_of(column)] + marks


def _values(column: sa.Column) -> str:
    low, high = column.info["low"], column.info["high"]
    limits = "" if low is None else f"at least {low}" if high is None else f"{low} to {high}"
    return _code(allowed_values(column)) or limits


def _code(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def words() -> str:
    """The words of every code as CSV text: column, code, words."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["column", "code", "words"])
    for column in (column for table in BUNDLE_TABLES for column in columns_of(table)):
        rows.writerows([f"{column.table.name}.{column.name}", *said] for said in labels_of(column).items())
    return text.getvalue()


PRINTED: dict[str, Callable[[], str]] = {
    f"docs/{MARKDOWN}": dictionary,
    "docs/redcap-data-dictionary.csv": redcap_forms.dictionary,
    "endpoints/words.csv": words,
}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m data_access.dictionary",
        description="Print the data dictionary, or write everything that is printed from the tables.",
    )
    parser.add_argument("--write", action="store_true", help=f"write {', '.join(PRINTED)}")
    if parser.parse_args(arguments).write:
        for name, text in PRINTED.items():
            (ROOT / name).write_text(text(), encoding="utf-8", newline="")
    else:
        print(dictionary(), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
