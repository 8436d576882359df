"""Small literal bundles: rows as dictionaries in, a folder with one CSV per table and a manifest out."""

import csv
from pathlib import Path

from data_access.manifest import write_manifest
from data_access.schema.tables import BUNDLE_TABLES, columns_of

ROWS = {
    "product": [
        dict(
            product_code="TISA",
            name="tisagenlecleucel",
            target_antigens="CD19",
            specificity="mono",
            cell_source="autologous",
            costimulatory_domain="4-1BB",
            status="approved",
        ),
        dict(product_code="NA", name='=HYPERLINK("x")', target_antigens="CD19+CD22"),
    ],
    "patient": [
        dict(
            patient_id="P2",
            site_code="NA",
            sex="female",
            birth_month="2010-02",
            diagnosis_date="2015-06-30",
            down_syndrome="no",
            prior_lines="3",
            last_contact_date="2024-05-01",
            vital_status="alive",
        ),
        dict(patient_id="P1"),
    ],
    "treatment_course": [
        dict(
            treatment_course_id="T1",
            patient_id="P2",
            product_code="TISA",
            course_number="1",
            enrolment_date="2020-01-31",
            infusion_date="2020-03-01",
            dose_cells_e6="0.1",
            crs_assessed="yes",
        ),
        dict(
            treatment_course_id="T2", patient_id="P1", product_code="NA", course_number="1", enrolment_date="2024-06-01"
        ),
    ],
    "response_assessment": [dict(response_assessment_id="R1", patient_id="P2", date="2020-03-29", response="CR")],
    "mrd_assessment": [
        dict(
            mrd_assessment_id="M1",
            patient_id="P2",
            date="2020-03-29",
            specimen="BM",
            method="ngs",
            result="positive",
            level="1e-6",
            sensitivity="1e-06",
        ),
        dict(
            mrd_assessment_id="M2",
            patient_id="P2",
            date="2020-03-29",
            specimen="BM",
            method="flow",
            result="negative",
            sensitivity="1e-4",
        ),
    ],
    "relapse": [
        dict(
            relapse_id="X1",
            patient_id="P2",
            date="2021-01-01",
            level="extramedullary",
            cns="no",
            sites='skin, "left" arm\nand testis',
        )
    ],
    "adverse_event": [
        dict(adverse_event_id="A1", patient_id="P2", kind="CRS", onset_date="2020-03-04", grade="2", scale="ASTCT")
    ],
}


def write_bundle(folder: Path, rows=ROWS, **changed) -> Path:
    """Write a bundle; `changed` replaces the rows of single tables."""
    folder.mkdir(parents=True, exist_ok=True)
    for table in BUNDLE_TABLES:
        _write(folder / f"{table.name}.csv", [c.name for c in columns_of(table)], (rows | changed).get(table.name, ()))
    refresh(folder)
    return folder


def _write(path, names, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)


def refresh(folder: Path, **changed) -> None:
    """The manifest of the files as they are now."""
    facts = dict(title="Literal cohort", data_cutoff="2024-06-30", source="Tests", synthetic=True) | changed
    write_manifest(folder, **facts)


def edit(folder: Path, file: str, before: str, after: str) -> None:
    """Replace text in a file (it must be there once) and describe the file anew."""
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(before) == 1, f"{before!r} must be in {file} once, got: {text.count(before)}"
    (folder / file).write_text(text.replace(before, after), encoding="utf-8", newline="")
    refresh(folder)
