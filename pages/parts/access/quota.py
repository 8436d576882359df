"""How many files somebody may take within an hour, so that nobody empties the cohort file by file unseen."""

import threading
from collections import defaultdict, deque

from data_access.audit import NotAudited

HOUR = 3600  # seconds


class TooManyFiles(NotAudited):
    """The file does not go out; the refusal is in the audit log."""


class Quota:
    """Of one process; `take` tells whether one more is within it, and counts it if so."""

    def __init__(self) -> None:
        self._taken: defaultdict[str, deque[float]] = defaultdict(deque)
        self._lock = threading.Lock()

    def take(self, name: str, most: int, now: float) -> bool:
        """name: of whoever takes a file; most: files within an hour; now: seconds of a clock that only goes on."""
        with self._lock:
            taken = self._taken[name]
            while taken and taken[0] <= now - HOUR:
                taken.popleft()
            if len(taken) >= most:
                return False
            taken.append(now)
            return True
