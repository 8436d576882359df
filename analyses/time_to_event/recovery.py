"""Relapse before and after B-cell recovery: time-dependent, and from two landmark days side by side."""

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from analyses.result import (
    NUMBERS,
    PATIENTS,
    Estimates,
    among,
    group_series,
    in_order_of_number,
    kept,
    reasons_frame,
    refused,
    remembered,
)
from analyses.status.b_cells import recovery_landmark
from analyses.time_to_event.estimate import (
    axis_end,
    causes_of,
    count_left_out,
    cut_words,
    few_words,
    not_drawn,
    numbers_of,
    one_outcome,
    outcomes_of,
    result_words,
    under_one_another,
    ungrouped,
    with_curves,
)
from analyses.time_to_event.landmark import risk_set
from analyses.time_to_event.time_dependent import COUNTS, p_words, without_curve
from analyses.time_to_event.words import bca_rule, leaving, moved_on, unconfirmed
from charts.theme import Series, series_of_outcomes
from endpoints.b_cell_course import EARLY, LANDMARK_CLASSES, PUBLISHED, UNKNOWN
from endpoints.catalogue import CIR
from endpoints.cohort import Filter
from endpoints.recovery import ARMS, LANDMARKS, RECOVERED, RELAPSE_BY_RECOVERY, derive_by_recovery
from endpoints.rules import DAYS_PER_MONTH
from endpoints.time_to_event import EVENT
from estimators.aalen_johansen import aalen_johansen
from estimators.exposure_effect import Effect, exposure_effect
from estimators.mantel_byar import mantel_byar
from estimators.simon_makuch import MIN_AT_RISK, simon_makuch
from pages.parts.session.sidebar import Cohort

BY = Filter("recovery", "B-cell recovery, time-dependent", "", "")
WORDS = ("not recovered", "recovered")
NOT_CAUSAL = "Not adjusted, MRD is not in the model. Observational, not causal."
MONTHS = (6, 12, 24)


def compared_by_recovery(study: Cohort) -> Cohort:
    """Every filtered patient, in two arms, whatever the sidebar compares."""
    return replace(ungrouped(study), by=BY, groups=ARMS)


@remembered
def by_recovery(study: Cohort, landmark: int, months: str) -> Estimates:
    """Relapse before and after recovery. Curves begin at `landmark` (days from infusion) for those event-free then and
    end where fewer than 5 are at risk; test and ratio use all observation from the first usable sample on."""
    endpoint = RELAPSE_BY_RECOVERY
    if study.rules.population != "infused":
        return refused(
            study, "Relapse after B-cell recovery is defined for infused patients only. Choose the population Infused."
        )
    everybody, found = compared_by_recovery(study), kept(study, endpoint.paramcd, derive_by_recovery)
    rows = found.rows[among(found.rows["USUBJID"], study.adsl["USUBJID"])].reset_index(drop=True)
    rows = rows.assign(GROUP=rows["ARM"].map({arm.code: arm.label for arm in ARMS}))
    arms = [(group, rows[rows["ARM"] == group.code]) for group in ARMS]
    curves = [
        (group, arm[arm["AVAL"] > landmark], _curve(arm, landmark).assign(strata=group.label)) for group, arm in arms
    ]
    drawn = [one for one in curves if len(one[2])]
    effect = _effect(rows["ENTRY"].to_numpy(), rows, causes_of(rows, endpoint) == 1, rows["ARM"] == RECOVERED.code)
    few = not_drawn(without_curve(arms, drawn), endpoint, aalen_johansen, MIN_AT_RISK)
    numbers = numbers_of([x[:2] for x in drawn], [x[2] for x in drawn], endpoint, aalen_johansen)
    numbers = under_one_another(cut_words(numbers, endpoint, MIN_AT_RISK), few)
    numbers = numbers[(numbers["outcome"] == "Relapse") & _is_shown(numbers)]
    ratio = _ratio_row("Recovered / not, time-dependent", rows["USUBJID"].nunique(), effect)
    estimates = Estimates(
        n=rows["USUBJID"].nunique(),
        test=effect.test,
        numbers=under_one_another(ratio, numbers),
        patients=rows[[*PATIENTS, "ARM"]],
        left_out=count_left_out(everybody, found),
        series=group_series(everybody),
        tested_by=mantel_byar,
        x_title="Months from infusion",
        notes=tuple(_notes(study, arms, drawn, landmark, effect)) if len(rows) else (),
    )
    return with_curves(estimates, arms, [x[2] for x in drawn], endpoint, aalen_johansen, axis_end(months, rows["AVAL"]))


def _is_shown(numbers: pd.DataFrame) -> pd.Series:
    """Rows of MONTHS, and of groups too small for a curve, which have no month."""
    return numbers["months"].isin(MONTHS) | numbers["months"].isna()


def _curve(arm: pd.DataFrame, landmark: int) -> pd.DataFrame:
    estimator = partial(aalen_johansen, causes=len(outcomes_of(RELAPSE_BY_RECOVERY, aalen_johansen)))
    return simon_makuch(
        arm["AVAL"].to_numpy(), causes_of(arm, RELAPSE_BY_RECOVERY), arm["ENTRY"].to_numpy(), estimator, landmark
    )


def _effect(start: np.ndarray, rows: pd.DataFrame, event: np.ndarray, exposed: pd.Series) -> Effect:
    return exposure_effect(start, rows["AVAL"].to_numpy(), event, exposed.to_numpy(), arms=WORDS)


def _ratio_row(strata: str, n: int, effect: Effect) -> pd.DataFrame:
    """The hazard ratio of relapse as a row of the table; where it is withheld, the reason stands in its place."""
    p = "" if effect.test is None else f"test: {p_words(effect.test.p_value)}"
    row = {
        "strata": strata,
        "outcome": "Relapse",
        "measure": "hazard ratio",
        "n": n,
        "n_event": sum(effect.events),
        "estimate": effect.hazard_ratio,
        "conf_low": effect.conf_low,
        "conf_high": effect.conf_high,
        "reason": effect.reason or p,
    }
    return pd.DataFrame(
        [row | {"result": f"not shown: {effect.reason}" if effect.reason else result_words(row)}], columns=NUMBERS
    )


def effect_words(effect: Effect, test: str) -> str:
    """The hazard ratio of relapse as a sentence, or why there is none."""
    if effect.reason:
        return f"No test and no hazard ratio: {effect.reason}."
    return (
        f"Hazard ratio of relapse after B-cell recovery {effect.hazard_ratio:.2f} (95 % {effect.conf_low:.2f} to "
        f"{effect.conf_high:.2f}); {test} {p_words(effect.test.p_value)}; relapses {effect.events[0]} not "
        f"recovered, {effect.events[1]} recovered."
    )


def _notes(study: Cohort, arms, drawn, landmark: int, effect: Effect):
    yield f"{effect_words(effect, 'Mantel-Byar test')} {NOT_CAUSAL}"
    yield PUBLISHED
    yield (
        f"{effect.n[1]} of the patients recovered B cells while under observation; until then they count as not "
        "recovered. Test and ratio use all observation from the first usable sample on."
    )
    if drawn:
        yield f"Curves are of those event-free beyond day {landmark}; who recovers leaves the first as censored."
        yield COUNTS
    yield from leaving(RELAPSE_BY_RECOVERY, has_numbers=bool(drawn))
    yield from (f"{group.label}: no patients." for group, arm in arms if not len(arm))
    yield from few_words([group.label for group, _ in without_curve(arms, drawn)], MIN_AT_RISK)
    yield bca_rule(study, is_locked=True)
    yield from unconfirmed(study, "not recovered")


@remembered
def recovery_landmarks(study: Cohort, months: str, is_out: bool = False) -> tuple[Cohort, Estimates]:
    """Relapse from both landmark days on, by recovery until then. curve: strata the class, outcome the day. is_out:
    each without whom a transplant or new therapy reached by then."""
    titles = {day: f"From month {round(day / DAYS_PER_MONTH)} (day {day})" for day in LANDMARKS}
    parts = {day: recovery_landmark(study, day, months, MIN_AT_RISK, is_out) for day in LANDMARKS}
    by, first = parts[LANDMARKS[0]]
    compared = replace(by, by=Filter("landmark", "B-cell recovery until then", "GROUP", ""))
    filled = {day: found for day, (_, found) in parts.items() if found.n}
    if not filled:
        return compared, first
    effects = {day: _landmark_effect(found.patients) for day, found in filled.items()}
    curve = pd.concat(
        [one_outcome(found, "Relapse").curve.assign(outcome=titles[day]) for day, found in filled.items()],
        ignore_index=True,
    )
    patients = pd.concat([one.patients.assign(LANDMARK=day) for day, one in filled.items()], ignore_index=True)
    found = replace(
        next(iter(filled.values())),
        numbers=_landmark_numbers(filled, effects, titles),
        test=None,
        tested_by=None,
        curve=curve,
        series=_series(compared, curve),
        patients=patients,
        n=patients["USUBJID"].nunique(),
        left_out=_in_neither(study, is_out),
        outcomes=series_of_outcomes((titles[day], "other") for day in filled),
        x_title="Months from the landmark",
        notes=(
            *(f"{titles[day]}: {effect_words(effect, 'log-rank test')}" for day, effect in effects.items()),
            PUBLISHED,
            f"{NOT_CAUSAL} Transplant after the landmark is followed through.",
            *(moved_on(study, found.patients, day, is_out) for day, found in filled.items()),
            *leaving(CIR, has_numbers=False),
            *_few_of(filled, compared, titles),
            bca_rule(study, is_locked=True),
            *unconfirmed(study, "still aplastic"),
        ),
    )
    return compared, found


def _in_neither(study: Cohort, is_out: bool) -> pd.DataFrame:
    """Who is at risk on neither landmark day, with the reason on the first."""
    first, *later = (risk_set(study, CIR, day, is_out).left_out for day in LANDMARKS)
    for other in later:
        first = first[among(first["USUBJID"], other["USUBJID"])]
    return reasons_frame(in_order_of_number(first["REASON"][among(first["USUBJID"], study.adsl["USUBJID"])]))


def _few_of(filled: dict[int, Estimates], compared: Cohort, titles: dict[int, str]) -> tuple[str, ...]:
    """Where curves end, and which of which landmark are not drawn."""
    thin = [
        f"{group} {titles[day][0].lower()}{titles[day][1:]}"
        for day, found in filled.items()
        for group in found.patients["GROUP"].unique()
        if found.curve.empty or group not in set(found.curve["strata"])
    ]
    return few_words(thin, MIN_AT_RISK)


def _series(compared: Cohort, curve: pd.DataFrame) -> tuple[Series, ...]:
    """The classes that have a curve in a panel; all of them when only one has, since its legend is what names it."""
    drawn = set(curve["strata"]) if len(curve) else set()
    return group_series(
        replace(
            compared,
            groups=tuple(
                replace(ARMS[0], code=c.code, label=c.label, style=style)
                for style, c in enumerate(LANDMARK_CLASSES)
                if c.label in drawn or len(drawn) < 2
            ),
        )
    )


def _landmark_effect(patients: pd.DataFrame) -> Effect:
    """Recovered by the landmark against still aplastic; who has no usable sample by then is in neither."""
    rows = patients[patients["GROUP"] != UNKNOWN.label]
    return _effect(np.zeros(len(rows)), rows, (rows["CNSR"] == EVENT).to_numpy(), rows["GROUP"] == EARLY.label)


def _landmark_numbers(filled: dict[int, Estimates], effects: dict[int, Effect], titles: dict[int, str]) -> pd.DataFrame:
    parts = []
    for day, found in filled.items():
        rows = found.numbers[(found.numbers["outcome"] == CIR.events[0].words.capitalize()) & _is_shown(found.numbers)]
        parts += [_ratio_row("Recovered / still aplastic", sum(effects[day].n), effects[day]), rows]
        parts[-2:] = [part.assign(outcome=titles[day]) for part in parts[-2:]]
    return pd.concat(parts, ignore_index=True)[NUMBERS]
