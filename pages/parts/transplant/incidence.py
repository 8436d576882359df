"""How many are transplanted in remission, when, and what comes first."""

from analyses.cohort import Cohort
from analyses.time_to_event.estimate import estimate_endpoint
from endpoints.catalogue import TTHSCT
from estimators import risk_start
from estimators.aalen_johansen import aalen_johansen
from figures import pictures
from figures.figure import figure_of
from pages.parts.session.options import choose_option
from pages.parts.show import show


def draw(cohort: Cohort) -> None:
    """Cumulative incidence of transplant in remission with what competes."""
    found = estimate_endpoint(cohort, TTHSCT, aalen_johansen, choose_option("survival_months"))
    show(
        figure_of(
            found,
            "Transplant in remission after CAR-T",
            *pictures.incidences(found),
            definition=TTHSCT.definition,
            method=(aalen_johansen, risk_start),
            code="tthsct",
        )
    )
