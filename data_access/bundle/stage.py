"""Read and check a whole bundle once, a table at a time, handing each sound table on to where it is staged."""

from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

import numpy as np
import pandas as pd
import sqlalchemy as sa

from data_access.bundle.bundle import Rows, check_folder, read_table
from data_access.bundle.checks import Cohort, Verdict, list_broken
from data_access.bundle.origin import Origin, at_the_source
from data_access.bundle.plausibility import RULES
from data_access.bundle.problems import ERROR, Problems
from data_access.bundle.progress import Progress, silent
from data_access.bundle.references import REFERRED_TO, Keys
from data_access.bundle.repeated import check_keys
from data_access.manifest import Manifest, read_manifest
from data_access.private import AnyFile, AnyFolder
from data_access.reading.content import Content, in_key_order
from data_access.schema.tables import BUNDLE_TABLES, SCHEMA_VERSION, key_of

ORDER = [table.name for table in BUNDLE_TABLES]
# The last table that a rule looks at: with it the rule is judged.
JUDGED_WITH = {rule: max((rule.table, *rule.needs), key=ORDER.index) for rule in RULES}
KEPT = {name for rule, last in JUDGED_WITH.items() for name in (rule.table, *rule.needs) if name != last}


class Staging(Protocol):
    """Where sound tables are kept until the whole bundle has been checked."""

    def add(self, table: sa.Table, frame: pd.DataFrame) -> None: ...
    def add_text(self, table: sa.Table, text: str) -> None: ...


class DiscardedStaging:
    """Nothing is kept: the bundle is only checked."""

    def add(self, table: sa.Table, frame: pd.DataFrame) -> None:
        """A table in key order."""

    def add_text(self, table: sa.Table, text: str) -> None:
        """The same rows as canonical CSV text, in pieces."""


@dataclass(frozen=True)
class Staged:
    """A bundle that was read: its facts, rows per table, the hash of its content, and what is wrong with it.

    With an error among the problems, rows and hash are those of a part.
    """

    manifest: Manifest | None
    rows: dict[str, int]
    content_sha256: str
    problems: Problems

    @property
    def facts(self) -> Manifest:
        """The manifest of a bundle without an error. Raises ValueError when there is none."""
        if self.manifest is None:
            raise ValueError("A bundle must have a manifest that can be read before its facts are asked, got: none")
        return self.manifest


@dataclass
class _Seen:
    """What later tables need of earlier ones."""

    keys: Keys = field(default_factory=Keys)
    frames: dict[str, pd.DataFrame] = field(default_factory=dict)
    lines: dict[str, np.ndarray] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)


def stage(
    folder: AnyFolder,
    place: Staging,
    *,
    origin: Origin,
    found: Problems,
    progress: Progress = silent,
    problems: Problems | None = None,
) -> Staged:
    """Check everything and hand every table on; the first error ends handing on, not checking.

    Memory holds one table at a time, and those that rules look at together with a later one. Problems are placed by
    `origin` and added to those that a reader of another format has `found`. problems: where they are collected first,
    as places in the bundle.
    """
    problems, seen = Problems() if problems is None else problems, _Seen()
    manifest = read_manifest(folder, problems)
    check_folder(folder, manifest, problems)
    content = _content(manifest)
    for table, tell in zip(BUNDLE_TABLES, _told(folder, progress), strict=True):
        rows = read_table(folder, table, manifest, seen.keys, problems, tell)
        if rows is not None:
            _check(table, rows, manifest, seen, problems)
            if content and problems.count(ERROR) + found.count(ERROR) == 0:
                frame = in_key_order(table, rows.frame)
                place.add(table, frame)
                content.add(table, frame, partial(place.add_text, table))
                seen.rows[table.name] = len(frame)
    seen.keys.list_named(problems)
    progress("checked", 1.0)
    found.extend(at_the_source(problems, origin, seen.lines))
    return Staged(manifest, seen.rows, content.hexdigest() if content else "", found)


def _told(folder: AnyFolder, progress: Progress) -> list[Progress]:
    """For each table a progress that knows how large the files before it are."""
    sizes = np.array([_size(folder / f"{table.name}.csv") for table in BUNDLE_TABLES], float)
    total, before = max(sizes.sum(), 1.0), np.cumsum(sizes) - sizes
    return [partial(_tell, progress, start / total, size / total) for start, size in zip(before, sizes, strict=True)]


def _size(path: AnyFile) -> int:
    return path.stat().st_size if path.is_file() else 0


def _tell(progress: Progress, start: float, width: float, what: str, share: float) -> None:
    progress(what, min(start + width * share, 0.999))


def _content(manifest: Manifest | None) -> Content | None:
    return (
        None
        if manifest is None
        else Content(
            title=manifest.title,
            data_cutoff=manifest.data_cutoff,
            schema_version=SCHEMA_VERSION,
            source=manifest.source,
            synthetic=manifest.synthetic,
        )
    )


def _check(table: sa.Table, rows: Rows, manifest: Manifest | None, seen: _Seen, problems: Problems) -> None:
    """Keys, references and plausibility of one table; what later tables need of it is kept in `seen`."""
    seen.lines[table.name] = rows.lines
    check_keys(table, rows, problems)
    seen.keys.check(table, rows.frame, rows.lines, problems)
    if rows.complete and table.name in REFERRED_TO:
        seen.keys.known[table.name] = rows.frame[key_of(table).name]
    _judge(table, rows, manifest, seen, problems)
    if table.name in KEPT:
        seen.frames[table.name] = rows.frame


def _judge(table: sa.Table, rows: Rows, manifest: Manifest | None, seen: _Seen, problems: Problems) -> None:
    """The plausibility rules that look at this table last; one that looks at a file which could not be read is left
    out."""
    cutoff = pd.Timestamp(manifest.data_cutoff if manifest else None)
    cohort = Cohort(seen.frames | {table.name: rows.frame}, cutoff)
    for rule in (rule for rule, last in JUDGED_WITH.items() if last == table.name):
        if all(name in cohort.tables for name in (rule.table, *rule.needs)) and len(cohort.tables[rule.table]):
            verdict = Verdict(rule, *rule.judge(cohort))
            list_broken(verdict, cohort, seen.lines[rule.table], problems)
