"""A session never forgets the callbacks of the pages it was on: what they hold stays as long as the session.

At 100,000 patients a session that opened every page held thirteen cohorts of 25 MB, one per page, in "Save view" alone.
"""

from functools import partial
from types import FunctionType

import pandas as pd
import pytest
from streamlit.runtime.state.session_state import SessionState

from analyses.cohort import Cohort, CohortData
from analyses.result import Result
from figures.figure import Figure
from tests.pages.twelve import PAGES, open_page

HEAVY = (Cohort, CohortData, Result, Figure, pd.DataFrame, pd.Series)
pytestmark = pytest.mark.usefixtures("twelve")


def parts_of(value) -> list:
    """What a value holds: arguments of a partial, the variables that a function closes over, items."""
    if isinstance(value, partial):
        return [value.func, *value.args, *value.keywords.values()]
    if isinstance(value, FunctionType):
        return [cell.cell_contents for cell in value.__closure__ or ()]
    if isinstance(value, dict):
        return list(value.values())
    return list(value) if isinstance(value, (list, tuple)) else []


def heavy_in(value) -> set[str]:
    found = {type(value).__name__} if isinstance(value, HEAVY) else set()
    return found.union(*map(heavy_in, parts_of(value)))


@pytest.mark.parametrize("page", PAGES)
def test_no_callback_of_a_page_holds_a_cohort_a_figure_or_a_frame(page, monkeypatch):
    known = []
    note = SessionState._set_widget_metadata
    monkeypatch.setattr(SessionState, "_set_widget_metadata", lambda self, one: (known.append(one), note(self, one))[1])
    assert not open_page(page).exception
    assert known
    held = {one.id: heavy_in([one.callback, one.callback_args, one.callback_kwargs]) for one in known}
    assert {name: kinds for name, kinds in held.items() if kinds} == {}
