"""Check a file that was handed over, and hold what is in it, in memory alone: nothing of it ever reaches a disk.

The same readers, checks and sentences as the import; what is right can be looked at without being loaded.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pandas as pd
import sqlalchemy as sa

from data_access.bundle.origin import Origin
from data_access.bundle.problems import ERROR, BundleRefused, Problems, shown
from data_access.bundle.progress import Progress, silent
from data_access.bundle.source import opened
from data_access.bundle.stage import stage
from data_access.manifest import Manifest
from data_access.private import UnnamedFile, UnnamedFolder, unnamed_folder

MAPPING = "mapping.toml"
Came = tuple[UnnamedFolder | UnnamedFile, Origin, Problems]


@dataclass
class FramesStaging:
    """The sound tables as frames."""

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)

    def add(self, table: sa.Table, frame: pd.DataFrame) -> None:
        self.tables[table.name] = frame

    def add_text(self, table: sa.Table, text: str) -> None:
        """The frame is there already."""


@dataclass(frozen=True)
class Tried:
    """What a file holds. problems: all that was found; facts, tables and version only where no error is among them."""

    problems: Problems
    facts: Manifest | None = None
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    content_sha256: str = ""

    @property
    def is_right(self) -> bool:
        return self.facts is not None

    @property
    def rows(self) -> dict[str, int]:
        return {name: len(frame) for name, frame in self.tables.items()}


def try_file(
    name: str, content: bytes, reader: str | None = None, mapping: bytes | None = None, progress: Progress = silent
) -> Tried:
    """Check the content of a file: a bundle (ZIP), or with a reader and a mapping what the reader takes."""
    with unnamed_folder(in_memory=True) as held:
        file = _held(held, shown(name), content)
        try:
            with _came(file, reader, _held(held, MAPPING, mapping or b"")) as came:
                return _tried(came, progress)
        except BundleRefused as refused:
            return Tried(refused.problems)


def _held(folder: UnnamedFolder, name: str, content: bytes) -> UnnamedFile:
    file = folder / name
    with file.open("wb") as target:
        target.write(content)
    return file


@contextmanager
def _came(file: UnnamedFile, reader: str | None, mapping: UnnamedFile) -> Iterator[Came]:
    if reader is None:
        yield file, Origin({}), Problems()
        return
    from data_access.sources.convert import converted_bundle  # its packages are of no use to anything else

    with converted_bundle(file, reader, mapping, in_memory=True) as came:
        yield came


def _tried(came: Came, progress: Progress) -> Tried:
    bundle, origin, found = came
    staging = FramesStaging()
    with opened(bundle, in_memory=True) as folder:
        staged = stage(folder, staging, origin=origin, found=found, progress=progress)
    if staged.problems.count(ERROR):
        return Tried(staged.problems)
    return Tried(staged.problems, staged.facts, staging.tables, staged.content_sha256)
