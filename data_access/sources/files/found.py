"""Which datasets a source has: the files of a folder or of a ZIP file, the sheets of a workbook, or one file."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePath

from data_access.bundle.problems import BundleRefused, Problems, shown
from data_access.bundle.sheet import Sheet
from data_access.bundle.source import is_zip, names_in_zip, unpacked
from data_access.private import AnyFile, AnyFolder, UnnamedFolder, is_folder
from data_access.sources.files.csv_file import Form, read_csv
from data_access.sources.files.parquet import read_parquet
from data_access.sources.files.statistical import read_statistical
from data_access.sources.files.workbook import read_sheet, sheet_names
from data_access.sources.files.xpt import read_xpt


def _xpt(file: AnyFile, problems: Problems, form: Form) -> Sheet | None:
    return read_xpt(file, problems, form.encoding if form.encoding != "utf-8" else None, form.decimal)


READERS: dict[str, Callable[[AnyFile, Problems, Form], Sheet | None]] = {
    ".csv": read_csv,
    ".txt": read_csv,
    ".tsv": read_csv,
    ".xpt": _xpt,
    ".sas7bdat": read_statistical,
    ".dta": read_statistical,
    ".parquet": read_parquet,
}
WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
ENDINGS = (*READERS, *WORKBOOKS)
WORDS = "CSV, XPT, SAS7BDAT, DTA or Parquet files, or workbooks"


@dataclass(frozen=True)
class Place:
    """Where a dataset is: a file, and the sheet of a workbook."""

    name: str
    file: AnyFile
    sheet: str = ""

    def read(self, problems: Problems, form: Form) -> Sheet | None:
        """Its cells; None, and a problem, when it cannot be read."""
        if self.sheet:
            return read_sheet(self.file, self.sheet, problems, form)
        return READERS[self.file.suffix.lower()](self.file, problems, form)

    def is_meant(self, file: str, sheet: str) -> bool:
        """Whether a mapping that names a file, or a sheet, means this one."""
        return (not file or file.upper() in (self.file.name.upper(), self.file.stem.upper())) and (
            not sheet or sheet.upper() == self.sheet.upper()
        )


@contextmanager
def opened_source(source: AnyFile | AnyFolder, in_memory: bool = False) -> Iterator[list[Place]]:
    """The datasets of a source. Raises BundleRefused when it is a ZIP file beyond the limits, or nothing that can be
    read; a ZIP file is unpacked into files without a name."""
    if is_folder(source):
        yield _places(list(source.iterdir()))
    elif is_zip(source):
        with unpacked(source, is_readable, in_memory) as folder:
            yield _places(list(folder.iterdir()))
    elif not isinstance(source, UnnamedFolder) and source.is_file() and is_readable(source.name):
        yield _places([source])
    else:
        problems = Problems()
        problems.add(shown(source.name), "no-source", f"must be a folder, a ZIP file, or one of {WORDS}")
        raise BundleRefused(problems)


def unreadable_in(source: AnyFile | AnyFolder) -> list[str]:
    """Names of what else stands in a folder or ZIP file: files of other kinds, folders. Not what is hidden, nor mapping
    files."""
    if is_folder(source):
        names = [path.name if path.is_file() else f"{path.name}/" for path in source.iterdir()]
    else:
        names = names_in_zip(source) if is_zip(source) else []
    told = (name for name in names if not is_readable(name) and not name.startswith((".", "~$")))
    return sorted(name for name in told if not name.lower().endswith(".toml"))


def is_readable(name: str) -> bool:
    """Whether a file of this name can be read; what file managers and offices leave lying about is not."""
    return PurePath(name).suffix.lower() in ENDINGS and not name.startswith((".", "~$"))


def _places(files: Sequence[AnyFile]) -> list[Place]:
    """A workbook of one sheet is named after its file, unless it is the whole source: then sheets are named. Raises
    BundleRefused for a workbook that cannot be opened."""
    places, problems = [], Problems()
    readable = [file for file in sorted(files, key=lambda file: file.name) if file.is_file() and is_readable(file.name)]
    for file in readable:
        if file.suffix.lower() not in WORKBOOKS:
            places.append(Place(file.stem.upper(), file))
            continue
        sheets = sheet_names(file, problems)
        alone = len(sheets) == 1 and len(readable) > 1
        places += [Place((file.stem if alone else sheet).upper(), file, sheet) for sheet in sheets]
    if problems.total:
        raise BundleRefused(problems)
    return places
