"""The spreadsheet the tests bring: the system's LibreOffice, else Debian's by apt when run as root."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from xml.etree import ElementTree

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
UTF8, FROM_FIRST_LINE = 76, 1


def find_or_install() -> str:
    """Path of soffice. Raises RuntimeError when there is none to be had."""
    with (Path(tempfile.gettempdir()) / f"libreoffice-install-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two test workers must not install at once
        found = _system() or _from_debian()
    if found is None:
        raise RuntimeError("The test needs LibreOffice: install libreoffice-calc-nogui, or run it as root.")
    return found


def _system() -> str | None:
    return shutil.which("soffice") or shutil.which("libreoffice")


def _from_debian() -> str | None:
    if os.geteuid() or not shutil.which("apt-get"):
        return None
    quiet = {
        "check": False,
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
        "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
    }
    subprocess.run(["apt-get", "update"], **quiet)
    subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", "libreoffice-calc-nogui"], **quiet)
    return _system()


def formulas(content: bytes, separator: str, folder: Path) -> list[str]:
    """The formulas that the file has when it is opened with that list separator."""
    source = folder / "file.csv"
    source.write_bytes(content)
    _convert(source, "fods", folder, f"--infilter=CSV:{ord(separator)},34,{UTF8},{FROM_FIRST_LINE}")
    return _formulas(folder / "file.fods")


def _convert(source: Path, into: str, folder: Path, *options: str) -> None:
    command = [find_or_install(), f"-env:UserInstallation=file://{folder}/profile", "--headless", *options]
    subprocess.run(
        [*command, "--convert-to", into, "--outdir", str(folder), str(source)],
        check=True,
        capture_output=True,
        timeout=120,
    )


def _formulas(document: Path) -> list[str]:
    cells = ElementTree.parse(document).iter(f"{TABLE}table-cell")
    return [formula for cell in cells if (formula := cell.get(f"{TABLE}formula"))]


def as_csv(content: bytes, folder: Path) -> str:
    """The first sheet of an XLSX file as the spreadsheet shows it: commas, quoted text."""
    (folder / "file.xlsx").write_bytes(content)
    _convert(folder / "file.xlsx", f"csv:Text - txt - csv (StarCalc):44,34,{UTF8},1,,0,true,true,false", folder)
    return (folder / "file.csv").read_text("utf-8-sig")


def formulas_of_workbook(content: bytes, folder: Path) -> list[str]:
    """The formulas that an XLSX file has when it is opened."""
    (folder / "file.xlsx").write_bytes(content)
    _convert(folder / "file.xlsx", "fods", folder)
    return _formulas(folder / "file.fods")
