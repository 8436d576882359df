"""Weighted comparisons: the curves of the compared groups as if their patients were alike in declared covariates."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from analyses.cohort import Cohort
from analyses.effects import Balance
from analyses.members import left_out_of, memoised
from analyses.refusal import of_endpoint, of_groups_apart
from analyses.result import SUBDISTRIBUTION, Curves, Note
from analyses.time_to_event.adjusted import (
    CAUSAL,
    COMPARABLE,
    UNADJUSTED,
    WEIGHTED,
    adjusted,
    adjusted_for,
    factors_of,
    ratios_beside,
    with_covariates,
)
from analyses.time_to_event.design import GROUPS, Design, design_of, in_common
from analyses.time_to_event.estimate import Arm, axis_end, curves_of, month_title
from analyses.time_to_event.outcomes import causes_of, outcomes_of
from analyses.words import labels_of
from endpoints.covariates import AS_LEVEL, SETS
from endpoints.time_to_event import TimeToEvent
from estimators.aalen_johansen import aalen_johansen
from estimators.kaplan_meier import kaplan_meier
from estimators.reasons import NO_CONTRAST, ONE_GROUP, words
from estimators.treatment_weights import Weights, balance_of, treatment_weights
from estimators.weighted_curve import weighted_incidence, weighted_kaplan_meier

FAR = 0.1  # a standardised difference up to this is often called small (Austin 2009)
NOT_ALIKE = 0.25  # a difference above it is said on top (Stuart 2010, Stat Sci 25:1-21)
NO_WEIGHTS = "no_weights"
ROWS = ["factor", "strata", "label", "before", "after"]
PAIR = 2


@memoised
@of_groups_apart("A weighted comparison")
@of_endpoint
def weighted(
    cohort: Cohort, endpoint: TimeToEvent, months: str, covariates: str = "burden", missing: str = AS_LEVEL
) -> Curves:
    """Weighted Kaplan-Meier curves, where outcomes compete weighted incidences. Patients of levels that not every
    compared group has are left out: nobody could take their place. Without weights nobody is in it, with the reason."""
    design, weights = _weights(cohort, endpoint, covariates, missing)
    estimator = aalen_johansen if endpoint.competing else kaplan_meier
    known = not weights.reason
    arms = [_arm(endpoint, design, weights, place) for place in range(len(design.groups))] if known else []
    result = curves_of(
        cohort,
        arms,
        endpoint,
        estimator,
        patients=with_covariates(cohort, design).assign(WEIGHT=weights.weight if known else np.nan)[
            : None if known else 0
        ],
        left_out=left_out_of(cohort, design.left_out if known else _nobody(cohort, weights)),
        x_max=axis_end(months, design.rows["AVAL"]),
        x_title=month_title(cohort, endpoint),
    )
    if not known:
        return replace(result, notes=(Note(NO_WEIGHTS, f"No weighted curves: {_why(weights)}."),))
    ratios = adjusted(cohort, endpoint, covariates, missing).rows
    return replace(
        result, notes=(*_ratio_notes(ratios, cohort), *_notes(design, weights), *adjusted_for(design), CAUSAL)
    )


def _weights(cohort: Cohort, endpoint: TimeToEvent, covariates: str, missing: str) -> tuple[Design, Weights]:
    design = in_common(design_of(cohort, endpoint, SETS[covariates], missing))
    if len(design.groups) < PAIR:
        return design, Weights(np.zeros(0), np.zeros(0), (), ONE_GROUP)
    if not design.columns:
        return design, Weights(np.zeros(0), np.zeros(0), (), NO_CONTRAST)
    return design, treatment_weights(design.x, design.group)


def _why(weights: Weights) -> str:
    return words(weights.reason, verdict="").lstrip(": ") if weights.reason else ""


def _nobody(cohort: Cohort, weights: Weights) -> dict[str, tuple[str, int]]:
    n = cohort.n - int(cohort.left_out_levels["n"].sum())
    return {NO_WEIGHTS: (f"without weights: {_why(weights)}", n)}


def _arm(endpoint: TimeToEvent, design: Design, weights: Weights, place: int) -> Arm:
    held = design.group == place
    rows, group = design.rows[held], design.groups[place]
    outcomes = outcomes_of(endpoint, aalen_johansen if endpoint.competing else kaplan_meier)
    cause, time = causes_of(rows, endpoint), rows["AVAL"].to_numpy()
    entry = rows["ENTRY"].clip(lower=0).to_numpy() if endpoint.entry else None
    if endpoint.competing:
        curve = weighted_incidence(time, cause, weights.weight[held], len(outcomes), entry)
    else:
        curve = weighted_kaplan_meier(time, cause > 0, weights.weight[held], entry).assign(outcome=1)
    codes = np.array(["", *(outcome.code for outcome in outcomes)], dtype=object)
    curve = curve.assign(outcome=codes[curve["outcome"].to_numpy(int)], strata=group.code)
    return Arm(group, rows, 0, rows, curve, endpoint.censor.date)


def _ratio_notes(rows: pd.DataFrame, cohort: Cohort) -> tuple[Note, ...]:
    """The weighted ratios, each with the unadjusted one of the same patients."""
    rows = rows[(rows["measure"] != SUBDISTRIBUTION) & (rows["factor"] == GROUPS)]
    own = COMPARABLE if (rows["model"] == COMPARABLE.code).any() else UNADJUSTED
    return (Note("weighted_ratio", ratios_beside(rows, WEIGHTED, own, labels_of(cohort.groups))),)


def _notes(design: Design, weights: Weights) -> Iterator[Note]:
    counts = np.bincount(design.group)
    told = [
        f"{group.label}: {n} patients count as {effective:.0f}"
        for group, n, effective in zip(design.groups, counts, weights.effective, strict=True)
    ]
    yield Note("weights", f"{'; '.join(told)}. Largest weight {weights.weight.max():.1f}.", True)
    yield from _balance_notes(design, weights)


def _balance_notes(design: Design, weights: Weights) -> Iterator[Note]:
    """How alike the groups are before and after, and whether they are not."""
    before, after = (balance_of(design.x, design.group, weight) for weight in (None, weights.weight))
    far = int((after > FAR).sum())
    yield Note(
        "balance",
        f"Largest standardised difference between two groups: {np.nanmax(before):.2f} before and "
        f"{np.nanmax(after):.2f} after weighting; above {FAR:g} after it in {far} of {len(after)} columns.",
    )
    if np.nanmax(after) > NOT_ALIKE:
        yield Note("not_alike", "Weighting does not make these groups alike: do not read the weighted curves.", True)


@memoised
@of_endpoint
def balance(cohort: Cohort, endpoint: TimeToEvent, covariates: str = "burden", missing: str = AS_LEVEL) -> Balance:
    """How alike the compared groups are in each column of the model, before and after weighting."""
    design, weights = _weights(cohort, endpoint, covariates, missing)
    known = not weights.reason
    rows = pd.DataFrame([*_balance_rows(design, weights)] if known else [], columns=ROWS)
    nobody = with_covariates(cohort, design).iloc[:0]
    return Balance(
        cohort=cohort,
        n=len(design.rows) if known else 0,
        patients=with_covariates(cohort, design) if known else nobody,
        left_out=left_out_of(cohort, design.left_out if known else _nobody(cohort, weights)),
        numbers=rows,
        rows=rows,
        strata=design.groups or cohort.groups,
        factors=factors_of(cohort),
        notes=tuple(_balance_notes(design, weights)) if known else (Note(NO_WEIGHTS, f"No weights: {_why(weights)}."),),
    )


def _balance_rows(design: Design, weights: Weights) -> Iterator[dict]:
    before, after = (balance_of(design.x, design.group, weight) for weight in (None, weights.weight))
    for column, plain, balanced in zip(design.columns, before, after, strict=True):
        shared = {"factor": column.factor, "strata": column.level or column.factor, "label": column.label}
        yield shared | {"before": plain, "after": balanced}
