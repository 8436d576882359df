"""Where relapses are, what follows them, and the list of them."""

from analyses.cohort import Cohort
from analyses.time_to_event.relapse import relapse_rows, relapse_sites, survival_from_relapse
from endpoints.relapse import OS_RELAPSE
from estimators.kaplan_meier import kaplan_meier
from estimators.proportion import proportion
from figures import pictures, rate_pictures
from figures.figure import figure_of
from figures.rows import rows_figure
from pages.parts.listed import show_patients
from pages.parts.session.options import choose_option
from pages.parts.show import show

SITE = (
    "First relapse after first remission. CNS (central nervous system) involved: with or without other sites; bone "
    "marrow only: nothing else is named."
)
LEGITIMATE = "CD19 status is known at relapse, where the clock starts, and may be compared; what comes later may not."
LIST = (
    "First relapse after first remission of each filtered patient: day from infusion, months from first "
    "remission, and what was done next."
)


def draw_sites(cohort: Cohort) -> None:
    """Sites of the relapses."""
    found = relapse_sites(cohort)
    show(
        figure_of(
            found,
            "Site of relapse",
            *rate_pictures.shares(found),
            definition=SITE,
            method=proportion,
            code="relapse_sites",
        )
    )


def draw_survival(cohort: Cohort) -> None:
    """Overall survival from relapse."""
    found = survival_from_relapse(cohort, choose_option("relapse_by"), choose_option("survival_months"))
    show(
        figure_of(
            found,
            OS_RELAPSE.param,
            *pictures.curves(found, OS_RELAPSE.param),
            method=kaplan_meier,
            definition=f"{OS_RELAPSE.definition} {LEGITIMATE}",
            code="os_from_relapse",
        )
    )


def draw_list(cohort: Cohort) -> None:
    """One row per relapse."""
    rows = relapse_rows(cohort)
    words = {"others": "no relapse after first remission", "order": "the earliest date of relapse first"}
    show_patients(rows_figure(cohort, "Relapses", rows, definition=LIST, code="relapses", **words))
