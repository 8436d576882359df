"""Files with patients' rows: only their owner may read them, whatever the umask, and what is only needed for a while
has no name, so that it is gone with the process, however that ends."""

import errno
import os
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, TypeGuard

FILE, FOLDER = 0o600, 0o700
OTHERS, GROUP = 0o007, 0o070
PIECE = 1 << 24


def make_file(path: Path) -> int:
    """The handle of a new, empty file. Raises FileExistsError."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, FILE)
    os.fchmod(handle, FILE)
    return handle


def write_text(path: Path) -> IO[str]:
    """A text file (UTF-8, line ends as written) that is new, or replaces what was there."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE)
    os.fchmod(handle, FILE)
    return os.fdopen(handle, "w", encoding="utf-8", newline="")


def make_folder(path: Path) -> None:
    """A folder and those above it that are missing. One that is there stays as it is."""
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(FOLDER, exist_ok=True)
        path.chmod(FOLDER)


def hidden_name(path: Path) -> Path:
    """A name beside a file that nothing else has; `left_beside` finds it again."""
    return path.with_name(f".{path.name}.{uuid.uuid4().hex}")


def left_beside(path: Path) -> Iterator[Path]:
    """What was given a hidden name beside a file, and not removed."""
    return path.parent.glob(f".{path.name}.{'[0-9a-f]' * 32}*")


def take_place(source: int, path: Path, just_before: Callable[[], None] = lambda: None) -> None:
    """Let a copy of an open file be `path`, at once and whole; until then it has no name, where the disk can do that.
    What the owner of the file that was there granted to a group stays, what everybody was granted does not.
    just_before: done when the copy is whole."""
    name = hidden_name(path)
    try:
        if not _named_when_whole(source, path, name):
            _filled(make_file(name), source, path)
        just_before()
        name.replace(path)
    finally:
        name.unlink(missing_ok=True)


def _named_when_whole(source: int, path: Path, name: Path) -> bool:
    """False where the disk has no files without a name, or cannot give one later."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        handle = os.open(path.parent, os.O_RDWR | os.O_TMPFILE, FILE)
        with os.fdopen(handle, "rb") as kept:
            _filled(os.dup(handle), source, path)
            os.link(f"/proc/self/fd/{kept.fileno()}", name, src_dir_fd=folder, follow_symlinks=True)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise
        return False
    finally:
        os.close(folder)
    return True


def _filled(handle: int, source: int, path: Path) -> None:
    """Copy, permit, flush, close."""
    try:
        _copy(source, handle)
        _permit(handle, path)
        os.fsync(handle)
    finally:
        os.close(handle)


def _copy(source: int, target: int) -> None:
    done, size = 0, os.fstat(source).st_size
    while done < size:
        done += os.sendfile(target, source, done, min(PIECE, size - done))


def _permit(handle: int, path: Path) -> None:
    mode = FILE
    with suppress(FileNotFoundError):
        there = path.stat()
        if there.st_mode & GROUP and not there.st_mode & OTHERS:
            mode |= there.st_mode & 0o060
            with suppress(OSError):
                os.fchown(handle, -1, there.st_gid)
    os.fchmod(handle, mode)


class UnnamedFile:
    """A file without a name, on the disk or in memory alone, used as a Path is; `name` is what it is called in
    messages."""

    def __init__(self, name: str, in_memory: bool = False):
        self.name, self.in_memory = name, in_memory
        self._handle: int | None = None

    @property
    def suffix(self) -> str:
        return Path(self.name).suffix

    @property
    def stem(self) -> str:
        return Path(self.name).stem

    @property
    def place(self) -> Path:
        """Where the process itself finds the file, for readers that take only a path. Raises FileNotFoundError."""
        if self._handle is None:
            raise FileNotFoundError(self.name)
        return Path(f"/proc/self/fd/{self._handle}")

    def open(self, mode: str = "r", **how: Any) -> Any:
        """Raises FileNotFoundError when it is to be read and was never written."""
        if self._handle is None:
            if "r" in mode:
                raise FileNotFoundError(self.name)
            self._handle = self._made()
        return self.place.open(mode, **how)  # a place of its own in the file

    def _made(self) -> int:
        if self.in_memory:
            return os.memfd_create("cohort")
        with tempfile.TemporaryFile() as made:
            return os.dup(made.fileno())

    def write_text(self, text: str, **how) -> None:
        with self.open("w", **how) as file:
            file.write(text)

    def read_text(self, **how) -> str:
        with self.open(**how) as file:
            return file.read()

    def read_bytes(self) -> bytes:
        with self.open("rb") as file:
            return file.read()

    def is_file(self) -> bool:
        return self._handle is not None

    exists = is_file

    def is_dir(self) -> bool:
        return False

    def stat(self) -> os.stat_result:
        if self._handle is None:
            raise FileNotFoundError(self.name)
        return os.fstat(self._handle)

    def close(self) -> None:
        if self._handle is not None:
            os.close(self._handle)


class UnnamedFolder:
    """A folder of unnamed files, used as a Path is. in_memory: nothing of them ever reaches a disk."""

    name = "files"

    def __init__(self, in_memory: bool = False):
        self._files: dict[str, UnnamedFile] = {}
        self.in_memory = in_memory

    def __truediv__(self, name: str) -> UnnamedFile:
        return self._files.setdefault(name, UnnamedFile(name, self.in_memory))

    def iterdir(self) -> Iterator[UnnamedFile]:
        """The files that were written."""
        return (file for file in self._files.values() if file.is_file())

    def is_dir(self) -> bool:
        return True

    def is_file(self) -> bool:
        return False

    exists = is_dir

    def glob(self, pattern: str) -> list[UnnamedFile]:
        """The files that were written and match `*.ending`."""
        return [f for f in self._files.values() if f.is_file() and f.name.endswith(pattern.removeprefix("*"))]

    def close(self) -> None:
        for file in self._files.values():
            file.close()


AnyFile = Path | UnnamedFile


def place_of(file: "Path | UnnamedFile") -> Path:
    """The path under which this process can open a file, named or not."""
    return file.place if isinstance(file, UnnamedFile) else file


AnyFolder = Path | UnnamedFolder


def is_folder(place: AnyFile | AnyFolder) -> TypeGuard[AnyFolder]:
    """Whether files can be asked of it."""
    return place.is_dir()


@contextmanager
def unnamed_folder(in_memory: bool = False) -> Iterator[UnnamedFolder]:
    """A folder whose files are gone after the block, and when the process ends in whatever way."""
    folder = UnnamedFolder(in_memory)
    try:
        yield folder
    finally:
        folder.close()
