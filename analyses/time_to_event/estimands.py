"""One endpoint with transplant followed through, censored and competing, as probability of failure."""

from dataclasses import replace

import pandas as pd

from analyses.cohort import Cohort
from analyses.counted import THREE_WAYS
from analyses.members import memoised
from analyses.result import Curves, Note, Refusal
from analyses.time_to_event.estimate import estimate_endpoint
from analyses.time_to_event.outcomes import outcomes_of
from analyses.time_to_event.risk import NamesAtRisk
from analyses.time_to_event.survival import as_failure
from endpoints.cohort import Group
from endpoints.estimands import ESTIMANDS, Question
from endpoints.time_to_event import TimeToEvent
from estimators.aalen_johansen import aalen_johansen
from estimators.kaplan_meier import kaplan_meier

MONTHS = (12, 24, 36)
WAYS = tuple(Group(way.code, way.label, style) for style, way in enumerate(ESTIMANDS))


@memoised
def estimands(cohort: Cohort, question: Question, chosen: str, months: str) -> Curves | Refusal:
    """The three curves (strata: the compared groups; outcomes: the ways), only the chosen one with its band, and their
    estimates at MONTHS per group. A population that one of them refuses is that one's sentence."""
    results = [_failure(cohort, endpoint, months) for endpoint in question.endpoints]
    nothing = next((result for result in results if not result.n), None)
    if nothing is not None:
        return nothing
    curves = [result for result in results if isinstance(result, Curves)]  # all three: a refusal has nobody
    ways = list(zip(WAYS, curves, strict=True))
    first = curves[0]
    return replace(
        first,
        numbers=_numbers(ways, [group.code for group in first.strata]),
        curve=pd.concat([_of_way(_band(result, way.code == chosen), way) for way, result in ways], ignore_index=True),
        risk=pd.concat([_of_way(result.risk, way) for way, result in ways], ignore_index=True),
        behind=_names(ways),
        patients=pd.concat([result.patients for result in curves], ignore_index=True),
        outcomes=WAYS,
        test=None,
        tested_by=None,
        notes=_notes(question, chosen, first, curves[2]),
    )


def _names(ways) -> NamesAtRisk:
    """Who is at risk, by (group, way): whoever is transplanted leaves in two of the three."""
    return NamesAtRisk(
        {(group, way.code): held for way, result in ways for group, held in result.behind.observed.items()}
    )


def _failure(cohort: Cohort, endpoint: TimeToEvent, months: str) -> Curves | Refusal:
    """The probability of the event: one minus Kaplan-Meier, or the incidence of the event where others compete."""
    if not endpoint.competing:
        return as_failure(estimate_endpoint(cohort, endpoint, kaplan_meier, months))
    result = estimate_endpoint(cohort, endpoint, aalen_johansen, months)
    return one_outcome(result, outcomes_of(endpoint, aalen_johansen)[0].code) if result.n else result


def one_outcome(result: Curves, code: str) -> Curves:
    """The same result with one of its outcomes only."""
    if not result.n:
        return result
    kept = {
        name: frame[frame["outcome"] == code].reset_index(drop=True)
        for name, frame in (("curve", result.curve), ("numbers", result.numbers))
    }
    return replace(result, **kept, outcomes=tuple(outcome for outcome in result.outcomes if outcome.code == code))


def _band(result: Curves, is_chosen: bool) -> pd.DataFrame:
    return result.curve if is_chosen else result.curve.assign(conf_low=float("nan"), conf_high=float("nan"))


def _of_way(rows: pd.DataFrame, way: Group) -> pd.DataFrame:
    return rows.assign(outcome=way.code)


def _numbers(ways, groups: list[str]) -> pd.DataFrame:
    """Group after group, month after month, the three under one another."""
    rows = pd.concat([_of_way(result.numbers[result.numbers["months"].isin(MONTHS)], way) for way, result in ways])
    rows = rows.assign(order=rows["strata"].map(groups.index))
    return rows.sort_values(["order", "months"], kind="stable").drop(columns="order").reset_index(drop=True)


def _notes(question: Question, chosen: str, first: Curves, competing: Curves) -> tuple[Note, ...]:
    band = next(way.label for way in ESTIMANDS if way.code == chosen)
    return (
        THREE_WAYS,
        *(note for note in first.notes if note.code == "no_patients"),
        *(Note("answer", answer, True) for answer in question.answers()),
        Note("band", f"Interval band: {band}, as chosen beside 'At transplant'; the table has all three.", True),
        _transplanted(competing),
        _leaving(question),
    )


def _leaving(question: Question) -> Note:
    """What ends being at risk in each of the three, and how the numbers under the curves count it."""
    others = "; ".join(source.words for source in question.endpoints[0].competing)
    also = f"; {others} counts as an event in all three" if others else ""
    words = (
        "Numbers under the curves: a transplant changes nothing in the first, is censored in the second and counts "
        f"as an event in the third{also}. Events of the table are {question.title.lower()} only."
    )
    return Note("leaving", words)


def _transplanted(competing: Curves) -> Note:
    first = competing.patients["EVNTCD"] == "transplant"
    n = competing.patients.loc[first, "USUBJID"].nunique()
    words = f"Transplanted before the event: {n} of {competing.n}. Without them the three curves would be the same."
    return Note("transplanted", words)
