"""landmark(): an endpoint from a landmark day on, compared by what was known of the patients on that day."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from analyses.cohort import Cohort, left_out_frame, unused
from analyses.counted import from_landmark
from analyses.identifiers import among
from analyses.refusal import only_for
from analyses.result import Curves
from analyses.time_to_event.estimate import estimate_adtte
from endpoints.cohort import Filter, Group
from endpoints.landmark import ends_when_moved_on, months_from, restart_at, without_moved_on
from endpoints.time_to_event import Derived, TimeToEvent, derive_tte

UNCLASSED = "at risk, status on that day not known"


def compared_by_landmark_class(
    cohort: Cohort, label: str, groups: tuple[Group, ...], members: pd.DataFrame, otherwise: str = UNCLASSED
) -> Cohort:
    """The cohort compared by a class that is known at a landmark only, whatever the reader compares.

    label: what it is, lower case inside titles; members: USUBJID and GROUP (code of one of `groups`) of any patients;
    otherwise: why a patient who could be in the figure is in none of the groups.
    """
    inside = members[among(members["USUBJID"], cohort.patients["USUBJID"])].reset_index(drop=True)
    filled = set(inside["GROUP"])
    return replace(
        cohort,
        by=Filter("landmark", label, "GROUP", ""),
        members=inside[["USUBJID", "GROUP"]],
        groups=tuple(group for group in groups if group.code in filled) or groups,
        emptied=(),
        not_by=unused(cohort),
        left_out_levels=left_out_frame({}),
        otherwise=otherwise,
    )


@only_for(lambda *_, **__: ("infused",), lambda endpoint, *_, **__: f"{endpoint.param} from a landmark")
def landmark(
    cohort: Cohort,
    endpoint: TimeToEvent,
    estimator: Callable,
    day: int,
    compared: Cohort,
    months: str = "36",
    min_at_risk: int = 0,
    exclude_moved_on: bool = False,
) -> Curves:
    """`endpoint` of the risk set at `day` (days from infusion), per class of `compared` (see
    `compared_by_landmark_class`); min_at_risk: see `estimate_adtte`; exclude_moved_on: see `risk_set`."""
    at_risk = risk_set(cohort, endpoint, day, exclude_moved_on)
    endpoint = ends_when_moved_on(endpoint) if exclude_moved_on else endpoint
    result = estimate_adtte(
        compared, replace(endpoint, entry=None), at_risk, estimator, months, months_from(day), min_at_risk
    )
    return replace(result, notes=(from_landmark(day), *result.notes)) if result.n else result


def risk_set(cohort: Cohort, endpoint: TimeToEvent, day: int, exclude_moved_on: bool = False) -> Derived:
    """The endpoint of the whole dataset restarted at `day`, remembered under what it requires, too. exclude_moved_on:
    patients transplanted or newly treated by then are left out, and those who are later leave on that day (censored, or
    competing where something does)."""
    if exclude_moved_on:
        kept = without_moved_on(risk_set(cohort, endpoint, day), cohort.whole.course, day)
        rows = risk_set(cohort, ends_when_moved_on(endpoint), day).rows
        return replace(kept, rows=rows[among(rows["USUBJID"], kept.rows["USUBJID"])].reset_index(drop=True))
    required = "".join(f" {need.date}" for need in endpoint.requires)
    return cohort.derived(
        f"{endpoint.paramcd}@{day}{required}",
        lambda whole: restart_at(derive_tte(whole.course, endpoint, whole.rules), whole.course, day),
    )
