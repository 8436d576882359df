"""MRD status at one visit, and MRD-negative remission in every subgroup."""

from analyses.status.mrd import mrd_by_subgroup
from analyses.status.rates import mrd
from analyses.time_to_event.estimate import ungrouped
from endpoints.mrd import CLASSES, DEFINITION, EVERY_ASSAY, PICK
from endpoints.visits import VISIT
from estimators.proportion import proportion
from figures import pictures
from figures.figure import show
from figures.published import with_published
from pages.parts.mrd.assays import choose_assays
from pages.parts.session.sidebar import Cohort, choose_option

OF_RESPONDERS = {"MRDneg_among_responders": "", "MRDneg_by_day28_among_responders": ""}  # table only: other denominator
HEADLINE = (
    "MRD-negative remission: CR or CRi at the visit and MRD-negative, of all due; indeterminate, failed and "
    "not assessed are never negative."
)


def draw(cohort: Cohort) -> None:
    """Every class, and the two rates."""
    visit, assays = VISIT[choose_option("mrd_visit")], choose_assays()
    found = mrd(cohort, visit, assays)
    rates = pictures.rates(found.rates, found.series)
    rates = with_published(cohort, rates, OF_RESPONDERS, "intervals") if assays == EVERY_ASSAY else rates
    show(
        cohort,
        f"MRD status, {visit.label.lower()}{assays.words}",
        found,
        *pictures.shares(found, CLASSES),
        *rates,
        definition=f"{HEADLINE} {DEFINITION[cohort.rules.mrd_cut]} {PICK}",
        method=proportion,
        code=f"mrd_{visit.code.lower()}",
    )


def draw_subgroups(cohort: Cohort) -> None:
    """Forest plot of MRD-negative remission."""
    visit, assays = VISIT[choose_option("mrd_visit")], choose_assays()
    found = mrd_by_subgroup(cohort, visit, assays)
    show(
        ungrouped(cohort),
        f"MRD-negative remission by subgroup, {visit.label.lower()}{assays.words}",
        found,
        *pictures.forest(found, "MRD-negative remission, of all due"),
        method=proportion,
        definition=f"{HEADLINE} {DEFINITION[cohort.rules.mrd_cut]} {PICK}",
        code=f"mrd_subgroups_{visit.code.lower()}",
    )
