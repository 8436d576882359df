"""Where endpoints meet estimators: the only place under pages that groups, merges and computes on frames."""

from pages.parts.estimate.after_transplant import after_transplant, dynamic_landmark
from pages.parts.estimate.b_cells import (
    b_cell_samples,
    b_cell_status,
    b_cell_visits,
    bca_rules,
    immunoglobulin,
    never_aplastic,
    persistence,
    recovery_landmark,
)
from pages.parts.estimate.baseline import baseline, board
from pages.parts.estimate.by_group import by_group, compared_by, one_outcome, ungrouped
from pages.parts.estimate.estimands import estimands
from pages.parts.estimate.landmark import classed, landmark
from pages.parts.estimate.mrd_groups import mrd_by_subgroup, mrd_landmark, mrd_levels, mrd_reemergence
from pages.parts.estimate.overview import flow, follow_up, headline, infusions
from pages.parts.estimate.rates import mrd, response
from pages.parts.estimate.recovery import by_recovery, compared_by_recovery, recovery_landmarks
from pages.parts.estimate.relapse import (
    after_sign,
    cd19_by_specificity,
    events_of,
    relapse_rows,
    relapse_sites,
    relapse_split,
    stacked,
    survival_from_relapse,
)
from pages.parts.estimate.response_groups import response_by, response_by_subgroup, transitions
from pages.parts.estimate.result import Estimates, patients_of, patients_with_course, published_rows
from pages.parts.estimate.states import states
from pages.parts.estimate.subgroups import month_by_subgroup, rate_by_subgroup
from pages.parts.estimate.survival import abbreviations, all_endpoints, as_failure, in_days, survival
from pages.parts.estimate.time_dependent import by_transplant, compared_by_transplant
from pages.parts.estimate.toxicity import toxicity_days, toxicity_grades, toxicity_treatment
from pages.parts.estimate.transgene import persistence_levels
from pages.parts.estimate.transplant import (
    by_prior_transplant,
    salvage_rows,
    transplant_details,
    transplant_landmark,
    transplanted_by_subgroup,
)
from pages.parts.estimate.two_by_two import bca_by_mrd

__all__ = [
    "Estimates",
    "abbreviations",
    "after_sign",
    "after_transplant",
    "all_endpoints",
    "as_failure",
    "b_cell_samples",
    "b_cell_status",
    "b_cell_visits",
    "baseline",
    "bca_by_mrd",
    "bca_rules",
    "board",
    "by_group",
    "by_prior_transplant",
    "by_recovery",
    "by_transplant",
    "cd19_by_specificity",
    "classed",
    "compared_by",
    "compared_by_recovery",
    "compared_by_transplant",
    "dynamic_landmark",
    "estimands",
    "events_of",
    "flow",
    "follow_up",
    "headline",
    "immunoglobulin",
    "in_days",
    "infusions",
    "landmark",
    "month_by_subgroup",
    "mrd",
    "mrd_by_subgroup",
    "mrd_landmark",
    "mrd_levels",
    "mrd_reemergence",
    "never_aplastic",
    "one_outcome",
    "patients_of",
    "patients_with_course",
    "persistence",
    "persistence_levels",
    "published_rows",
    "rate_by_subgroup",
    "recovery_landmark",
    "recovery_landmarks",
    "relapse_rows",
    "relapse_sites",
    "relapse_split",
    "response",
    "response_by",
    "response_by_subgroup",
    "salvage_rows",
    "stacked",
    "states",
    "survival",
    "survival_from_relapse",
    "toxicity_days",
    "toxicity_grades",
    "toxicity_treatment",
    "transitions",
    "transplant_details",
    "transplant_landmark",
    "transplanted_by_subgroup",
    "ungrouped",
]
