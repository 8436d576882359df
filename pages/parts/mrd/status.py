"""MRD status at one visit, and MRD-negative remission in every subgroup."""

from analyses.cohort import Cohort
from analyses.status.mrd import mrd, mrd_by_subgroup
from endpoints.mrd import DEFINITION, EVERY_ASSAY, PICK
from endpoints.visits import VISIT
from estimators.proportion import proportion
from figures import rate_pictures
from figures.figure import figure_of
from pages.parts.mrd.assays import choose_assays
from pages.parts.published import beside_published
from pages.parts.session.options import choose_option
from pages.parts.show import show

OF_RESPONDERS = {"MRDneg_among_responders": "", "MRDneg_by_day28_among_responders": ""}  # table only: other denominator
HEADLINE = (
    "MRD-negative remission: CR or CRi at the visit and MRD-negative, of all due; indeterminate, failed and "
    "not assessed are never negative."
)


def draw(cohort: Cohort) -> None:
    """Every class, and the two rates."""
    visit, assays = VISIT[choose_option("mrd_visit")], choose_assays()
    found = mrd(cohort, visit, assays)
    rates = rate_pictures.rates(found)
    rates = beside_published(found, rates, OF_RESPONDERS, "intervals") if assays == EVERY_ASSAY else rates
    show(
        figure_of(
            found,
            f"MRD status, {visit.label.lower()}{assays.words}",
            *rate_pictures.shares(found),
            *rates,
            definition=f"{HEADLINE} {DEFINITION[cohort.rules.mrd_cut]} {PICK}",
            method=proportion,
            code=f"mrd_{visit.code.lower()}",
        )
    )


def draw_subgroups(cohort: Cohort) -> None:
    """Forest plot of MRD-negative remission."""
    visit, assays = VISIT[choose_option("mrd_visit")], choose_assays()
    found = mrd_by_subgroup(cohort, visit, assays)
    show(
        figure_of(
            found,
            f"MRD-negative remission by subgroup, {visit.label.lower()}{assays.words}",
            *rate_pictures.forest(found, "MRD-negative remission, of all due", choose_option("forest_rows")),
            method=proportion,
            subject=f"MRD-negative remission, {visit.label.lower()}",
            definition=f"{HEADLINE} {DEFINITION[cohort.rules.mrd_cut]} {PICK}",
            code=f"mrd_subgroups_{visit.code.lower()}",
        )
    )
