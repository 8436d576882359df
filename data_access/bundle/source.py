"""A bundle as it arrives: a folder, or a ZIP file that is unpacked within declared limits."""

import shutil
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import TypeGuard

from data_access.bundle.problems import BundleRefused, Problems, shown
from data_access.manifest import FILES, NAME
from data_access.private import AnyFile, AnyFolder, UnnamedFile, UnnamedFolder, is_folder, unnamed_folder

MAX_FILE = 1 << 30  # bytes of one file: ten times the largest file of a million patients is no cohort
MAX_UNPACKED = 4 << 30  # bytes of a ZIP file when unpacked
MAX_IN_MEMORY = 1 << 28  # the same, of one that is held in memory
MAX_MEMBERS = 200
MAX_RATIO = 200  # text shrinks to a tenth; a bomb to a thousandth
ARCHIVES = (".zip", ".gz", ".bz2", ".xz", ".7z", ".rar", ".tar", ".tgz", ".zst")
WANTED = {*FILES, NAME}
OFFICE = (".xlsx", ".xlsm", ".xlsb", ".ods")


@contextmanager
def opened(bundle: AnyFile | AnyFolder, in_memory: bool = False) -> Iterator[AnyFolder]:
    """The folder with the files of a bundle. Raises BundleRefused when there is none, or a ZIP file beyond limits.

    A ZIP file is unpacked into files without a name: nothing of it outlives the import.
    """
    if is_folder(bundle):
        yield bundle
    elif is_zip(bundle):
        with unpacked(bundle, _is_of_bundle, in_memory) as folder:
            yield folder
    else:
        problems = Problems()
        problems.add(
            shown(bundle.name),
            "not-a-bundle",
            "a bundle must be a folder or a ZIP file",
            value="neither" if bundle.exists() else "nothing there",
        )
        raise BundleRefused(problems)


def _is_of_bundle(name: str) -> bool:
    """Files of a bundle, and stray CSV files: they are named as unknown."""
    return name == NAME or name.endswith(".csv")


def is_zip(file: AnyFile | AnyFolder) -> TypeGuard[AnyFile]:
    """Whether a file is a ZIP file of files; a workbook, which is one inside, is not meant."""
    if isinstance(file, UnnamedFolder) or not file.is_file() or PurePosixPath(file.name).suffix.lower() in OFFICE:
        return False
    with file.open("rb") as content:
        return zipfile.is_zipfile(content)


@contextmanager
def unpacked(path: AnyFile, wanted: Callable[[str], bool], in_memory: bool = False) -> Iterator[UnnamedFolder]:
    """The wanted files of a ZIP file, without a name on the disk; of one that is held in memory in memory alone. Raises
    BundleRefused when it is beyond the limits."""
    problems = Problems()
    in_memory = in_memory or (isinstance(path, UnnamedFile) and path.in_memory)
    with unnamed_folder(in_memory) as folder:
        _unpack(path, folder, wanted, problems)
        if problems.total:
            raise BundleRefused(problems)
        yield folder


def _unpack(path: AnyFile, folder: UnnamedFolder, wanted: Callable[[str], bool], problems: Problems) -> None:
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            members = [member for member in archive.infolist() if not _is_clutter(member)]
            limit = MAX_IN_MEMORY if folder.in_memory else MAX_UNPACKED
            _check_members(members, path.stat().st_size, limit, wanted, problems)
            for member in members if not problems.total else ():
                _copy(archive, member, folder, wanted)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError):  # damaged, unknown method, encrypted
        problems.add(shown(path.name), "not-a-zip", "the ZIP file must be whole and without password")


def names_in_zip(path: AnyFile) -> list[str]:
    """The names of the files of a ZIP file, wherever they stand in it; not what file managers add."""
    with path.open("rb") as file, zipfile.ZipFile(file) as archive:
        return [PurePosixPath(member.filename).name for member in archive.infolist() if not _is_clutter(member)]


def _is_clutter(member: zipfile.ZipInfo) -> bool:
    """What file managers add: folders, resource forks, hidden files."""
    parts = PurePosixPath(member.filename).parts
    return member.is_dir() or "__MACOSX" in parts or (bool(parts) and parts[-1].startswith("."))


def _check_members(
    members: list[zipfile.ZipInfo], packed: int, limit: int, wanted: Callable[[str], bool], problems: Problems
) -> None:
    """The sizes that the ZIP file declares bind: reading stops there."""
    unpacked = sum(member.file_size for member in members)
    for code, message, came, most in (
        ("too-many-files", f"a ZIP file must have at most {MAX_MEMBERS} files", len(members), MAX_MEMBERS),
        ("too-large", f"a ZIP file must unpack to at most {limit:,} bytes", unpacked, limit),
        (
            "too-compressed",
            f"a ZIP file must not unpack to more than {MAX_RATIO} times its size",
            unpacked // max(packed, 1),
            MAX_RATIO,
        ),
    ):
        if came > most:
            problems.add("ZIP file", code, message, value=f"{came:,}")
    for member in members[:MAX_MEMBERS]:
        _check_member(member, problems)
    names = [PurePosixPath(member.filename) for member in members]
    folders = {name.parent for name in names if name.name in WANTED}
    twice = [name for name, times in Counter(name.name for name in names if wanted(name.name)).items() if times > 1]
    if len(folders) > 1 or twice:
        problems.add(
            "ZIP file",
            "several-folders",
            "the files must be in one folder of the ZIP file",
            value=shown(twice[0]) if twice else f"{len(folders)} folders",
        )


def _check_member(member: zipfile.ZipInfo, problems: Problems) -> None:
    name = PurePosixPath(member.filename)
    if name.is_absolute() or ".." in name.parts or "\\" in member.filename or ":" in member.filename:
        problems.add(shown(member.filename), "unsafe-path", "a file in a ZIP file must have a plain name")
    elif name.suffix.lower() in ARCHIVES:
        problems.add(shown(member.filename), "nested-archive", "a ZIP file must not hold another archive")
    elif member.file_size > MAX_FILE:
        problems.add(
            shown(member.filename),
            "too-large",
            f"a file must have at most {MAX_FILE:,} bytes",
            value=f"{member.file_size:,}",
        )


def _copy(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: UnnamedFolder, wanted: Callable[[str], bool]
) -> None:
    """Unpack a file that is wanted; leave all others packed."""
    name = PurePosixPath(member.filename).name
    if wanted(name):
        with archive.open(member) as packed, (folder / name).open("wb") as unpacked_file:
            shutil.copyfileobj(packed, unpacked_file, 1 << 20)
