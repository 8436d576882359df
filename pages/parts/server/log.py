"""The server's log: one JSON object per line, without identifiers, and one traceback per incident, then counts."""

import datetime
import json
import logging
import re
import sys
import threading
import traceback
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import streamlit.logger as streamlit_logger

from data_access.bundle.problems import DatabaseProblem

ROOT = Path(__file__).parents[3]
LOG = logging.getLogger("dashboard")
COUNT_SECONDS = 60  # between two lines of one incident that goes on
QUIET_SECONDS = 30  # without a failure: what fails again is another incident
DATABASE = "database"  # whatever keeps the database from being read is one outage
_WITH_DIGIT = re.compile(r"\S*\d\S*")
_HIDDEN = "[hidden]"
LONGEST = 2_000  # letters of one message


class JsonLines(logging.Formatter):
    """time (UTC), level, logger, message, error (the id on the screen), count, traceback: what there is of them."""

    def format(self, record: logging.LogRecord) -> str:
        ours = record.name == LOG.name
        line: dict[str, Any] = {
            "time": datetime.datetime.fromtimestamp(record.created, datetime.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage() if ours else without_identifiers(record.getMessage()),
        }
        line |= {name: vars(record)[name] for name in ("error", "count") if name in vars(record)}
        if record.exc_info and record.exc_info[1]:
            line["traceback"] = frames_of(record.exc_info[1])
        return json.dumps(line, ensure_ascii=True)


def without_identifiers(text: str) -> str:
    """Words with a digit in them (pseudonyms, dates, counts, addresses, session ids) are hidden."""
    return _WITH_DIGIT.sub(_HIDDEN, text[:LONGEST])


def frames_of(error: BaseException) -> list[str]:
    """Where an exception and its causes were raised, and their types; what they say only without identifiers."""
    found: list[str] = []
    for one in _chain(error):
        found += [
            f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(one.__traceback__)
        ]
        found.append(f"{type(one).__name__}: {without_identifiers(str(one))}")
    return found


def _chain(error: BaseException) -> list[BaseException]:
    """The first cause first, as a traceback has it."""
    chain: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in chain:
        chain.append(following)
        following = following.__cause__ or (None if following.__suppress_context__ else following.__context__)
    return chain[::-1]


def _short(file: str) -> str:
    """A file of the app or of a package, without where it is installed."""
    return re.sub(r".*/site-packages/|.*/lib/python[0-9.]+/", "", file.removeprefix(f"{ROOT}/"))


def write_log_as_json() -> None:
    """Every logger of the process, those that Streamlit makes later among them, writes JSON lines on stderr. One that
    was silenced stays silent: the access log would hold what was asked for."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    logging.captureWarnings(True)
    streamlit_logger.setup_formatter = _with_root_only
    for name in ("streamlit", *logging.root.manager.loggerDict):
        _with_root_only(logging.getLogger(name))


def _with_root_only(logger: logging.Logger) -> None:
    if logger.handlers or logger.propagate:
        logger.handlers.clear()
        logger.propagate = True


@dataclass
class Incident:
    """Something that goes on failing: `count` failures since the last line about it."""

    error_id: str
    last: float
    said_at: float
    said: str
    count: int = 0
    total: int = 1


class Incidents:
    """The failures of this process by their cause. The same one again is counted, not told again."""

    def __init__(self, clock: Callable[[], float] = monotonic):
        self._clock, self._lock, self._open = clock, threading.Lock(), dict[str, Incident]()

    def report(self, what: str, error: BaseException) -> str:
        """Log an exception, or count it; the error id, which is that of the whole incident."""
        said = error.sentence if isinstance(error, DatabaseProblem) else what
        with self._lock:
            return self._report(_cause(error), said, error)

    def _report(self, cause: str, said: str, error: BaseException) -> str:
        now = self._clock()
        incident = self._open.get(cause)
        if incident is None or now - incident.last > QUIET_SECONDS:
            self._end(cause)
            incident = self._open[cause] = Incident(uuid.uuid4().hex[:8], now, now, said)
            LOG.error(said, exc_info=error, extra={"error": incident.error_id})
            return incident.error_id
        incident.last, incident.count, incident.total = now, incident.count + 1, incident.total + 1
        if said != incident.said or now - incident.said_at >= COUNT_SECONDS:
            _tell(incident, f"Again: {said}", now)
            incident.said = said
        return incident.error_id

    def is_well(self) -> None:
        """The database could be read: an outage that has been quiet is over."""
        if DATABASE in self._open:
            with self._lock:
                incident = self._open.get(DATABASE)
                if incident is not None and self._clock() - incident.last > QUIET_SECONDS:
                    self._end(DATABASE)

    def _end(self, cause: str) -> None:
        if incident := self._open.pop(cause, None):
            LOG.warning("Over.", extra={"error": incident.error_id, "count": incident.total})


def _tell(incident: Incident, words: str, now: float) -> None:
    LOG.error(words, extra={"error": incident.error_id, "count": incident.count})
    incident.said_at, incident.count = now, 0


def _cause(error: BaseException) -> str:
    """All that keeps the database from being read is one cause; of anything else its type and its place."""
    if isinstance(error, DatabaseProblem):
        return DATABASE
    frames = traceback.extract_tb(error.__traceback__)
    return (
        f"{type(error).__qualname__} {frames[-1].filename}:{frames[-1].lineno}" if frames else type(error).__qualname__
    )


INCIDENTS = Incidents()


def report_error(what: str) -> str:
    """Log the exception being handled; the error id, which is all that a user gets to see."""
    return INCIDENTS.report(what, sys.exception() or RuntimeError(what))


class Refusals:
    """What the guard refused, by reason: the first of a reason is told, then a count per minute. Nobody can fill the
    log from outside."""

    def __init__(self, clock: Callable[[], float] = monotonic):
        self._clock, self._told, self._count = clock, dict[str, float](), dict[str, int]()

    def note(self, reason: str) -> None:
        """One more for that reason. On the server's event loop only."""
        now = self._clock()
        self._count[reason] = self._count.get(reason, 0) + 1
        if now - self._told.get(reason, -COUNT_SECONDS) >= COUNT_SECONDS:
            LOG.warning("Refused: %s.", reason, extra={"count": self._count.pop(reason)})
            self._told[reason] = now


refused = Refusals().note
