"""One endpoint with transplant followed through, censored and competing, as probability of failure."""

from dataclasses import replace

import numpy as np
import pandas as pd

from analyses.result import NUMBERS, Estimates, remembered
from analyses.time_to_event.estimate import by_group, one_outcome, outcomes_of
from analyses.time_to_event.survival import as_failure
from charts.theme import series_of_groups, series_of_outcomes
from endpoints.estimands import ESTIMANDS, Question
from endpoints.time_to_event import TimeToEvent
from estimators.aalen_johansen import aalen_johansen
from estimators.kaplan_meier import kaplan_meier
from pages.parts.session.sidebar import Cohort

MONTHS = (12, 24, 36)
BAND = "Interval band: "


@remembered
def estimands(study: Cohort, question: Question, chosen: str, months: str) -> Estimates:
    """The three curves (strata: the way; outcome: the compared group), only the chosen one with its band, and their
    estimates at MONTHS per group. A population that one of them refuses is that one's sentence."""
    found = [_failure(study, endpoint, months) for endpoint in question.endpoints]
    nothing = next((one for one in found if not one.n), None)
    if nothing is not None:
        return nothing
    ways = list(zip(ESTIMANDS, found, strict=True))
    curves = [
        _named(one.curve if way.code == chosen else one.curve.assign(conf_low=np.nan, conf_high=np.nan), way.label)
        for way, one in ways
    ]
    return replace(
        found[0],
        numbers=_numbers(ways),
        curve=pd.concat(curves, ignore_index=True),
        test=None,
        tested_by=None,
        risk=pd.concat([_named(one.risk, way.label) for way, one in ways], ignore_index=True),
        patients=pd.concat([one.patients for one in found], ignore_index=True),
        series=series_of_groups((way.label, style) for style, way in enumerate(ESTIMANDS)),
        outcomes=series_of_outcomes((series.label, "other") for series in found[0].series),
        notes=(
            *(note for note in found[0].notes if note.endswith(": no patients.")),
            *question.answers(),
            f"{BAND}{next(way.label for way in ESTIMANDS if way.code == chosen)}, as chosen beside 'At transplant'; "
            "the table has the intervals of all three.",
            _transplanted(found[2]),
            _leaving(question),
        ),
    )


def _failure(study: Cohort, endpoint: TimeToEvent, months: str) -> Estimates:
    """The probability of the event: one minus Kaplan-Meier, or the incidence of the event where others compete."""
    if not endpoint.competing:
        return as_failure(by_group(study, endpoint, kaplan_meier, months))
    found = by_group(study, endpoint, aalen_johansen, months)
    event = outcomes_of(endpoint, aalen_johansen)[0][0]
    return (
        replace(one_outcome(found, event), numbers=found.numbers[found.numbers["outcome"] == event])
        if found.n
        else found
    )


def _named(rows: pd.DataFrame, label: str) -> pd.DataFrame:
    return rows.assign(outcome=rows["strata"], strata=label)


def _numbers(ways) -> pd.DataFrame:
    """Group after group, month after month, the three under one another."""
    rows = pd.concat([one.numbers[one.numbers["months"].isin(MONTHS)].assign(outcome=way.label) for way, one in ways])
    groups = {label: place for place, label in enumerate(dict.fromkeys(rows["strata"]))}
    order = pd.DataFrame({"group": rows["strata"].map(groups), "month": rows["months"]}).to_numpy()
    return rows.iloc[np.lexsort((order[:, 1], order[:, 0]))][NUMBERS].reset_index(drop=True)


def _leaving(question: Question) -> str:
    """What ends being at risk in each of the three, and how the numbers under the curves count it."""
    first = question.endpoints[0]
    others = "; ".join(source.words for source in first.competing)
    also = f"; {others} counts as an event in all three" if others else ""
    return (
        "Numbers under the curves: a transplant changes nothing in the first, is censored in the second and counts "
        f"as an event in the third{also}. Events of the table are {question.title.lower()} only."
    )


def _transplanted(competing: Estimates) -> str:
    first = competing.patients["EVNTDESC"].str.startswith("allogeneic transplant", na=False)
    return (
        f"Transplanted before the event: {competing.patients.loc[first, 'USUBJID'].nunique()} of {competing.n}. "
        "Without them the three curves would be the same."
    )
