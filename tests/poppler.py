"""What a PDF has on its pages: the system's poppler, else Debian's by apt when run as root."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from pathlib import Path


def find_or_install() -> None:
    """Raises RuntimeError when there is none to be had."""
    with (Path(tempfile.gettempdir()) / f"poppler-install-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two test workers must not install at once
        if not shutil.which("pdftoppm") and not os.geteuid() and shutil.which("apt-get"):
            quiet = {"check": False, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            quiet["env"] = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
            subprocess.run(["apt-get", "update"], **quiet)
            subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", "poppler-utils"], **quiet)
    if not shutil.which("pdftoppm"):
        raise RuntimeError("The test needs poppler: install poppler-utils, or run it as root.")


def words_of_pages(document: Path) -> list[str]:
    """The text of each page, as it is laid out."""
    find_or_install()
    done = subprocess.run(["pdftotext", "-layout", document, "-"], check=True, capture_output=True)
    return done.stdout.decode("utf-8").split("\f")[:-1]


def pixels_of_page(document: Path, page: int = 1) -> tuple[int, bytes]:
    """Width in px, and the pixels of a page row by row, three bytes each."""
    find_or_install()
    done = subprocess.run(
        ["pdftoppm", "-r", "150", "-f", str(page), "-l", str(page), document], check=True, capture_output=True
    )
    kind, size, most, pixels = done.stdout.split(b"\n", 3)
    assert (kind, most) == (b"P6", b"255")
    return int(size.split()[0]), pixels
