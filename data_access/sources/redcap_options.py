"""`[redcap]` of a mapping file, for a project made from our data dictionary, or the field map of another one."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data_access.bundle.problems import Problems, shown
from data_access.redcap_forms import FIELDS, FORMS, RECORD, YES_NO
from data_access.schema.tables import PATIENT, SCHEMA_VERSION, allowed_values
from data_access.sources.files.csv_file import SEPARATORS
from data_access.sources.mapping import YesOrTexts, check_entries, table_of
from data_access.sources.redcap_project import Project, project_of

OPTIONS = {
    "record_id": str,
    "event": str,
    "ignore": list,
    "without": list,
    "missing_codes": list,
    "deleted_instances": YesOrTexts,
    "schema_version": int,
    "separator": str,
}


@dataclass(frozen=True)
class Options:
    """`[redcap]` of the mapping file.

    record_id: name of the record's field; event: the event that holds our forms (longitudinal projects); ignore: other
    fields and instruments of the project; without: our forms it does not have; missing_codes: its missing-data codes;
    deleted_instances: forms in which gaps of the instance numbers are instances that were deleted; schema_version: that
    of the data dictionary which the project was made from: fields that came later may be missing.
    """

    record_id: str = RECORD
    event: str = ""
    ignore: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    missing_codes: tuple[str, ...] = ()
    deleted_instances: tuple[str, ...] = ()
    schema_version: int = SCHEMA_VERSION
    separator: str = ","


def options_of(file: str, mapping: dict, problems: Problems, folder: Path | None = None) -> Options | Project | None:
    """`[redcap]` of a mapping, or the field map; None, and problems, when it is not as declared.

    folder: where the mapping file is, beside which it names the project's data dictionary.
    """
    if "table" in mapping:
        return project_of(file, mapping, folder, problems)
    before = problems.total
    for name in mapping.keys() - {"cohort", "product", "redcap"}:
        problems.add(file, "mapping-entry", "a mapping for REDCap must not have the entry", column=shown(name))
    entries = table_of(mapping, "redcap", file, problems)
    check_entries(entries, OPTIONS, "redcap", file, problems)
    if problems.total > before:
        return None
    if entries.get("separator", ",") not in SEPARATORS:
        problems.add(
            file, "mapping-entry", f"'separator' must be one of {', '.join(map(repr, SEPARATORS))}", column="separator"
        )
    for name in ("without", "deleted_instances"):
        _check_forms(name, entries.get(name, []), file, problems)
    _check_missing_codes(entries.get("missing_codes", []), file, problems)
    if problems.total > before:
        return None
    lists: dict[str, Any] = {n: tuple(value) if isinstance(value, list) else value for n, value in entries.items()}
    return Options(**lists | {"deleted_instances": tuple(entries.get("deleted_instances") or ())})


def _check_forms(name: str, value: list[str] | bool, file: str, problems: Problems) -> None:
    """An entry that allows something names the forms in which it is allowed: never all of them at once."""
    must = f"'{name}' must name forms among {', '.join(FORMS[1:])}"
    if value is True:
        problems.add(file, "mapping-entry", f"{must}: not every form at once", column=name, value="true")
    for form in set(value) - (set(FORMS) - {PATIENT.name}) if isinstance(value, list) else ():
        problems.add(file, "mapping-entry", must, column=name, value=shown(form))


def _check_missing_codes(codes: list[str], file: str, problems: Problems) -> None:
    """A missing-data code holds for every field: it must be no raw value of any."""
    raw = {*YES_NO, *(code for field in FIELDS.values() for code in allowed_values(field.column))}
    for code in set(codes) & raw:
        problems.add(
            file,
            "mapping-entry",
            "'missing_codes' must not name a raw value of a field: it would empty that, too",
            column="missing_codes",
            value=shown(code),
        )
