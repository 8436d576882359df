"""Does relapse follow B-cell recovery? Recovery as a time-dependent exposure, and known on two landmark days."""

from analyses.time_to_event.estimate import one_outcome
from analyses.time_to_event.recovery import by_recovery, compared_by_recovery, recovery_landmarks
from endpoints import landmark, recovery
from endpoints.catalogue import CIR
from endpoints.recovery import RELAPSE_BY_RECOVERY
from estimators import cox, simon_makuch
from estimators.aalen_johansen import aalen_johansen
from figures import pictures
from figures.figure import show
from pages.parts.session.sidebar import Cohort, choose_number, choose_option

MOVED = (
    "What is known of their B cells is from before, and what follows is no longer the product's alone. They stay "
    "in the class it gave, or are left out of figures from a landmark by B cells."
)
EXPLAIN = "The day from infusion on which the first curves begin, for those event-free then."


def draw(cohort: Cohort) -> None:
    """Before and after recovery, then both landmarks side by side."""
    months, day = choose_option("survival_months"), choose_number("recovery_start", EXPLAIN)
    found = by_recovery(cohort, day, months)
    show(
        compared_by_recovery(cohort),
        "Relapse",
        found,
        *pictures.curves(one_outcome(found, "Relapse"), "Cumulative incidence of relapse"),
        definition=RELAPSE_BY_RECOVERY.over,
        code="relapse_by_recovery",
        method=(recovery, simon_makuch, aalen_johansen, cox),
    )
    exclude_moved_on = choose_option("bca_moved", explain=MOVED) == "out"
    compared, found = recovery_landmarks(cohort, months, exclude_moved_on)
    show(
        compared,
        "Relapse from months 3 and 6",
        found,
        *pictures.small_curves(found, found.x_title, "Cumulative incidence of relapse"),
        definition=f"{CIR.over} {recovery.LOCKED}",
        method=(landmark, aalen_johansen, cox),
        code="recovery_landmarks",
    )
