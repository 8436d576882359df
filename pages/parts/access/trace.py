"""What is seen and taken leaves a line in the audit log, before it is seen or taken."""

import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from analyses.cohort import Cohort
from data_access.audit import REFUSED, NotAudited, patient_hash, record
from figures.figure import Figure
from figures.workbook import TooLarge
from pages.parts.access.identity import Viewer
from pages.parts.access.quota import Quota, TooManyFiles
from pages.parts.access.viewer import LOCAL_VIEWER, note
from pages.parts.server.exposure import settings
from pages.parts.session.state import session_memory

MB = 1_000_000
LARGEST = 200 * MB
QUOTA = Quota()  # of the process
SEEN_WITH_RIGHTS = ("report", "report_shown", "report_made", "saved_cohorts", "chosen", "picks", "pressed", "tile")
CHANGED = "Your sign-in or your rights are not those of this page any more. Load the page again."
UNSEEN = "This page could not be written into the audit log. Nothing can be downloaded until the log can be written."


def keep_viewer(who: Viewer, page: str) -> None:
    """For what is drawn later in this run. What the session remembers of figures and files was seen with the rights of
    then: with other ones it is gone."""
    memory = session_memory("viewer")
    if memory.get("who", who) != who:
        for name in SEEN_WITH_RIGHTS:
            session_memory(name).clear()
    memory.update(who=who, page=page)


def page_of_run(asker: Path) -> str:
    """The code of the page that asks for data; of a figure drawn anew by itself, that of its page."""
    return asker.stem if asker.parent.name == "pages" else session_memory("viewer").get("page", "")


def viewer_of_run() -> Viewer:
    """Who looks, as `load_study` found; a run that asked for no data has the local viewer's, and no data."""
    return session_memory("viewer").get("who", LOCAL_VIEWER)


def note_page(cohort: Cohort) -> None:
    """One line per page and cohort. Somebody who is signed in sees nothing without it; the local viewer, whose
    machine it is, is told."""
    page = session_memory("viewer").get("page", "")
    filters = {code: list(value) for code, value in cohort.filters.items()}
    facts = dict(page=page, cohort=key_of(cohort), n=cohort.n, filters=filters, by=cohort.by.code if cohort.by else "")
    _seen("page", facts)


def note_patient(cohort: Cohort, usubjid: str) -> None:
    """One line per patient who is opened."""
    _seen("patient", dict(patient=patient_hash(usubjid), version=cohort.data.version))


def _seen(action: str, facts: dict[str, Any]) -> None:
    who = viewer_of_run()
    if who is not LOCAL_VIEWER:
        note(action, who.name, **facts)
        return
    said = session_memory("audited")
    if said.get(action) != facts:
        try:
            record(action, who.name, **facts)
            said[action] = facts
        except NotAudited:
            st.warning(UNSEEN)


def key_of(cohort: Cohort) -> str:
    """The cohort in a line of the log: a hash of the request."""
    return hashlib.sha256(cohort.key.encode()).hexdigest()[:16]


def audited_file(figure: Figure, name: str, build: Callable[[], bytes]) -> Callable[[], bytes]:
    """`build`, which gives its bytes only once the log has their line. Raises NotAudited: no file goes out."""
    who = viewer_of_run()

    still = _still()

    def audited() -> bytes:
        _may_leave(who, still, figure=figure.code, file=name)
        content = build()
        if len(content) > LARGEST:
            raise TooLarge(f"A file must have at most {LARGEST // MB} MB, got: {len(content) // MB} MB. Set a filter.")
        digest, cohort = hashlib.sha256(content).hexdigest(), key_of(figure.cohort)
        record("file", who.name, figure=figure.code, file=name, n=figure.n, cohort=cohort, sha256=digest)
        return content

    return audited


def audited_export(name: str, build: Callable[[], bytes]) -> Callable[[], bytes]:
    """The same for a file that is of no figure: the log itself, a report, saved cohorts."""
    who, still = viewer_of_run(), _still()

    def audited() -> bytes:
        _may_leave(who, still, file=name)
        content = build()
        record("export", who.name, file=name, sha256=hashlib.sha256(content).hexdigest())
        return content

    return audited


def _still() -> Callable[[], bool]:
    """Whether the viewer of this run is who they were, whenever it is asked; always of the local one."""
    return session_memory("viewer").get("still", lambda: True)


def _may_leave(who: Viewer, still: Callable[[], bool], **facts: Any) -> None:
    """Raises NotAudited: the sign-in is over, the rights are others, or there were too many files. Nothing is counted
    for the local viewer, whose machine it is."""
    if not still():
        record("file", who.name, REFUSED, why="rights changed", **facts)
        raise NotAudited(CHANGED)
    most = settings().files_per_hour
    if who is LOCAL_VIEWER or QUOTA.take(who.name, most, time.monotonic()):
        return
    record("file", who.name, REFUSED, why="too many files", **facts)
    raise TooManyFiles(f"You have taken {most} files within an hour, as many as this dashboard gives. Come back later.")


def note_report(files: dict[str, bytes], figures: list[str]) -> None:
    """The files of a report, by name, in one line. Raises NotAudited: none goes out."""
    _may_leave(viewer_of_run(), _still(), figures=figures)
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    record("report", viewer_of_run().name, figures=figures, sha256=digests)
