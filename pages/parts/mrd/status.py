"""MRD status at one visit, and MRD-negative remission in every subgroup."""

from endpoints.mrd import CLASSES, DEFINITION, PICK
from endpoints.visits import VISIT
from estimators.proportion import proportion
from pages.parts import estimate, pictures
from pages.parts.figure import show
from pages.parts.published import beside
from pages.parts.sidebar import Cohort, choose_option

OF_RESPONDERS = {"MRDneg_among_responders": "", "MRDneg_by_day28_among_responders": ""}  # table only: other denominator
HEADLINE = ("MRD-negative remission: CR or CRi at the visit and MRD-negative, of all due; indeterminate, failed and "
            "not "
            "assessed are never negative.")


def draw(study: Cohort) -> None:
    """Every class, and the two rates."""
    visit = VISIT[choose_option("mrd_visit")]
    found = estimate.mrd(study, visit)
    show(study, f"MRD status, {visit.label}", found, *pictures.shares(found, CLASSES),
         *beside(study, pictures.rates(found.rates, found.series), OF_RESPONDERS, "intervals"),
         definition=f"{DEFINITION[study.rules.mrd_cut]} {PICK}",
         method=proportion, code=f"mrd_{visit.code.lower()}")


def draw_subgroups(study: Cohort) -> None:
    """Forest plot of MRD-negative remission."""
    visit = VISIT[choose_option("mrd_visit")]
    found = estimate.mrd_by_subgroup(study, visit)
    show(estimate.ungrouped(study), f"MRD-negative remission by subgroup, {visit.label}", found,
         *pictures.forest(found, "MRD-negative remission, of all due"), method=proportion,
         definition=f"{HEADLINE} {DEFINITION[study.rules.mrd_cut]} {PICK}", code=f"mrd_subgroups_{visit.code.lower()}")
