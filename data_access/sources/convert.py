"""From a file of another format to a bundle beside its origin: what stands between the readers and the loader."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from data_access.bundle.origin import Origin
from data_access.bundle.problems import ERROR, BundleRefused, Problems
from data_access.bundle.sheet import Converted, write_converted
from data_access.private import Folder, UnnamedFolder, unnamed_folder
from data_access.sources.cdisc import convert_cdisc
from data_access.sources.cdisc_mapping import cdisc_mapping_of
from data_access.sources.mapping import cohort_of, read_mapping
from data_access.sources.redcap import convert_redcap, options_of

READERS: dict[str, tuple[Callable[..., Any], Callable[..., Converted | None]]] = {
    "redcap": (options_of, convert_redcap),
    "cdisc": (cdisc_mapping_of, convert_cdisc),
}


@contextmanager
def converted_bundle(source: Path, reader: str, mapping: Path) -> Iterator[tuple[UnnamedFolder, Origin, Problems]]:
    """(bundle folder, origin of its rows, problems found while reading) of a source; the folder is gone afterwards.

    source: the CSV of a REDCap flat export, or the folder of CDISC datasets; reader: a name of READERS; mapping: the
    TOML file. Raises BundleRefused when the source cannot be read at all.
    """
    with unnamed_folder() as folder:
        problems = Problems()
        origin = convert(Path(source), reader, Path(mapping), folder, problems)
        if origin is None:
            raise BundleRefused(problems)
        yield folder, origin, problems


def convert(source: Path, reader: str, mapping: Path, folder: Folder, problems: Problems) -> Origin | None:
    """Write the bundle of a source into `folder`; None, and problems, when there is nothing to write."""
    entries = read_mapping(mapping, problems)
    if entries is None:
        return None
    read_options, read_source = READERS[reader]
    cohort, options = cohort_of(mapping, entries, problems), read_options(mapping.name, entries, problems)
    if cohort is None or problems.count(ERROR):
        return None
    if not (source.is_dir() if reader == "cdisc" else source.is_file()):
        problems.add(
            source.name,
            "no-source",
            "must be the folder of the datasets" if reader == "cdisc" else "must be the CSV file of the export",
        )
        return None
    converted = read_source(source, options, problems)
    return None if converted is None else write_converted(folder, cohort, converted)
