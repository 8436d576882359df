"""In whom does it work? One rate in every declared subgroup."""

from analyses.status.response import RATE, response_by_subgroup
from analyses.time_to_event.estimate import ungrouped
from endpoints.response import BEST
from estimators.proportion import proportion
from figures import pictures
from figures.figure import show
from pages.parts.session.sidebar import Cohort, choose_option


def draw(cohort: Cohort) -> None:
    """Forest plot of CR + CRi or CR within 3 months."""
    rate = RATE[choose_option("response_rate")]
    found = response_by_subgroup(cohort, rate.code)
    show(
        ungrouped(cohort),
        f"{rate.label} within 3 months by subgroup",
        found,
        *pictures.forest(found, f"{rate.label} within 3 months"),
        definition=BEST.over,
        method=proportion,
        code=f"{rate.code}_subgroups",
    )
