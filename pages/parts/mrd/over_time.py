"""Who turns positive again, and what does MRD at a landmark say of the time after it?"""

from analyses.cohort import Cohort
from analyses.status.mrd import AGAIN, OUTCOMES, mrd_landmark, mrd_reemergence
from endpoints import landmark as rule
from endpoints.mrd import DEFINITION
from endpoints.mrd_course import LANDMARK_WORDS, LATEST_WORDS
from endpoints.visits import VISIT
from estimators.aalen_johansen import aalen_johansen
from estimators.kaplan_meier import kaplan_meier
from figures import pictures
from figures.figure import figure_of
from pages.parts.mrd.assays import choose_assays
from pages.parts.session.options import choose_number, choose_option
from pages.parts.show import show

EXPLAIN = (
    "Patients in remission, without event and observed beyond this day are compared from it on. The last day "
    "of the visit's window (day 28: 45, month 3: 120) takes the assay of that visit, another day the latest result by "
    "it."
)


def draw_reemergence(cohort: Cohort) -> None:
    """Incidence of MRD positive again."""
    level, assays = choose_option("mrd_again"), choose_assays()
    endpoint, found = AGAIN[level], mrd_reemergence(cohort, level, choose_option("survival_months"), assays)
    show(
        figure_of(
            found,
            f"{endpoint.param}{assays.words}",
            *pictures.incidences(found),
            method=aalen_johansen,
            code=f"mrd_reemergence_{level}",
            definition=f"{endpoint.definition} {DEFINITION[cohort.rules.mrd_cut]}",
        )
    )


def draw_landmark(cohort: Cohort) -> None:
    """EFS or RFS by MRD at day 28 or month 3."""
    visit, outcome = VISIT[choose_option("mrd_landmark_visit")], choose_option("mrd_outcome")
    day, assays = choose_number("mrd_landmark", EXPLAIN), choose_assays()
    endpoint = OUTCOMES[outcome]
    found = mrd_landmark(cohort, outcome, visit, day, choose_option("survival_months"), assays)
    words = LATEST_WORDS if day else LANDMARK_WORDS.format(first=visit.first, last=visit.last)
    show(
        figure_of(
            found,
            f"{endpoint.param} from day {day or visit.last}{assays.words}",
            *pictures.curves(found, endpoint.param),
            definition=f"{endpoint.definition} {words} {DEFINITION[cohort.rules.mrd_cut]}",
            method=(kaplan_meier, rule),
            code=f"{outcome}_mrd_landmark",
        )
    )
