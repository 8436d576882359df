"""Where are the patients, month by month? State occupancy."""

from analyses.cohort import Cohort
from analyses.course.states import states
from endpoints.states import DEFINITION
from estimators import expected_time, occupancy
from figures import pictures
from figures.figure import figure_of
from pages.parts.session.options import choose_option
from pages.parts.show import show


def draw(cohort: Cohort) -> None:
    """Stacked states, the compared groups side by side, and the expected months in each."""
    months, horizon = choose_option("survival_months"), int(choose_option("states_horizon"))
    found = states(cohort, 36.0 if months == "all" else float(months), horizon)
    show(
        figure_of(
            found,
            "Where patients are",
            *pictures.states(found, horizon),
            definition=DEFINITION,
            method=(occupancy, expected_time),
            code="states",
        )
    )
