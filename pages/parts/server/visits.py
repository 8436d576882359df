"""Which browser a session or a file belongs to. Streamlit asks nobody: whoever knows a session's id may go on with it,
and whoever knows a file's address may fetch it. Here both belong to the browser (by a cookie) that was told of them.
"""

import re
import secrets
from collections import OrderedDict

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

COOKIE = "cohort_visit"
MOST_VISITS = 2_000  # browsers; the longest unseen is forgotten
MOST_EACH = 500  # sessions and files of one browser
FETCHES = (
    2  # of a file told once: by Streamlit's button, which looks whether it is there, and by the browser, which keeps it
)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_FILE = re.compile(rb"media/([0-9A-Za-z_-]{16,128}(?:\.[0-9A-Za-z]{1,16})?)")


def new_token() -> str:
    """What a browser shows from now on; nobody can guess it."""
    return secrets.token_urlsafe(32)


def token_of(cookies: dict[str, str]) -> str | None:
    """The token of a browser; None when it has none yet, or shows something else."""
    shown = cookies.get(COOKIE, "")
    return shown if _TOKEN.fullmatch(shown) else None


class Visits:
    """What each browser was told: ids of its sessions, names of its files. Used on the server's event loop only."""

    def __init__(self):
        self._told: OrderedDict[str, OrderedDict[str, int]] = OrderedDict()

    def note(self, token: str, name: str) -> None:
        """A session or a file of this browser."""
        names = self._told.setdefault(token, OrderedDict())
        self._told.move_to_end(token)
        names[name] = FETCHES
        names.move_to_end(name)
        _forget_oldest(names, MOST_EACH)
        _forget_oldest(self._told, MOST_VISITS)

    def knows(self, token: str | None, name: str) -> bool:
        """Whether this browser was told of it."""
        return token is not None and name in self._told.get(token, ())

    def take(self, token: str | None, name: str) -> bool:
        """The same of a file that is fetched now: told once, it leaves with one click, and the next copy is a click
        again."""
        known = self.knows(token, name)
        if known and token is not None:
            self._told[token][name] -= 1
            if not self._told[token][name]:
                del self._told[token][name]
        return known


def _forget_oldest(kept: OrderedDict, most: int) -> None:
    while len(kept) > most:
        kept.popitem(last=False)


class Listener:
    """Reads along what the server sends to one browser over one connection."""

    def __init__(self, visits: Visits, token: str):
        self._visits, self._token, self._has_session = visits, token, False

    def hear(self, sent: bytes) -> None:
        """Note the session that it is, and every file whose address is in it."""
        for name in _FILE.findall(sent):
            self._visits.note(self._token, name.decode("ascii"))
        if not self._has_session and (session := _session_in(sent)):
            self._visits.note(self._token, session)
            self._has_session = True


def _session_in(sent: bytes) -> str:
    message = ForwardMsg.FromString(sent)
    return message.new_session.initialize.session_id if message.WhichOneof("type") == "new_session" else ""
