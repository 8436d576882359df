"""Does relapse follow B-cell recovery? Recovery as a time-dependent exposure, and known on four landmark days."""

from analyses.cohort import Cohort
from analyses.time_to_event.recovery import by_recovery, recovery_landmarks
from endpoints import landmark, recovery
from endpoints.catalogue import CIR
from endpoints.landmark import MOVED_ON_WORDS, ends_when_moved_on
from endpoints.recovery import RELAPSE_BY_RECOVERY
from endpoints.time_to_event import TimeToEvent
from estimators import cox, simon_makuch
from estimators.aalen_johansen import aalen_johansen
from figures import pictures
from figures.figure import figure_of
from pages.parts.session.options import choose_number, choose_option
from pages.parts.show import show

MOVED = (
    "Their B-cell status predates the transplant or therapy, and later relapse is not due to the product alone. "
    "Exclude them, and end observation at a later transplant or new therapy, or keep them in their class and follow "
    "them through."
)
EXPLAIN = "The day from infusion on which the first curves begin, for those event-free then."


def definition_from(endpoint: TimeToEvent, exclude_moved_on: bool) -> str:
    """What an endpoint is from a landmark by B cells on."""
    if not exclude_moved_on:
        return endpoint.definition
    return f"{ends_when_moved_on(endpoint).definition} {MOVED_ON_WORDS['exclude']}"


def draw(cohort: Cohort) -> None:
    """Before and after recovery, then the four landmarks side by side."""
    months, day = choose_option("survival_months"), choose_number("recovery_start", EXPLAIN)
    found = by_recovery(cohort, day, months)
    show(
        figure_of(
            found,
            "Relapse",
            *pictures.curves(found, "Cumulative incidence of relapse"),
            definition=f"{RELAPSE_BY_RECOVERY.definition} {recovery.MRD_WORDS}",
            code="relapse_by_recovery",
            method=(recovery, simon_makuch, aalen_johansen, cox),
        )
    )
    exclude_moved_on = choose_option("bca_moved", explain=MOVED) == "out"
    found = recovery_landmarks(cohort, months, exclude_moved_on)
    show(
        figure_of(
            found,
            "Relapse from months 3, 6, 9 and 12",
            *pictures.small_curves(found, "Cumulative incidence of relapse"),
            definition=f"{definition_from(CIR, exclude_moved_on)} {recovery.LOCKED}",
            method=(landmark, aalen_johansen, cox),
            code="recovery_landmarks",
        )
    )
