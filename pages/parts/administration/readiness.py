"""Would the dashboard show right numbers now, and of what?"""

import streamlit as st

from analyses.cohort import Cohort
from analyses.version import APP_VERSION
from data_access.schema.tables import SCHEMA_VERSION
from figures.labels import one_line
from pages.parts.data.ready import Readiness

READY = "Ready: right numbers can be shown now."


def draw(cohort: Cohort) -> None:
    """What `/ready` answers, and the versions."""
    reason = Readiness().reason()
    st.text(READY if reason is None else f"Not ready. {reason}")
    st.text(
        f"App {APP_VERSION}, schema {SCHEMA_VERSION}.\nDataset version {one_line(cohort.data.version)}, data cut-off "
        f"{cohort.data.cutoff_date}."
    )
