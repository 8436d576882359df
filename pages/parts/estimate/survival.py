"""Survival as it is asked for: interval type, failure instead of survival, days instead of months, all endpoints."""

from dataclasses import replace
from functools import partial

import pandas as pd

from charts.theme import Series
from endpoints.catalogue import SURVIVAL_ENDPOINTS
from endpoints.rules import DAYS_PER_MONTH
from endpoints.time_to_event import TimeToEvent
from estimators.kaplan_meier import kaplan_meier
from pages.parts.estimate.by_group import by_group, result_words
from pages.parts.estimate.notes import on_images
from pages.parts.estimate.result import Estimates, remembered
from pages.parts.sidebar import Cohort

SHOWN_MONTH = 12


@remembered
def survival(study: Cohort, endpoint: TimeToEvent, months: str, conf_type: str) -> Estimates:
    """Kaplan-Meier per compared group with the chosen interval: band, numbers and limits of the median."""
    return by_group(study, endpoint, partial(kaplan_meier, conf_type=conf_type), months)


def as_failure(found: Estimates) -> Estimates:
    """The same as probability of the event: 1 - S, limits exchanged. Medians stay."""
    if found.curve is None or found.curve.empty:
        return found
    numbers = _flipped(found.numbers, found.numbers["measure"] == "probability")
    numbers["result"] = [result_words(row) for row in numbers.to_dict("records")]
    return replace(found, numbers=numbers, curve=_flipped(found.curve, pd.Series(True, index=found.curve.index)))


def _flipped(frame: pd.DataFrame, here: pd.Series) -> pd.DataFrame:
    turned = {"estimate": 1 - frame["estimate"], "conf_low": 1 - frame["conf_high"], "conf_high": 1 - frame["conf_low"]}
    return frame.assign(**{name: frame[name].where(~here, values) for name, values in turned.items()})


def in_days(found: Estimates) -> Estimates:
    """The same with time in days: a column `days` beside `months` (by which rows are found), the median, the axis."""
    if found.curve is None or found.curve.empty:
        return found
    median = found.numbers["measure"] == "median, months"
    scaled = {
        name: found.numbers[name].where(~median, found.numbers[name] * DAYS_PER_MONTH)
        for name in ("estimate", "conf_low", "conf_high")
    }
    numbers = found.numbers.assign(
        **scaled,
        days=(found.numbers["months"] * DAYS_PER_MONTH).round(1),
        measure=found.numbers["measure"].mask(median, "median, days"),
    )
    numbers["result"] = [result_words(row) for row in numbers.to_dict("records")]
    return replace(found, numbers=numbers, x_title=found.x_title.replace("Months", "Days"))


def abbreviations(codes) -> str:
    """What the codes are, in words: panels and buttons have room for the codes only. A variant of an endpoint is told
    by its code: EFSC is EFS, censored."""
    whole = {e.param: e.paramcd for e in SURVIVAL_ENDPOINTS}
    words = {}
    for e in SURVIVAL_ENDPOINTS:
        name, *how = e.param.split(", ", 1)
        name = whole[name] if how else f"{name[0].lower()}{name[1:]}"
        words[e.paramcd] = " ".join((name, *how))
    return f"Abbreviations: {'; '.join(f'{code}: {words[code]}' for code in codes)}."


@remembered
def all_endpoints(study: Cohort, months: str) -> Estimates:
    """Every endpoint of the survival menu by the compared groups: curves by outcome (the code), the month-12
    numbers."""
    found = {endpoint.paramcd: by_group(study, endpoint, kaplan_meier, months) for endpoint in SURVIVAL_ENDPOINTS}
    drawn = {code: one for code, one in found.items() if one.curve is not None and not one.curve.empty}
    if not drawn:
        return next(iter(found.values()))
    first = next(iter(drawn.values()))
    titles = {code: f"{code} (n = {one.n})" for code, one in drawn.items()}
    curve = pd.concat([one.curve.assign(outcome=titles[code]) for code, one in drawn.items()], ignore_index=True)
    numbers = pd.concat(
        [one.numbers[one.numbers["months"] == SHOWN_MONTH].assign(outcome=code) for code, one in drawn.items()],
        ignore_index=True,
    )  # as the panels are called
    refused = [note for code, one in found.items() if code not in drawn for note in one.notes]
    return replace(
        first,
        n=max(one.n for one in drawn.values()),
        numbers=numbers,
        curve=curve,
        test=None,
        tested_by=None,
        notes=(
            abbreviations(drawn),
            *dict.fromkeys(note for one in drawn.values() for note in on_images(one.notes)),
            *dict.fromkeys(refused),
        ),
        outcomes=tuple(Series(title, "") for title in titles.values()),
        patients=pd.concat([one.patients for one in drawn.values()], ignore_index=True),
    )
