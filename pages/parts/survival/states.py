"""Where are the patients, month by month? State occupancy."""

from analyses.course.states import states
from endpoints.states import DEFINITION
from estimators import expected_time, occupancy
from figures import pictures
from figures.figure import show
from pages.parts.session.sidebar import Cohort, choose_option


def draw(cohort: Cohort) -> None:
    """Stacked states, the compared groups side by side, and the expected months in each."""
    months, horizon = choose_option("survival_months"), int(choose_option("states_horizon"))
    found = states(cohort, 36.0 if months == "all" else float(months), horizon)
    show(
        cohort,
        "Where patients are",
        found,
        *pictures.states(found, horizon),
        definition=DEFINITION,
        method=(occupancy, expected_time),
        code="states",
    )
