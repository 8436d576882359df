"""Survival as it is asked for: interval type, failure instead of survival, all endpoints side by side."""

from dataclasses import replace
from functools import partial

import pandas as pd

from analyses.cohort import Cohort
from analyses.counted import CODE as COUNTED
from analyses.counts import n_words
from analyses.members import memoised
from analyses.refusal import of_outcome
from analyses.result import DIFFERENCE, MEDIAN, Comparison, Curves, Outcome, Refusal
from analyses.time_to_event.estimate import estimate_endpoint, stacked_up
from analyses.time_to_event.words import nr_after_remission
from endpoints.catalogue import ENDPOINT, SURVIVAL_ENDPOINTS
from endpoints.time_to_event import TimeToEvent
from estimators.kaplan_meier import kaplan_meier

SHOWN_MONTH = 12


def survival(cohort: Cohort, endpoint: TimeToEvent, months: str, conf_type: str) -> Curves:
    """Kaplan-Meier per compared group with the chosen interval: band, numbers and limits of the median."""
    found = estimate_endpoint(cohort, endpoint, partial(kaplan_meier, conf_type=conf_type), months)
    return replace(found, conf_type=conf_type) if isinstance(found, Curves) else found


def as_failure(result: Curves) -> Curves:
    """The same as probability of the event: 1 - S, limits exchanged. Medians stay."""
    if not result.n:
        return result
    is_median = result.numbers["measure"] == MEDIAN
    everywhere = pd.Series(True, index=result.curve.index)
    return replace(
        result,
        numbers=_flipped(result.numbers, ~is_median),
        curve=_flipped(result.curve, everywhere),
        comparison=_turned(result.comparison),
        is_failure=True,
    )


def _turned(comparison: Comparison | None) -> Comparison | None:
    """A difference of probabilities of the event has the other sign, and its limits change places."""
    if comparison is None:
        return None
    rows = comparison.rows
    is_difference = rows["measure"] == DIFFERENCE
    turned = {"estimate": -rows["estimate"], "conf_low": -rows["conf_high"], "conf_high": -rows["conf_low"]}
    turned |= {"reason_low": rows["reason_high"], "reason_high": rows["reason_low"]}
    rows = rows.assign(**{name: rows[name].where(~is_difference, values) for name, values in turned.items()})
    return replace(comparison, rows=rows)


def _flipped(frame: pd.DataFrame, rows: pd.Series) -> pd.DataFrame:
    turned = {"estimate": 1 - frame["estimate"], "conf_low": 1 - frame["conf_high"], "conf_high": 1 - frame["conf_low"]}
    return frame.assign(**{name: frame[name].where(~rows, values) for name, values in turned.items()})


def in_days(result: Curves) -> Curves:
    """The same, shown in days: a matter of print, the numbers stay what they are."""
    return replace(result, in_days=True, x_title=result.x_title.replace("Months", "Days"))


@memoised
@of_outcome("Survival")
def all_endpoints(cohort: Cohort, months: str) -> Curves | Refusal:
    """Every endpoint of the survival menu by the compared groups: a panel per endpoint, the numbers of month 12."""
    results = {e.paramcd: estimate_endpoint(cohort, e, kaplan_meier, months) for e in SURVIVAL_ENDPOINTS}
    drawn = {code: result for code, result in results.items() if result.n}
    if not drawn:
        return next(iter(results.values()))
    largest = max(drawn.values(), key=lambda result: result.n)
    numbers = [result.numbers[result.numbers["months"] == SHOWN_MONTH] for result in drawn.values()]
    refused = [note for code, result in results.items() if code not in drawn for note in result.notes]
    images = [note for result in drawn.values() for note in result.notes if note.on_image and note.code != COUNTED]
    n = {code: n_words(result.n, cohort.data.smallest) for code, result in drawn.items()}
    return replace(
        largest,
        numbers=stacked_up(numbers),
        curve=stacked_up([result.curve for result in drawn.values()]),
        patients=pd.concat([result.patients for result in drawn.values()], ignore_index=True),
        outcomes=tuple(Outcome(code, f"{ENDPOINT[code].param} ({n[code]})", "other") for code in drawn),
        notes=(*nr_after_remission(cohort, cohort.members["USUBJID"]), *dict.fromkeys(images), *dict.fromkeys(refused)),
        test=None,
        tested_by=None,
        risk=pd.DataFrame(),
        behind=None,
    )
