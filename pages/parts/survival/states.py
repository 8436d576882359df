"""Where are the patients, month by month? State occupancy."""

from endpoints.states import DEFINITION
from estimators.occupancy import occupancy
from pages.parts import estimate, pictures
from pages.parts.figure import show
from pages.parts.sidebar import Cohort, choose_option


def draw(study: Cohort) -> None:
    """Stacked states, one picture per compared group."""
    months = choose_option("survival_months")
    found = estimate.states(study, 36.0 if months == "all" else float(months))
    show(study, "Where patients are", found, *pictures.states(found), definition=DEFINITION, method=occupancy,
         code="states")
