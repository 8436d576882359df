"""The one way in for a file: to a session of the same browser, of a limited size, held in memory alone.

Streamlit takes a file of any session whose id is known, and lets a form of more than a megabyte go through a file on
the disk. Here a file belongs to the browser that was told of the session, its size is said before it is read, and what
all sessions hold together is bounded.
"""

import functools
import re
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.formparsers import MultiPartParser
from streamlit import config
from streamlit.runtime import exists, get_instance

from pages.parts.server.settings import read_settings

PATH = re.compile(r"/_stcore/upload_file/([0-9A-Za-z-]{1,64})/([0-9A-Za-z-]{1,64})")
TAKEN = ("PUT", "DELETE")
MEGABYTE = 1 << 20
FRAME = MEGABYTE  # bytes of a form around its file
FILES_EACH = 2  # times the largest file: what one session may hold
ALL_SESSIONS = 10  # times the largest file: what all sessions may hold


@functools.cache
def may_try_own() -> bool:
    """Whether the settings let a visitor hand over a file; read once. Raises WrongSettings."""
    return read_settings().try_own


def largest() -> int:
    """Bytes of the largest file that is taken."""
    return int(config.get_option("server.maxUploadSize")) * MEGABYTE


def hold_in_memory() -> None:
    """Forms are never spooled to a file: what was handed over must not reach the disk."""
    MultiPartParser.spool_max_size = largest() + 2 * FRAME


@dataclass(frozen=True)
class Asked:
    """A request to hold a file of a session, or to forget it."""

    method: str
    session: str
    file: str


def asked_of(path: str, method: str) -> Asked | None:
    """What a request asks; None when it is about something else."""
    found = PATH.fullmatch(path)
    return Asked(method, found[1], found[2]) if found and method in TAKEN else None


class Uploads:
    """How much each session holds. Used on the server's event loop only."""

    def __init__(self):
        self._held: dict[str, dict[str, int]] = {}

    def refusal(self, asked: Asked, headers: Headers) -> tuple[int, str] | None:
        """Status and reason; None: go on."""
        if asked.method == "DELETE":
            self._held.get(asked.session, {}).pop(asked.file, None)
            return None
        length = headers.get("content-length", "")
        if not length.isascii() or not length.isdigit():
            return 411, "a file of unknown size"
        return self._too_much(asked, int(length))

    def _too_much(self, asked: Asked, size: int) -> tuple[int, str] | None:
        if size > largest() + FRAME:
            return 413, "a file that is too large"
        self._forget_ended()
        others = {name: held for name, held in self._held.get(asked.session, {}).items() if name != asked.file}
        everybody = sum(sum(held.values()) for held in self._held.values())
        if sum(others.values()) + size > FILES_EACH * largest() or everybody + size > ALL_SESSIONS * largest():
            return 413, "more files than can be held"
        self._held[asked.session] = {**others, asked.file: size}
        return None

    def _forget_ended(self) -> None:
        """Streamlit lets go of the files of a session that has ended."""
        active = get_instance() if exists() else None
        for session in [s for s in self._held if active is None or not active.is_active_session(s)]:
            del self._held[session]
