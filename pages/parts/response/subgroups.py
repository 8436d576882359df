"""In whom does it work? One rate in every declared subgroup."""

from analyses.cohort import Cohort
from analyses.status.response import RATE, response_by_subgroup
from endpoints.response import BEST
from estimators.proportion import proportion
from figures import rate_pictures
from figures.figure import figure_of
from pages.parts.session.options import choose_option
from pages.parts.show import show


def draw(cohort: Cohort) -> None:
    """Forest plot of CR + CRi or CR within 3 months."""
    rate = RATE[choose_option("response_rate")]
    found = response_by_subgroup(cohort, rate.code)
    show(
        figure_of(
            found,
            f"{rate.label} within 3 months by subgroup",
            *rate_pictures.forest(found, f"{rate.label} within 3 months", choose_option("forest_rows")),
            subject=f"{rate.label} within 3 months",
            definition=BEST.definition,
            method=proportion,
            code=f"{rate.code}_subgroups",
        )
    )
