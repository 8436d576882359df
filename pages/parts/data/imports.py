"""The imports into the database that is shown, as the import wrote them down; asked once for each version."""

from analyses.cohort import CohortData
from analyses.memory import canonical
from data_access.reading.engine import connect, database_url
from data_access.reading.history import Import, fetch_history
from pages.parts.data.study import cohort_engine, one_sentence


def history_of(data: CohortData) -> tuple[Import, ...]:
    """Every import, the newest first; none of what is open in one session only."""
    if data.scope != "all":
        return ()
    with one_sentence("The history of imports cannot be read at the moment."):
        return data.memory.recall(canonical(**data.identity, derivation="history"), _fetched)


def _fetched() -> tuple[Import, ...]:
    with connect(cohort_engine(database_url())) as connection:
        return fetch_history(connection)


def import_of(data: CohortData) -> Import | None:
    """The import of what is shown; None where nothing was written down."""
    return next((one for one in history_of(data) if one.version == data.version), None)
