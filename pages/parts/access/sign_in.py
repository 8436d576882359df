"""Whether a sign-in still counts: asked at every run of a page. Pure but for what it remembers.

Streamlit's cookie of a sign-in lives for thirty days and nobody looks at `exp`: here a sign-in ends with its token,
twelve hours after the person proved who they are, after thirty minutes without use, and with a sign-out in any tab.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

LONGEST = 12 * 3600  # seconds since the person signed in at the provider
IDLE = 30 * 60
LEEWAY = 60  # between two clocks
MOST = 10_000  # sign-ins that are remembered
ENDED = "Your sign-in has ended. Sign in again."
LOCKED = "Locked after 30 minutes without use. Sign in again."
SIGNED_OUT = "You have signed out. Sign in again."
INCOMPLETE = "The provider must say who you are and until when (sub, iat, exp), got: less. Ask your administrator."


def end_of(claims: Mapping[str, Any]) -> float | None:
    """The second at which a sign-in ends whatever happens; None: it cannot be told, and so it does not count."""
    since: Any = claims.get("auth_time", claims.get("iat"))
    until: Any = claims.get("exp")
    if not (_is_second(since) and _is_second(until) and _is_second(claims.get("iat")) and claims.get("sub")):
        return None
    return min(float(until), float(since) + LONGEST)


def _is_second(found: Any) -> bool:
    return isinstance(found, (int, float)) and not isinstance(found, bool)


class SignIns:
    """When each sign-in was last used. Sessions of one sign-in (tabs of a browser) share it. A sign-in that is not
    known, after a restart, was last used when it began."""

    def __init__(self):
        self._used: OrderedDict[tuple, float] = OrderedDict()
        self._over: OrderedDict[tuple, str] = OrderedDict()
        self._lock = threading.Lock()

    def refusal(self, claims: Mapping[str, Any], now: float, is_use: bool = True) -> str | None:
        """Why a sign-in does not count at second `now`, a sentence; None: it does, and is in use from now on."""
        end = end_of(claims)
        if end is None:
            return INCOMPLETE
        key = _key(claims)
        with self._lock:
            if key in self._over:
                return self._over[key]
            if now >= end or now < float(claims["iat"]) - LEEWAY:
                return ENDED
            if now - self._used.get(key, float(claims["iat"])) > IDLE:
                self._note(self._over, key, LOCKED)
                return LOCKED
            if is_use:
                self._note(self._used, key, now)
        return None

    def is_new(self, claims: Mapping[str, Any]) -> bool:
        """Whether it was never used yet."""
        with self._lock:
            return _key(claims) not in self._used

    def end(self, claims: Mapping[str, Any]) -> None:
        """A sign-out: it counts in no tab any more."""
        with self._lock:
            self._note(self._over, _key(claims), SIGNED_OUT)

    @staticmethod
    def _note(kept: OrderedDict, key: tuple, value: Any) -> None:
        kept[key] = value
        kept.move_to_end(key)
        while len(kept) > MOST:
            kept.popitem(last=False)


def _key(claims: Mapping[str, Any]) -> tuple:
    return claims.get("iss"), claims.get("sub"), claims.get("iat"), claims.get("nonce")
