"""Try your own file: every problem in a table, and if there is none that stops it, a look at it in this session."""

import streamlit as st

from analyses.cohort import Cohort
from data_access.bundle.report import book_lines, problems_frame
from data_access.reading.loaded import rows_of_tables
from data_access.try_file import Tried
from pages.parts.server.uploads import may_try_own
from pages.parts.session.own_file import choose_own_file, draw_verdict, offer_to_close
from pages.parts.tables import draw_list

ROWS = 20
REFUSED = (
    "On this server no file can be handed over. `python -m data_access.load FOLDER --check` checks it on your machine."
)
WHAT = (
    "Hand over a file to see everything that is wrong with it, with file, row and what to do. It is checked in memory, "
    "written to no disk, and gone with this session. Loading for everybody is done by the command (README)."
)


def draw(cohort: Cohort) -> None:
    """The widgets, and what was found."""
    if not may_try_own():
        st.text(REFUSED)
        return
    st.text(WHAT)
    if offer_to_close(cohort.data.scope):
        return
    tried = choose_own_file()
    if tried is not None:
        _draw_found(tried)


def _draw_found(tried: Tried) -> None:
    draw_verdict(tried)
    if books := "\n".join(book_lines(tried.problems)):
        st.text(books)
    if tried.is_right:
        draw_list(rows_of_tables(tried.tables), "Rows per table", ROWS)
    if tried.problems.total:
        draw_list(problems_frame(tried.problems), "Problems of the file", ROWS)
