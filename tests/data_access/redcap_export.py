"""A REDCap flat export (raw values, repeating instruments) of rows of our tables, as REDCap writes it for a project
made from the shipped data dictionary."""

import csv
from pathlib import Path

ROOT = Path(__file__).parents[2]
DICTIONARY = ROOT / "docs" / "redcap-data-dictionary.csv"
MAPPING = """
[cohort]
title = "Literal cohort"
data_cutoff = 2024-06-30
source = "Tests"
synthetic = true
[[product]]
product_code = "TISA"
name = "tisagenlecleucel"
"""


def fields() -> list[dict[str, str]]:
    """The lines of the shipped data dictionary."""
    with DICTIONARY.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def column_of(field: dict[str, str]) -> str:
    name = field["Variable / Field Name"]
    return name if name == "patient_id" else name.partition("_")[2]


def header() -> list[str]:
    """patient_id, the repeat columns, and form by form its fields and its status."""
    names, forms = ["patient_id", "redcap_repeat_instrument", "redcap_repeat_instance"], {}
    for field in fields():
        forms.setdefault(field["Form Name"], []).append(field["Variable / Field Name"])
    for form, of_form in forms.items():
        names += [*(name for name in of_form if name != "patient_id"), f"{form}_complete"]
    return names


def export_rows(tables: dict[str, list[dict[str, str]]]) -> list[dict[str, str]]:
    """The lines of the export; instances are numbered in the order of the rows."""
    lines = [_line("patient", row, "") for row in tables["patient"]]
    counts = {}
    for form in dict.fromkeys(field["Form Name"] for field in fields()):
        for row in tables.get(form, ()) if form != "patient" else ():
            counts[form, row["patient_id"]] = counts.get((form, row["patient_id"]), 0) + 1
            lines.append(_line(form, row, str(counts[form, row["patient_id"]])))
    return lines


def _line(form: str, row: dict[str, str], instance: str) -> dict[str, str]:
    line = {
        "patient_id": row["patient_id"],
        "redcap_repeat_instrument": form if instance else "",
        "redcap_repeat_instance": instance,
        f"{form}_complete": "2",
    }
    for field in fields():
        if field["Form Name"] == form:
            value = row.get(column_of(field), "")
            raw = {"yes": "1", "no": "0"}.get(value, value) if field["Field Type"] == "yesno" else value
            line[field["Variable / Field Name"]] = raw
    return line


def write_export(path: Path, lines: list[dict[str, str]], names: list[str] | None = None) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names or header(), restval="", extrasaction="raise")
        writer.writeheader()
        writer.writerows(lines)
    return path


def write_mapping(path: Path, redcap: str = "", text: str = MAPPING) -> Path:
    path.write_text(f"{text}\n[redcap]\n{redcap}\n", encoding="utf-8")
    return path
