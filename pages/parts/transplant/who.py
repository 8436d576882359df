"""Who was transplanted in remission, from whom, how and when."""

from analyses.cohort import Cohort
from analyses.time_to_event.transplant import transplant_details, transplanted_by_subgroup
from endpoints.sources import REMISSION_WORDS
from estimators.proportion import proportion
from figures import rate_pictures
from figures.figure import figure_of
from pages.parts.session.options import choose_option
from pages.parts.show import show

DETAILS = (
    "First allogeneic transplant in remission after CAR-T. Shares are of those transplanted; what was not "
    "recorded is a line of its own. TBI: total body irradiation."
)
SHARE = "Share of those transplanted in remission"
SUBGROUPS = (
    "Patients in first remission without an allogeneic transplant before it; counted when transplanted in "
    "remission by the cut-off. " + REMISSION_WORDS
)


def draw(cohort: Cohort) -> None:
    """Donor, TBI, MRD status and day; then the share per pre-infusion characteristic."""
    found = transplant_details(cohort)
    show(
        figure_of(
            found,
            "Transplants in remission",
            *rate_pictures.rates(found, SHARE),
            definition=DETAILS,
            method=proportion,
            code="transplant_details",
        )
    )
    found = transplanted_by_subgroup(cohort)
    show(
        figure_of(
            found,
            "Transplanted in remission by characteristic",
            *rate_pictures.forest(
                found, "Transplanted in remission, of first remissions", choose_option("forest_rows")
            ),
            subject="Transplanted in remission",
            definition=SUBGROUPS,
            method=proportion,
            code="transplant_who",
        )
    )
