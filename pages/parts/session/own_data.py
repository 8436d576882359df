"""What a visitor handed over to look at: data of this session only, in its memory, gone with it."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from analyses.cohort import CohortData
from analyses.memory import Memory
from data_access.try_file import Tried
from pages.parts.session.state import SEEN, session_memory

OWN, SESSION_ONLY, SCOPE = "own data", "this session only", "session"
MEMORY_BYTES = 100_000_000


def own_data() -> CohortData | None:
    """The data that this session looks at in place of the database's; None: the database's."""
    data = session_memory(OWN).get("data")
    if data is None:
        return None
    return replace(data, tables={name: table.copy(deep=False) for name, table in data.tables.items()})


def open_own(tried: Tried) -> None:
    """From now on this session, and no other, looks at these data. Every screen and file says so by their version."""
    facts = tried.facts
    if facts is None:
        raise ValueError("Only data without an error can be opened, got: data with errors")
    session_memory(OWN)["data"] = CohortData(
        title=f"{facts.title} ({SESSION_ONLY})",
        data_cutoff=pd.Timestamp(facts.data_cutoff),
        version=f"{SESSION_ONLY}, {tried.content_sha256[:12]}",
        source=facts.source,
        synthetic=facts.synthetic,
        scope=SCOPE,
        tables=tried.tables,
        memory=Memory(MEMORY_BYTES),
    )
    st.session_state.pop(SEEN, None)  # it is no news that the data are others


def close_own() -> None:
    """Back to the database's data; nothing of the others is kept."""
    session_memory(OWN).clear()
    st.session_state.pop(SEEN, None)
