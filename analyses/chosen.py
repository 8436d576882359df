"""A cohort that is compared by several chosen ones (saved cohorts) in place of a declared grouping."""

from dataclasses import replace
from typing import Any

from analyses.left_out import left_out_frame
from endpoints.cohort import Chosen, Filter, membership_of_chosen

SAVED = "saved"  # the code of such a comparison


def by_cohorts(cohort: Any, chosen: tuple[Chosen, ...]) -> Any:
    """The Cohort compared by chosen cohorts: a patient can be in several of them, and in none."""
    groups, members = membership_of_chosen(cohort.patients, chosen)
    filled = set(members["GROUP"])
    nowhere = cohort.n - members["USUBJID"].nunique()
    return replace(
        cohort,
        by=Filter(SAVED, "Saved cohort", "GROUP", ""),
        groups=tuple(group for group in groups if group.code in filled) or groups,
        emptied=tuple(group.label for group in groups if filled and group.code not in filled),
        members=members,
        left_out_levels=left_out_frame({"level:none": ("in none of the compared cohorts", nowhere)}),
    )
