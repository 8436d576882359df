"""What stands beside a comparison of two groups: differences with interval, ratios, and whether hazards are
proportional. The second group against the first, in declared order; not adjusted."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analyses.identifiers import among
from analyses.result import (
    CAUSE_SPECIFIC,
    COMPARED,
    DIFFERENCE,
    HAZARD_RATIO,
    MEAN_DIFFERENCE,
    PIECEWISE,
    PROPORTIONALITY,
    SUBDISTRIBUTION,
    Comparison,
    Outcome,
)
from analyses.time_to_event.outcomes import causes_of, curve_of, is_incidence, outcomes_of
from analyses.time_to_event.table import MONTHS
from endpoints.cohort import MISSING
from endpoints.rules import DAYS_PER_MONTH
from endpoints.time_to_event import EVENT, TimeToEvent
from estimators.difference import difference_at
from estimators.exposure_effect import Effect, exposure_effect
from estimators.fine_gray import incidence_effects
from estimators.piecewise_hazard_ratio import piecewise_hazard_ratio
from estimators.proportional_hazards import proportional_hazards
from estimators.restricted_mean import restricted_mean_difference

HORIZON = 24  # months: up to here means are compared
PIECES = (6, 12)  # months at which a ratio that changes is cut
NOT_PROPORTIONAL = 0.05  # p of the test of proportional hazards under which the pieces stand beside the ratio
PAIR = 2


@dataclass(frozen=True)
class Pair:
    """Two groups as arrays: days from the origin to entry and exit, whether the event of interest came, which row is of
    the second group."""

    entry: np.ndarray
    time: np.ndarray
    event: np.ndarray
    cause: np.ndarray
    is_other: np.ndarray


def compare_two(arms, endpoint: TimeToEvent, estimator: Callable) -> Comparison | None:
    """The second of two groups against the first; None unless exactly two known groups have patients, or where a
    patient is in both."""
    known = [arm for arm in arms if len(arm.rows) and arm.group.code != MISSING]
    if len(known) != PAIR or among(known[0].rows["USUBJID"], known[1].rows["USUBJID"]).any():
        return None
    outcome, pair = outcomes_of(endpoint, estimator)[0], _pair(known, endpoint)
    rows = [*_at_months(known, endpoint, estimator, outcome)]
    rows += _of_incidence(pair, endpoint) if is_incidence(estimator) else _of_survival(known, endpoint, estimator, pair)
    table = pd.DataFrame(rows).assign(outcome=outcome.code).reindex(columns=COMPARED)
    text = {name: table[name].fillna("") for name in ("reason", "reason_low", "reason_high")}
    return Comparison(known[0].group, known[1].group, table.assign(**text))


def _pair(known, endpoint: TimeToEvent) -> Pair:
    rows = pd.concat([arm.rows for arm in known], ignore_index=True)
    entry = rows["ENTRY"].clip(lower=0) if endpoint.entry else pd.Series(0, index=rows.index)
    return Pair(
        entry.to_numpy(),
        rows["AVAL"].to_numpy(),
        (rows["CNSR"] == EVENT).to_numpy(),
        causes_of(rows, endpoint),
        np.repeat([False, True], [len(arm.rows) for arm in known]),
    )


def _curves(known, endpoint: TimeToEvent, estimator: Callable, outcome: Outcome) -> list[pd.DataFrame]:
    """Both curves from the later of the two starts: a probability from day 20 on is not one from day 31 on."""
    start = max(arm.start for arm in known)
    curves = (curve_of(arm.rows, endpoint, estimator, start or None) for arm in known)
    return [curve[curve["outcome"] == outcome.code] for curve in curves]


def _at_months(known, endpoint: TimeToEvent, estimator: Callable, outcome: Outcome) -> list[dict]:
    reference, other = _curves(known, endpoint, estimator, outcome)
    found = difference_at(reference, other, np.array(MONTHS) * DAYS_PER_MONTH)
    why = found["limit_reason"]
    table = found.assign(months=MONTHS, measure=DIFFERENCE, reason_low=why, reason_high=why)
    return table.drop(columns=["reference", "other"]).to_dict("records")


def _of_survival(known, endpoint: TimeToEvent, estimator: Callable, pair: Pair) -> list[dict]:
    outcome = outcomes_of(endpoint, estimator)[0]
    reference, other = _curves(known, endpoint, estimator, outcome)
    mean = restricted_mean_difference(reference, other, HORIZON * DAYS_PER_MONTH)
    effect = exposure_effect(pair.entry, pair.time, pair.event, pair.is_other)
    return [_mean_row(mean), *_ratio_rows(HAZARD_RATIO, effect, pair, pair.event)]


def _mean_row(mean) -> dict:
    months = {name: getattr(mean, name) / DAYS_PER_MONTH for name in ("estimate", "conf_low", "conf_high")}
    why = getattr(mean, "limit_reason", "")
    return months | {
        "measure": MEAN_DIFFERENCE,
        "months": HORIZON,
        "reason": mean.reason,
        "reason_time": getattr(mean, "reason_time", np.nan),
        "reason_low": why,
        "reason_high": why,
    }


def _of_incidence(pair: Pair, endpoint: TimeToEvent) -> list[dict]:
    entry = pair.entry if endpoint.entry else None
    specific, subdistribution = incidence_effects(pair.time, pair.cause, pair.is_other, 1, entry)
    return [*_ratio_rows(CAUSE_SPECIFIC, specific, pair, pair.cause == 1), _ratio_row(SUBDISTRIBUTION, subdistribution)]


def _ratio_row(measure: str, effect: Effect) -> dict:
    return {
        "measure": measure,
        "estimate": effect.hazard_ratio,
        "conf_low": effect.conf_low,
        "conf_high": effect.conf_high,
        "p_value": effect.test.p_value if effect.test else np.nan,
        "reason": effect.reason,
    }


def _ratio_rows(measure: str, effect: Effect, pair: Pair, event: np.ndarray) -> list[dict]:
    """A ratio, whether it holds over time, and where it does not, its pieces."""
    row = _ratio_row(measure, effect)
    if effect.reason:
        return [row]
    tested = proportional_hazards(pair.entry, pair.time, event, pair.is_other)
    p = float(tested.p_value[0]) if not tested.reason else np.nan
    rows = [row, {"measure": PROPORTIONALITY, "p_value": p, "reason": tested.reason}]
    return [*rows, *_pieces(pair, event)] if p < NOT_PROPORTIONAL else rows


def _pieces(pair: Pair, event: np.ndarray) -> list[dict]:
    cuts = np.array(PIECES) * DAYS_PER_MONTH
    found = piecewise_hazard_ratio(pair.entry, pair.time, event, pair.is_other, cuts)
    return [
        {
            "measure": PIECEWISE,
            "months": row["until"] / DAYS_PER_MONTH,
            "after": row["after"] / DAYS_PER_MONTH,
            "estimate": row["hazard_ratio"] if "hazard_ratio" in row else row["estimate"],
            "conf_low": row["conf_low"],
            "conf_high": row["conf_high"],
            "p_value": row["p_value"],
            "reason": row["reason"],
        }
        for row in found.to_dict("records")
    ]
