"""The audit log: who did what, when, and whether its chain is whole."""

from functools import partial

import streamlit as st

from analyses.cohort import Cohort
from analyses.counts import count_words
from data_access.audit import folder, verify
from data_access.reading.acts import MOST, acts
from figures.export import csv_bytes
from figures.labels import one_line
from pages.parts.access.trace import audited_export, viewer_of_run
from pages.parts.download import draw_plain_file
from pages.parts.session.paging import choose_page
from pages.parts.tables import draw_list

ROWS = 18
TITLE, FILE = "Audit log", "audit-log.csv"
NOT_READABLE = "The audit log cannot be read at the moment."
EMPTY = "The audit log is empty."


def draw(_cohort: Cohort) -> None:
    """Every line, the newest first, searched and paged. How many patients somebody saw is told as exactly as the reader
    may see numbers: the filters stand beside it."""
    try:
        found = acts(folder(), partial(count_words, smallest=viewer_of_run().smallest))
    except (OSError, RuntimeError):
        st.text(NOT_READABLE)
        return
    if found.empty:
        st.text(EMPTY)
        return
    newest = f"The newest {MOST:,} lines; `--export` gives all." if len(found) == MOST else f"{len(found):,} lines."
    st.text(f"{newest} Patients and cohorts are named by a hash.")
    draw_list(choose_page(found, "audit", None), TITLE, ROWS)
    if viewer_of_run().may_take_files:
        file = audited_export(FILE, partial(csv_bytes, found, [TITLE]))
        draw_plain_file(f"{TITLE} (CSV)", file, FILE, "text/csv")


def draw_chain(_cohort: Cohort) -> None:
    """The chain of hashes, checked on request: a log of years takes a while."""
    if not st.button("Check the chain now", key="audit:chain"):
        return
    try:
        wrong, last = verify(folder())
    except (OSError, RuntimeError):
        st.text(NOT_READABLE)
        return
    if last is None:
        st.text(EMPTY)
        return
    st.text("The chain is whole." if not wrong else "The chain is broken: a line was changed, taken out or cut off.")
    for sentence in wrong[:ROWS]:
        st.text(one_line(sentence, 300))
    st.text(f"{last['seq']:,} lines, the last of {last['at']}. Note its hash down elsewhere:\n{last['hash']}")
