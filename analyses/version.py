"""The version of what computes: the calendar version and a hash over the source of the rooms that make numbers.

A number never changes under the same version: it stands in every file, image, file name and key of what is remembered.
"""

import hashlib
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = ("data_access", "endpoints", "estimators", "analyses", "figures", "charts")
SOURCES = (".py", ".csv", ".sql")
HASH_LENGTH = 8


def source_hash(root: Path = ROOT) -> str:
    """Hash (hex) of every source file of ROOMS, by path and content, whatever the line ends of a checkout."""
    digest = hashlib.sha256()
    for path in sorted(path for room in ROOMS for path in (root / room).rglob("*") if path.suffix in SOURCES):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:HASH_LENGTH]


def calendar_version(root: Path = ROOT) -> str:
    """'2026.11', as the release is called."""
    return tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"]


APP_VERSION = f"{calendar_version()}+{source_hash()}"
