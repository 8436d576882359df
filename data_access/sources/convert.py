"""From a file of another format to a bundle beside its origin: what stands between the readers and the loader."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data_access.bundle.origin import Origin
from data_access.bundle.problems import ERROR, BundleRefused, Problems
from data_access.bundle.set_aside import RowProblems
from data_access.bundle.sheet import Converted, write_converted
from data_access.bundle.source import is_zip
from data_access.private import AnyFile, AnyFolder, UnnamedFolder, unnamed_folder
from data_access.sources.cdisc import cdisc_mapping_of
from data_access.sources.mapping import cohort_of, has_placeholders, read_mapping
from data_access.sources.redcap import convert_redcap
from data_access.sources.redcap_options import options_of
from data_access.sources.tables.convert import convert_tables
from data_access.sources.tables.parse import tables_mapping_of

Source = AnyFile | AnyFolder


@dataclass(frozen=True)
class Reader:
    """options: of the mapping; read: the rows of a source; takes: whether it is such a source at all; must: what it
    must be, in words; has_files_beside: the mapping may name files that stand beside it."""

    options: Callable[..., Any]
    read: Callable[..., Converted | None]
    takes: Callable[[Source], bool]
    must: str
    has_files_beside: bool = False


READERS: dict[str, Reader] = {
    "tables": Reader(
        tables_mapping_of,
        convert_tables,
        lambda source: source.exists(),
        "must be a folder, a ZIP file or a file of tables",
    ),
    "redcap": Reader(
        options_of,
        convert_redcap,
        lambda source: source.is_file(),
        "must be the CSV file of the export",
        has_files_beside=True,
    ),
    "cdisc": Reader(
        cdisc_mapping_of,
        convert_tables,
        lambda source: source.is_dir() or is_zip(source),
        "must be the folder of the datasets, or a ZIP file of it",
    ),
}


@contextmanager
def converted_bundle(
    source: Source, reader: str, mapping: AnyFile, in_memory: bool = False
) -> Iterator[tuple[UnnamedFolder, Origin, Problems]]:
    """(bundle folder, origin of its rows, problems found while reading) of a source; the folder is gone afterwards.

    source: the CSV of a REDCap flat export, the folder of CDISC datasets, or any tables; reader: a name of READERS;
    mapping: the TOML file; in_memory: nothing reaches the disk. Raises BundleRefused when the source cannot be read.
    """
    with unnamed_folder(in_memory) as folder:
        problems = RowProblems()
        origin = convert(source, reader, mapping, folder, problems)
        if origin is None:
            raise BundleRefused(problems)
        yield folder, origin, problems


def convert(source: Source, reader: str, mapping: AnyFile, folder: AnyFolder, problems: Problems) -> Origin | None:
    """Write the bundle of a source into `folder`; None, and problems, when there is nothing to write."""
    entries = read_mapping(mapping, problems)
    if entries is None:
        return None
    by = READERS[reader]
    beside = {"folder": mapping.parent} if by.has_files_beside and isinstance(mapping, Path) else {}
    unfilled = has_placeholders(mapping.name, entries, problems)
    cohort = None if unfilled else cohort_of(mapping, entries, problems)
    options = by.options(mapping.name, entries, problems, **beside)
    if cohort is None or problems.count(ERROR):
        return None
    if not by.takes(source):
        problems.add(source.name, "no-source", by.must)
        return None
    try:
        converted = by.read(source, options, problems)
    except BundleRefused as refused:
        problems.extend(refused.problems)
        return None
    return None if converted is None else write_converted(folder, cohort, converted)
