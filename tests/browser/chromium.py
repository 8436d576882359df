"""The browser the tests bring: the system's Chromium, else Debian's by apt when run as root, else Playwright's own."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_or_install() -> str | None:
    """Path of a Chromium; None: the one that Playwright brings. Raises RuntimeError when there is none to be had."""
    with (Path(tempfile.gettempdir()) / f"chromium-install-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two test workers must not install at once
        return _system() or _from_debian() or _from_playwright()


def _system() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


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
    subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", "chromium"], **quiet)
    return _system()


def _from_playwright() -> None:
    done = subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False, capture_output=True)
    if done.returncode:
        raise RuntimeError("The browser tests need Chromium: install Debian's package chromium, or run them as root.")
