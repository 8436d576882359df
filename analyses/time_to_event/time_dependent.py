"""Transplant in remission as a time-dependent exposure: Simon-Makuch curves, Mantel-Byar test, Cox hazard ratio."""

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from analyses.result import NUMBERS, PATIENTS, Estimates, group_series, kept, refused, remembered
from analyses.time_to_event.estimate import (
    axis_end,
    causes_of,
    count_left_out,
    cut_words,
    few_words,
    not_drawn,
    numbers_of,
    outcomes_of,
    result_words,
    under_one_another,
    ungrouped,
    with_curves,
)
from analyses.time_to_event.words import leaving
from endpoints.cohort import Filter
from endpoints.exposure import ARMS, EXPOSED, TRANSPLANTED, WAITING, exposed_from, split_at_transplant
from endpoints.time_to_event import EVENT, Derived, TimeToEvent, derive_tte
from estimators.aalen_johansen import aalen_johansen
from estimators.exposure_effect import Effect, exposure_effect
from estimators.kaplan_meier import kaplan_meier
from estimators.mantel_byar import mantel_byar
from estimators.simon_makuch import MIN_AT_RISK, begins_on, simon_makuch
from pages.parts.session.sidebar import Cohort

BY = Filter("transplant", "Transplant in remission, time-dependent", "", "")
REFUSAL = "Transplant in remission is defined for infused patients only. Choose the population Infused."
WORDS = (WAITING.label.lower(), TRANSPLANTED.label.lower())

COUNTS = (
    "Numbers under the curves count everybody under observation, from before the curves begin, and every "
    "outcome; events in the table are of the outcome named there, from where its curve begins."
)


@remembered
def by_transplant(study: Cohort, outcome: str, landmark: int, months: str) -> Estimates:
    """An EXPOSED endpoint before and after transplant in remission. Curves begin at `landmark` (days from infusion; 0:
    each with enough at risk) and end where fewer than 5 are at risk; test and ratio use all observation."""
    endpoint = EXPOSED[outcome]
    if study.rules.population not in endpoint.populations:
        return refused(study, REFUSAL)
    everybody, found = compared_by_transplant(study), split_rows(study, endpoint)
    rows = _of_cohort(everybody, found.rows)
    arms = arms_of(rows)
    drawn = [one for one in curves_of(arms, endpoint, landmark) if len(one[2])]
    effect = effect_of(rows, endpoint)
    estimator = aalen_johansen if endpoint.competing else kaplan_meier
    numbers = numbers_of([x[:2] for x in drawn], [x[2] for x in drawn], endpoint, estimator)
    few = not_drawn(without_curve(arms, drawn), endpoint, estimator, MIN_AT_RISK)
    estimates = Estimates(
        n=rows["USUBJID"].nunique(),
        numbers=under_one_another(ratio_row(rows, effect, endpoint), cut_words(numbers, endpoint, MIN_AT_RISK), few),
        patients=rows[[*PATIENTS, "ARM"]],
        left_out=count_left_out(everybody, found),
        series=group_series(everybody),
        test=effect.test,
        tested_by=mantel_byar,
        x_title="Months from infusion",
        notes=tuple(_notes(study, rows, arms, drawn, landmark, effect, endpoint)),
    )
    return with_curves(estimates, arms, [x[2] for x in drawn], endpoint, estimator, axis_end(months, rows["AVAL"]))


def compared_by_transplant(study: Cohort) -> Cohort:
    """Every filtered patient, in two arms, whatever the sidebar compares."""
    return replace(ungrouped(study), by=BY, groups=ARMS)


def split_rows(study: Cohort, endpoint: TimeToEvent) -> Derived:
    """ADTTE of the whole dataset, cut at the transplant: kept between reruns."""

    def derive(whole):
        found = derive_tte(whole.course, endpoint, whole.rules)
        return replace(found, rows=split_at_transplant(found, whole.course))

    return kept(study, endpoint.paramcd, derive)


def _of_cohort(study: Cohort, rows: pd.DataFrame) -> pd.DataFrame:
    rows = rows[rows["USUBJID"].isin(study.members["USUBJID"])]
    return rows.assign(GROUP=rows["ARM"].map({arm.code: arm.label for arm in ARMS})).reset_index(drop=True)


def arms_of(rows: pd.DataFrame) -> list[tuple]:
    """(group, rows) of those not yet transplanted and of the transplanted."""
    return [(group, rows[rows["ARM"] == group.code]) for group in ARMS]


def curves_of(arms, endpoint: TimeToEvent, landmark: int) -> list[tuple]:
    """(group, rows observed beyond its start, curve with strata) per arm; a curve without rows is not drawn."""
    estimator = (
        partial(aalen_johansen, causes=len(outcomes_of(endpoint, aalen_johansen)))
        if endpoint.competing
        else (kaplan_meier)
    )
    found = []
    for group, arm in arms:
        time, entry = arm["AVAL"].to_numpy(), _entry(arm)
        curve = simon_makuch(time, _code(arm, endpoint), entry, estimator, landmark)
        curve = curve if endpoint.competing else curve.assign(outcome=1)
        found.append((group, arm[time > begins_on(time, entry, landmark)], curve.assign(strata=group.label)))
    return found


def without_curve(arms, drawn) -> list[tuple]:
    """(group, rows) of the arms that have patients but too few at risk for a curve."""
    there = {one[0].label for one in drawn}
    return [(group, arm) for group, arm in arms if len(arm) and group.label not in there]


def _code(rows: pd.DataFrame, endpoint: TimeToEvent) -> np.ndarray:
    return causes_of(rows, endpoint) if endpoint.competing else (rows["CNSR"] == EVENT).to_numpy()


def _entry(rows: pd.DataFrame) -> np.ndarray:
    return rows["ENTRY"].clip(lower=0).to_numpy()


def effect_of(rows: pd.DataFrame, endpoint: TimeToEvent) -> Effect:
    """Hazard ratio and Mantel-Byar test over all observation; a competing event ends it (cause-specific hazard)."""
    return exposure_effect(
        _entry(rows),
        rows["AVAL"].to_numpy(),
        _code(rows, endpoint) == 1,
        (rows["ARM"] == TRANSPLANTED.code).to_numpy(),
        arms=WORDS,
    )


def ratio_row(rows: pd.DataFrame, effect: Effect, endpoint: TimeToEvent) -> pd.DataFrame:
    """The hazard ratio as a row of the table; no row where it is withheld."""
    if effect.reason:
        return pd.DataFrame(columns=NUMBERS)
    row = {
        "strata": f"{TRANSPLANTED.label} / not yet",
        "outcome": endpoint.events[0].words.capitalize() if endpoint.competing else endpoint.param,
        "measure": "hazard ratio",
        "n": rows["USUBJID"].nunique(),
        "n_event": sum(effect.events),
        "estimate": effect.hazard_ratio,
        "conf_low": effect.conf_low,
        "conf_high": effect.conf_high,
        "reason": f"Mantel-Byar {p_words(effect.test.p_value)}",
    }
    return pd.DataFrame([row | {"result": result_words(row)}], columns=NUMBERS)


def p_words(p: float) -> str:
    """'p < 0.001' or 'p = 0.123'."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def _notes(study: Cohort, rows, arms, drawn, landmark: int, effect: Effect, endpoint: TimeToEvent):
    if not len(rows):
        return
    yield _effect_words(effect, endpoint)
    yield (
        f"{effect.n[1]} of {rows['USUBJID'].nunique()} patients became transplanted in remission while under "
        "observation; each counts as not yet transplanted until then and leaves that arm's numbers at risk as "
        "censored."
    )
    yield from _other_transplants(study, rows)
    if drawn:
        yield _start_words(arms, landmark)
        yield COUNTS
    yield from leaving(endpoint, has_numbers=bool(drawn))
    yield from (f"{group.label}: no patients." for group, arm in arms if not len(arm))
    yield from few_words([group.label for group, _ in without_curve(arms, drawn)], MIN_AT_RISK)


def _effect_words(effect: Effect, endpoint: TimeToEvent) -> str:
    if effect.reason:
        return f"No test and no hazard ratio: {effect.reason}."
    return (
        f"Hazard ratio {'of relapse ' if endpoint.competing else ''}after transplant against not yet transplanted "
        f"{effect.hazard_ratio:.2f} (95 % {effect.conf_low:.2f} to {effect.conf_high:.2f}); Mantel-Byar test "
        f"{p_words(effect.test.p_value)}; events {effect.events[0]} not yet transplanted, {effect.events[1]} "
        "transplanted. Over all observation from first remission on, wherever the curves begin; not adjusted. "
        "Observational, not causal."
    )


def _other_transplants(study: Cohort, rows: pd.DataFrame):
    """Allogeneic transplants that never switch the arm are said, so that nobody looks for them in the other one."""
    switched = rows.loc[rows["ARM"] == TRANSPLANTED.code, "USUBJID"]
    course = study.study.course
    others = course[
        course["USUBJID"].isin(rows["USUBJID"]) & ~course["USUBJID"].isin(switched) & course["HSCTDT"].notna()
    ]
    valid = int(exposed_from(others).notna().sum())
    if len(others) > valid:
        yield (
            "Transplanted only after relapse or new therapy, or recorded as not in remission, and so staying not "
            f"yet transplanted: {len(others) - valid}."
        )
    if valid:
        yield (f"Transplanted in remission only on the last day of observation of this outcome, or after it: {valid}.")


def _start_words(arms, landmark: int) -> str:
    if landmark:
        return f"Curves are of those event-free beyond day {landmark}."
    days = [
        f"{group.label.lower()} after day {begins_on(arm['AVAL'].to_numpy(), _entry(arm))}"
        for group, arm in arms
        if len(arm)
    ]
    return (
        f"No landmark: each curve begins once 10 (or half of its arm) are at risk ({', '.join(days)}) and is of "
        "those event-free then. Two curves that begin on different days are not to be read against each other at "
        "one height."
    )
