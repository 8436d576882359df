"""A bundle as it arrives: a folder, or a ZIP file that is unpacked within declared limits."""

import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from data_access.bundle.problems import BundleRefused, Problems, shown
from data_access.manifest import FILES, NAME
from data_access.private import Folder, UnnamedFolder, unnamed_folder

MAX_FILE = 1 << 30  # bytes of one file: ten times the largest file of a million patients is no cohort
MAX_UNPACKED = 4 << 30  # bytes of a ZIP file when unpacked
MAX_MEMBERS = 200
MAX_RATIO = 200  # text shrinks to a tenth; a bomb to a thousandth
ARCHIVES = (".zip", ".gz", ".bz2", ".xz", ".7z", ".rar", ".tar", ".tgz", ".zst")
WANTED = {*FILES, NAME}


@contextmanager
def opened(bundle: Path | UnnamedFolder) -> Iterator[Folder]:
    """The folder with the files of a bundle. Raises BundleRefused when there is none, or a ZIP file beyond limits.

    A ZIP file is unpacked into files without a name: nothing of it outlives the import.
    """
    if bundle.is_dir():
        yield bundle
        return
    path = Path(str(bundle))
    problems = Problems()
    if not path.is_file() or not zipfile.is_zipfile(path):
        problems.add(
            shown(path.name),
            "not-a-bundle",
            "a bundle must be a folder or a ZIP file",
            value="neither" if path.exists() else "nothing there",
        )
        raise BundleRefused(problems)
    with unnamed_folder() as folder:
        _unpack(path, folder, problems)
        if problems.total:
            raise BundleRefused(problems)
        yield folder


def _unpack(path: Path, folder: UnnamedFolder, problems: Problems) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not _is_clutter(member)]
            _check_members(members, path.stat().st_size, problems)
            for member in members if not problems.total else ():
                _copy(archive, member, folder)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError):  # damaged, unknown method, encrypted
        problems.add(shown(path.name), "not-a-zip", "the ZIP file must be whole and without password")


def _is_clutter(member: zipfile.ZipInfo) -> bool:
    """What file managers add: folders, resource forks, hidden files."""
    parts = PurePosixPath(member.filename).parts
    return member.is_dir() or "__MACOSX" in parts or (bool(parts) and parts[-1].startswith("."))


def _check_members(members: list[zipfile.ZipInfo], packed: int, problems: Problems) -> None:
    """The sizes that the ZIP file declares bind: reading stops there."""
    unpacked = sum(member.file_size for member in members)
    for code, message, came, limit in (
        ("too-many-files", f"a ZIP file must have at most {MAX_MEMBERS} files", len(members), MAX_MEMBERS),
        ("too-large", f"a ZIP file must unpack to at most {MAX_UNPACKED:,} bytes", unpacked, MAX_UNPACKED),
        (
            "too-compressed",
            f"a ZIP file must not unpack to more than {MAX_RATIO} times its size",
            unpacked // max(packed, 1),
            MAX_RATIO,
        ),
    ):
        if came > limit:
            problems.add("ZIP file", code, message, value=f"{came:,}")
    for member in members[:MAX_MEMBERS]:
        _check_member(member, problems)
    folders = {PurePosixPath(m.filename).parent for m in members if PurePosixPath(m.filename).name in WANTED}
    if len(folders) > 1:
        problems.add(
            "ZIP file",
            "several-folders",
            "the files of a bundle must be in one folder of the ZIP file",
            value=f"{len(folders)} folders",
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


def _copy(archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: UnnamedFolder) -> None:
    """Unpack files of a bundle and stray CSV files (they are named as unknown); leave all others packed."""
    name = PurePosixPath(member.filename).name
    if name == NAME or name.endswith(".csv"):
        with archive.open(member) as packed, (folder / name).open("wb") as unpacked:
            shutil.copyfileobj(packed, unpacked, 1 << 20)
