"""manifest.json of a CSV bundle: what the cohort is, and how many rows and which SHA-256 each file has.

`python -m data_access.manifest FOLDER` refreshes rows and SHA-256 after a hand edit.
"""

import argparse
import csv
import datetime
import hashlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path

from data_access.bundle.problems import Problems, shown
from data_access.private import AnyFile, AnyFolder
from data_access.schema.tables import BUNDLE_TABLES, SCHEMA_VERSION

NAME = "manifest.json"
FILES = {f"{table.name}.csv": table for table in BUNDLE_TABLES}
MAX_CHARACTERS = 1 << 20  # what follows is not read, so that a longer file is no JSON
OPTIONAL = {"set_aside": int}  # rows that an import put aside
TYPES = {"title": str, "data_cutoff": str, "schema_version": int, "source": str, "synthetic": bool, "files": dict}


class NotUtf8(UnicodeError):
    """A file of the bundle in another encoding; says which."""


@dataclass(frozen=True)
class Manifest:
    """The facts of a bundle; `files` maps file name -> (rows, sha256).

    schema_version: that of the bundle, which may be older than the app's: what came later may then be missing.
    """

    title: str
    data_cutoff: datetime.date
    source: str
    synthetic: bool
    files: dict[str, tuple[int, str]]
    schema_version: int = SCHEMA_VERSION
    set_aside: int = 0


def write_manifest(
    folder: AnyFolder | str,
    title: str,
    data_cutoff: datetime.date | str,
    source: str,
    synthetic: bool,
    schema_version: int = SCHEMA_VERSION,
    set_aside: int = 0,
) -> None:
    """Write manifest.json for the CSV files that are in the folder. Raises ValueError unless the cut-off is ISO."""
    folder = Path(folder) if isinstance(folder, str) else folder
    cutoff = datetime.date.fromisoformat(str(data_cutoff)).isoformat()
    files = {name: _describe(folder / name) for name in FILES if (folder / name).exists()}
    facts = {
        "title": title,
        "data_cutoff": cutoff,
        "schema_version": schema_version,
        "source": source,
        "synthetic": synthetic,
        **({"set_aside": set_aside} if set_aside else {}),
        "files": files,
    }
    text = json.dumps(facts, indent=2, ensure_ascii=False) + "\n"
    (folder / NAME).write_text(text, encoding="utf-8", newline="\n")


def refresh_manifest(folder: Path) -> None:
    """Count and hash the files again, keeping title, cut-off, source, synthetic, schema version and set_aside."""
    facts = json.loads((Path(folder) / NAME).read_text(encoding="utf-8-sig"))
    version = facts.get("schema_version", SCHEMA_VERSION)
    told = (facts["title"], facts["data_cutoff"], facts["source"], facts["synthetic"])
    write_manifest(folder, *told, version, facts.get("set_aside", 0))


def _describe(path: AnyFile) -> dict:
    return {"rows": count_rows(path), "sha256": sha256_of(path)}


def count_rows(path: AnyFile) -> int:
    """Rows below the header; a quoted line break does not count. Raises NotUtf8."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return max(sum(1 for _ in csv.reader(file)) - 1, 0)
    except UnicodeDecodeError:
        raise NotUtf8(f"{path.name} must be UTF-8, got: other bytes. Save the file as 'CSV UTF-8'.") from None


def sha256_of(path: AnyFile) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_manifest(folder: AnyFolder, problems: Problems) -> Manifest | None:
    """The manifest of a bundle; None, and problems, when it is not one."""
    try:
        with (folder / NAME).open(encoding="utf-8-sig") as file:
            facts = json.loads(file.read(MAX_CHARACTERS))
    except FileNotFoundError:
        problems.add(NAME, "missing-file", "a bundle must have a manifest.json")
        return None
    except (OSError, ValueError, RecursionError):
        problems.add(NAME, "not-json", "the manifest must be readable JSON in UTF-8")
        return None
    before = problems.total
    _check_facts(facts, problems)
    return _manifest(facts) if problems.total == before else None


def _check_facts(facts, problems: Problems) -> None:
    """Every declared entry with its type, nothing else, this schema, an ISO cut-off, rows and SHA-256 per file."""
    if not isinstance(facts, dict):
        problems.add(NAME, "not-json", "the manifest must be a JSON object")
        return
    for name in facts.keys() - TYPES.keys() - OPTIONAL.keys():
        problems.add(NAME, "unknown-entry", "must have the declared entries only", value=shown(str(name)))
    for name, type_ in (TYPES | {name: OPTIONAL[name] for name in OPTIONAL.keys() & facts.keys()}).items():
        if type(facts.get(name)) is not type_:
            problems.add(NAME, "wrong-entry", f"'{name}' must be {_words(type_)}", value=shown(str(facts.get(name))))
    _check_values(facts, problems)


def _words(type_: type) -> str:
    return {str: "text", int: "a whole number", bool: "true or false", dict: "an object"}[type_]


def _check_values(facts: dict, problems: Problems) -> None:
    version = facts.get("schema_version")
    if type(version) is int and not 1 <= version <= SCHEMA_VERSION:
        problems.add(
            NAME, "schema-version", f"must be from 1 to {SCHEMA_VERSION}, the schema of this app", value=str(version)
        )
    if isinstance(facts.get("data_cutoff"), str) and not _is_iso(facts["data_cutoff"]):
        problems.add(NAME, "not-a-date", "'data_cutoff' must be an ISO date", value=shown(facts["data_cutoff"]))
    if isinstance(facts.get("files"), dict):
        for name, entry in facts["files"].items():
            _check_entry(name, entry, problems)


def _is_iso(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _check_entry(name: str, entry, problems: Problems) -> None:
    if name not in FILES:
        problems.add(NAME, "unknown-file", "must list files of declared tables only", value=shown(name))
    well_formed = isinstance(entry, dict) and type(entry.get("rows")) is int and isinstance(entry.get("sha256"), str)
    if not well_formed:
        problems.add(NAME, "wrong-entry", "the entry of a file must have 'rows' and 'sha256'", value=shown(name))


def _manifest(facts: dict) -> Manifest:
    files = {name: (entry["rows"], entry["sha256"]) for name, entry in facts["files"].items()}
    return Manifest(
        facts["title"],
        datetime.date.fromisoformat(facts["data_cutoff"]),
        facts["source"],
        facts["synthetic"],
        files,
        facts["schema_version"],
        facts.get("set_aside", 0),
    )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m data_access.manifest",
        description="Refresh rows and SHA-256 in the manifest of a CSV bundle after its files were edited.",
    )
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args(arguments).folder
    try:
        refresh_manifest(folder)
    except NotUtf8 as problem:
        print(problem, file=sys.stderr)
        return 1
    except (OSError, ValueError, KeyError) as error:
        print(
            f"The folder must hold a manifest.json with title, data_cutoff, source and synthetic, and CSV files in "
            f"UTF-8, got: {type(error).__name__}",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
