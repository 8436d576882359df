"""Who relapses, how, and against which competing risks?"""

from analyses.cohort import Cohort
from pages.parts.data.study import load_study
from pages.parts.relapse import afterwards, estimands, incidence
from pages.parts.session.cohort import choose_cohort
from pages.parts.session.head import begin_page
from pages.parts.session.tabs import Tab, tabs

begin_page("Relapse")
cohort = choose_cohort(load_study())


def targets(cohort: Cohort) -> None:
    """What the leukaemia kept and lost."""
    incidence.draw_cd19(cohort)
    incidence.draw_escape(cohort)


def level_and_site(cohort: Cohort) -> None:
    """How it was found, and where."""
    incidence.draw_level(cohort)
    afterwards.draw_sites(cohort)


def outcome(cohort: Cohort) -> None:
    """What follows a relapse, and who had one."""
    afterwards.draw_survival(cohort)
    afterwards.draw_list(cohort)


tabs(
    cohort,
    "relapse_figure",
    (
        Tab("incidence", "Incidence of relapse", incidence.draw),
        Tab("cd19", "CD19 and target escape", targets),
        Tab("level", "Level and site", level_and_site),
        Tab("causes", "Deaths without relapse", incidence.draw_causes),
        Tab("estimands", "Relapse: transplant, three ways", estimands.draw),
        Tab("after", "After a warning sign", incidence.draw_after),
        Tab("outcome", "After relapse, and list", outcome),
    ),
)
