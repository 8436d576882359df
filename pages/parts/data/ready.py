"""`/ready`: 200 when the dashboard could show right numbers now, 503 with the reason when not.

For whatever watches the server, below a base path as well; it asks what the pages ask. No path, address or value is in
the reason, as on the screen. The server takes it from dashboard.py; a check is made for many askers at once, and nobody
waits longer than ANSWER_SECONDS for it.
"""

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor

from starlette.requests import Request
from starlette.responses import JSONResponse

from analyses.version import APP_VERSION
from data_access.bundle.problems import DatabaseProblem
from data_access.reading.engine import database_url
from data_access.reading.readiness import State, check
from pages.parts.data.study import cohort_engine
from pages.parts.server.log import INCIDENTS, report_error
from pages.parts.server.paths import routes_of

ANSWER_SECONDS = 9
NOT_YET = "The check of the cohort database timed out; try again."
BROKEN = "The cohort database cannot be read at the moment."


class Readiness:
    """One check at a time, in a thread of its own; what it found good is not read again until it has changed."""

    def __init__(self):
        self._thread = ThreadPoolExecutor(1, "ready")
        self._running: Future | None = None
        self._good: State | None = None

    async def answer(self, _request: Request) -> JSONResponse:
        """The answer of the route."""
        if self._running is None or self._running.done():
            self._running = self._thread.submit(self.reason)
        try:
            reason = await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(self._running)), ANSWER_SECONDS)
        except TimeoutError:
            reason = NOT_YET
        content = {"ready": reason is None} | ({} if reason is None else {"reason": reason})
        return JSONResponse(content, 200 if reason is None else 503, {"Cache-Control": "no-store"})

    def reason(self) -> str | None:
        """Why no right number can be shown now; None: it can. What broke is in the log under the id of the reason."""
        try:
            self._good = check(cohort_engine(database_url()), self._good, APP_VERSION)
        except Exception as problem:
            said = problem.sentence if isinstance(problem, DatabaseProblem) else BROKEN
            return f"{said} Error {report_error(BROKEN)}."
        INCIDENTS.is_well()
        return None


READY = routes_of(Readiness().answer, "/ready", "/ready/")
