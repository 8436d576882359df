"""Our tables as REDCap forms, and their REDCap data dictionary: `python -m data_access.redcap_forms`.

`python -m data_access.dictionary --write` writes it beside our own data dictionary.

Form `patient` holds the record and comes once; every other form is a repeating instrument named after its table.
Field names are unique over all forms, as REDCap asks: a short prefix per form. Products are no form: they are declared
in the mapping file.
"""

import csv
import io
from dataclasses import dataclass

import sqlalchemy as sa

from data_access.schema.tables import (
    BUNDLE_TABLES,
    PATIENT,
    PRODUCT,
    columns_of,
    key_of,
    kind_of,
    labels_of,
    meanings_of,
    short_of,
)

RECORD = "patient_id"
HEADER = (
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
)
TYPES = {"code": "dropdown", "yes_no": "yesno"}
VALIDATIONS = {"date": "date_ymd", "integer": "integer", "number": "number"}
YES_NO = {"1": "yes", "0": "no"}  # REDCap's raw values of a yes/no field
YES_NO_LABELS = {"Yes": "yes", "No": "no"}


@dataclass(frozen=True)
class Field:
    """One REDCap field: its name, and the column it fills."""

    name: str
    column: sa.Column

    @property
    def form(self) -> str:
        return self.column.table.name


def _fields():
    """Every column of the forms; the key of a repeating form is made from record and instance."""
    for table in BUNDLE_TABLES:
        if table is not PRODUCT:
            for column in columns_of(table):
                if column.name == RECORD and table is PATIENT:
                    yield Field(RECORD, column)
                elif column.name != RECORD and column is not key_of(table):
                    yield Field(f"{short_of(table)}_{column.name}", column)


FIELDS = {field.name: field for field in _fields()}
FORMS = tuple(table.name for table in BUNDLE_TABLES if table is not PRODUCT)


def form_label(form: str) -> str:
    """What REDCap shows, and a labelled export writes, for a form of this name."""
    return form.replace("_", " ").title()


def dictionary() -> str:
    """The REDCap data dictionary as CSV text, one line per field in the order of the forms."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([HEADER, *(_line(field) for field in FIELDS.values())])
    return text.getvalue()


def _line(field: Field) -> list[str]:
    column, kind = field.column, kind_of(field.column)
    low, high = ("" if limit is None else str(limit) for limit in (column.info["low"], column.info["high"]))
    cells = {
        "Variable / Field Name": field.name,
        "Form Name": field.form,
        "Section Header": _section(field),
        "Field Type": TYPES.get(kind, "text"),
        "Field Label": column.comment,
        HEADER[5]: _choices(column),
        "Field Note": _note(field),
        HEADER[7]: VALIDATIONS.get(kind, ""),
        "Text Validation Min": low,
        "Text Validation Max": high,
        "Required Field?": "" if column.nullable or field.name == RECORD else "y",
    }  # REDCap asks for the record
    return [cells.get(name) or "" for name in HEADER]


def _section(field: Field) -> str:
    """The form's meaning above its first field; REDCap allows none above the record's own field."""
    first = next(other for other in FIELDS.values() if other.form == field.form)
    return field.column.table.comment if field is first and field.name != RECORD else ""


def choices_of(column: sa.Column) -> dict[str, str]:
    """Code -> what the form shows for it: its words, and what it means where the words are the code itself."""
    meanings = meanings_of(column)
    return {code: words if words != code else f"{code}: {meanings[code]}" for code, words in labels_of(column).items()}


def _choices(column: sa.Column) -> str:
    return " | ".join(f"{code}, {words}" for code, words in choices_of(column).items())


def _note(field: Field) -> str:
    if kind_of(field.column) == "month":
        return "YYYY-MM"
    if field.column.name == "product_code":
        return "Code of a product in the mapping file of the import"
    return "A letter, then digits: P00123" if field.name == RECORD else ""


if __name__ == "__main__":
    print(dictionary(), end="")
