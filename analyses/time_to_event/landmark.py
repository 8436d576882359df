"""landmark(): an endpoint from a landmark day on, compared by what was known of the patients on that day."""

from dataclasses import replace

import pandas as pd

from analyses.result import Estimates, among, kept, refused
from analyses.time_to_event.estimate import of_rows, unused
from endpoints.cohort import Filter, Group
from endpoints.landmark import months_from, restart_at, without_moved_on
from endpoints.time_to_event import Derived, TimeToEvent, derive_tte
from pages.parts.session.sidebar import Cohort


def landmark(
    study: Cohort,
    endpoint: TimeToEvent,
    estimator,
    day: int,
    by: Cohort,
    months: str = "36",
    at_least: int = 0,
    is_out: bool = False,
) -> Estimates:
    """`endpoint` of the risk set at `day` (days from infusion), per class of `by` (see `classed`); at_least: see
    `of_rows`; is_out: see `risk_set`."""
    if study.rules.population != "infused":
        return refused(
            study,
            f"{endpoint.param} from a landmark is defined for infused patients only. Choose the population Infused.",
        )
    return of_rows(
        by,
        replace(endpoint, entry=None),
        risk_set(study, endpoint, day, is_out),
        estimator,
        months,
        months_from(day),
        at_least,
    )


def risk_set(study: Cohort, endpoint: TimeToEvent, day: int, is_out: bool = False) -> Derived:
    """The endpoint of the whole dataset restarted at `day`, kept between reruns under what it requires, too. is_out:
    who was transplanted or newly treated by then is left out."""
    if is_out:
        return without_moved_on(risk_set(study, endpoint, day), study.study.course, day)
    required = "".join(f" {need.date}" for need in endpoint.requires)
    return kept(
        study,
        f"{endpoint.paramcd}@{day}{required}",
        lambda whole: restart_at(derive_tte(whole.course, endpoint, whole.rules), whole.course, day),
    )


def classed(study: Cohort, label: str, groups: tuple[Group, ...], members: pd.DataFrame) -> Cohort:
    """The cohort compared by a class that is known at a landmark only, whatever the sidebar compares.

    label: what it is, lower case inside titles; members: USUBJID and GROUP (code of one of `groups`) of any patients.
    """
    inside = members[among(members["USUBJID"], study.adsl["USUBJID"])].reset_index(drop=True)
    filled = set(inside["GROUP"])
    return replace(
        study,
        by=Filter("landmark", label, "GROUP", ""),
        members=inside[["USUBJID", "GROUP"]],
        groups=tuple(g for g in groups if g.code in filled) or groups,
        emptied=(),
        not_by=unused(study),
        left_out_levels=study.left_out_levels.iloc[:0],
    )
