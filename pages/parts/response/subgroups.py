"""In whom does it work? One rate in every declared subgroup."""

from endpoints.response import BEST
from estimators.proportion import proportion
from pages.parts import estimate, pictures
from pages.parts.estimate.response_groups import RATE
from pages.parts.figure import show
from pages.parts.sidebar import Cohort, choose_option


def draw(study: Cohort) -> None:
    """Forest plot of CR + CRi or CR within 3 months."""
    rate = RATE[choose_option("response_rate")]
    found = estimate.response_by_subgroup(study, rate.code)
    show(
        estimate.ungrouped(study),
        f"{rate.label} within 3 months by subgroup",
        found,
        *pictures.forest(found, f"{rate.label} within 3 months"),
        definition=BEST.over,
        method=proportion,
        code=f"{rate.code}_subgroups",
    )
