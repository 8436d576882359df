"""A time-to-event endpoint per compared group. Here CNSR becomes event = 1 and days become months, nowhere else."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analyses.cohort import Cohort
from analyses.counted import counted_in
from analyses.identifiers import among
from analyses.members import in_groups, in_order_of_number, left_out_of, memoised, split
from analyses.refusal import of_endpoint
from analyses.result import PATIENTS, Curves
from analyses.time_to_event.compare import compare, compare_pairs, tested_by
from analyses.time_to_event.differences import compare_two
from analyses.time_to_event.outcomes import curve_of, curve_start, is_incidence, outcomes_of
from analyses.time_to_event.risk import names_at_risk, numbers_at_risk
from analyses.time_to_event.table import numbers_of
from analyses.time_to_event.words import notes_of_curves
from endpoints.cohort import Group
from endpoints.rules import DAYS_PER_MONTH
from endpoints.time_to_event import Derived, TimeToEvent, derive_tte, origin_of
from estimators.simon_makuch import until_few

ORIGINS = {"TRTSDT": "Months from infusion", "ENRLDT": "Months from enrolment", "RMSDT": "Months from first remission"}


@dataclass(frozen=True)
class Arm:
    """One compared group. rows: its ADTTE rows; start: the day on which its curve begins (0: the origin); shown: the
    rows that the curve is of; curve: whole, in days, with the outcome's code; last: the milestone that ends it without
    an event. What is printed is read from these."""

    group: Group
    rows: pd.DataFrame
    start: int
    shown: pd.DataFrame
    curve: pd.DataFrame
    last: str


@memoised
@of_endpoint
def estimate_endpoint(cohort: Cohort, endpoint: TimeToEvent, estimator: Callable, months: str = "36") -> Curves:
    """The endpoint per compared group. months: the end of the axis, or "all"."""
    derived = adtte(cohort, endpoint)
    found = estimate_adtte(cohort, endpoint, derived, estimator, months, month_title(cohort, endpoint))
    return replace(found, notes=(*counted_in(endpoint.paramcd), *found.notes)) if found.n else found


def estimate_adtte(
    cohort: Cohort,
    endpoint: TimeToEvent,
    derived: Derived,
    estimator: Callable,
    months: str,
    x_title: str,
    min_at_risk: int = 0,
) -> Curves:
    """Given ADTTE rows of the endpoint (of the whole dataset, or restarted at a landmark) estimated per group.

    min_at_risk: a curve is drawn up to the first day with fewer at risk; what is printed is read from the whole curve.
    """
    arms = arms_of(cohort, endpoint, derived, estimator)
    rows = pd.concat([arm.rows for arm in arms], ignore_index=True)
    return curves_of(
        cohort,
        arms,
        endpoint,
        estimator,
        patients=rows[PATIENTS],
        left_out=left_out_of(cohort, reasons_of(cohort, derived)),
        x_max=axis_end(months, rows["AVAL"]),
        x_title=x_title,
        min_at_risk=min_at_risk,
        test=compare(arms, endpoint),
        pairs=compare_pairs(arms, endpoint),
        tested_by=tested_by(endpoint),
        comparison=compare_two(arms, endpoint, estimator),
    )


def curves_of(
    cohort: Cohort,
    arms: list[Arm],
    endpoint: TimeToEvent,
    estimator: Callable,
    *,
    patients: pd.DataFrame,
    min_at_risk: int = 0,
    x_max: float,
    **fields,
) -> Curves:
    """Curves, table and numbers at risk of given arms; `fields`: what else a Curves result says."""
    filled = [arm for arm in arms if len(arm.rows)]
    outcomes = outcomes_of(endpoint, estimator)
    result = Curves(
        cohort=cohort,
        n=patients["USUBJID"].nunique(),
        patients=patients,
        numbers=numbers_of(filled, outcomes),
        strata=tuple(arm.group for arm in filled) or cohort.groups,
        outcomes=outcomes,
        curve=stacked_up([arm.curve for arm in arms]),
        risk=numbers_at_risk(filled, x_max),
        behind=names_at_risk(filled),
        x_max=x_max,
        min_at_risk=min_at_risk,
        is_incidence=is_incidence(estimator),
        not_drawn=tuple(arm.group.code for arm in filled if until_few(arm.curve, min_at_risk).empty),
        **fields,
    )
    return replace(result, notes=notes_of_curves(result, arms, endpoint)) if filled else result


def arms_of(cohort: Cohort, endpoint: TimeToEvent, derived: Derived, estimator: Callable) -> list[Arm]:
    """Every compared group with its rows and its whole curve, in declared order."""
    rows = in_groups(cohort, derived.rows)
    parts = split(rows, cohort.groups)
    return [arm_of(group, part, endpoint, estimator) for group, part in zip(cohort.groups, parts, strict=True)]


def arm_of(group: Group, rows: pd.DataFrame, endpoint: TimeToEvent, estimator: Callable) -> Arm:
    """One group. With delayed entry its curve begins once enough patients are at risk, everywhere it is read."""
    entry = rows["ENTRY"].to_numpy() if endpoint.entry else None
    start = curve_start(entry, rows["AVAL"].to_numpy())
    curve = curve_of(rows, endpoint, estimator, start).assign(strata=group.code)
    shown = rows if start is None else rows[rows["AVAL"] >= start]
    return Arm(group, rows, start or 0, shown, curve, endpoint.censor.date)


def adtte(cohort: Cohort, endpoint: TimeToEvent) -> Derived:
    """ADTTE of the whole dataset under the rules, remembered."""
    return cohort.derived(endpoint.paramcd, lambda whole: derive_tte(whole.course, endpoint, whole.rules))


def month_title(cohort: Cohort, endpoint: TimeToEvent) -> str:
    """What the months count from: the title of the axis."""
    return ORIGINS[origin_of(endpoint, cohort.rules)]


def reasons_of(cohort: Cohort, derived: Derived) -> dict[str, int]:
    """{reason: n} of the patients who are not in the figure, the most frequent first: those not in ADTTE, and those in
    it who are in no group of a class that is known at a landmark only."""
    everybody = cohort.patients["USUBJID"] if cohort.otherwise else cohort.members["USUBJID"]
    reasons = in_order_of_number(derived.left_out["REASON"][among(derived.left_out["USUBJID"], everybody)])
    if not cohort.otherwise:
        return reasons
    inside = derived.rows["USUBJID"][among(derived.rows["USUBJID"], everybody)].drop_duplicates()
    return reasons | {cohort.otherwise: int((~among(inside, _in_a_group(cohort))).sum())}


def _in_a_group(cohort: Cohort) -> pd.Series:
    return cohort.members["USUBJID"][cohort.members["GROUP"].isin([group.code for group in cohort.groups])]


def axis_end(months: str, days: pd.Series) -> float:
    """The end of a month axis: the number asked for, or whole years until everybody has left."""
    if months != "all":
        return float(months)
    return float(12 * max(1, np.ceil(days.max() / DAYS_PER_MONTH / 12))) if len(days) else 12.0


def stacked_up(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """The rows of several frames of one kind. Empty ones are left away: their columns have no type, and would take it
    from the others."""
    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else (frames[0] if frames else pd.DataFrame())
