"""What do B cells and MRD together say of relapse? Two by two at month 3."""

from analyses.cohort import Cohort
from analyses.time_to_event.two_by_two import bca_by_mrd
from endpoints import landmark, two_by_two
from endpoints.b_cell_course import LOCKED
from endpoints.catalogue import CIRCD19
from endpoints.mrd import DEFINITION
from estimators.aalen_johansen import aalen_johansen
from figures import pictures
from figures.figure import figure_of
from pages.parts.b_cell_aplasia.recovery import MOVED, definition_from
from pages.parts.session.options import choose_option
from pages.parts.show import show


def draw(cohort: Cohort) -> None:
    """Relapse by CD19 status in four cells."""
    months, exclude_moved_on = choose_option("survival_months"), choose_option("bca_moved", explain=MOVED) == "out"
    found = bca_by_mrd(cohort, months, exclude_moved_on)
    endpoint, mrd = definition_from(CIRCD19, exclude_moved_on), DEFINITION[cohort.rules.mrd_cut]
    show(
        figure_of(
            found,
            f"Relapse from day {two_by_two.LANDMARK_DAY}",
            *pictures.small_curves_by_group(found, "Cumulative incidence of relapse"),
            definition=f"{endpoint} {LOCKED} {mrd} {two_by_two.PUBLISHED}",
            method=(two_by_two, aalen_johansen, landmark),
            code="bca_by_mrd",
        )
    )
