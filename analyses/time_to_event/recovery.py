"""Relapse before and after B-cell recovery: time-dependent, from one landmark day, from all of them side by side."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from analyses.cohort import Cohort, left_out_frame
from analyses.counted import FROM_LANDMARKS
from analyses.identifiers import among
from analyses.members import in_order_of_number, memoised
from analyses.refusal import infused_only
from analyses.result import NUMBERS, Curves, Note, Outcome, Refusal
from analyses.time_to_event.estimands import one_outcome
from analyses.time_to_event.estimate import stacked_up
from analyses.time_to_event.landmark import compared_by_landmark_class, landmark, risk_set
from analyses.time_to_event.questions import side_changes, side_fixed
from analyses.time_to_event.recovery_and_mrd import ROWS as ADJUSTED
from analyses.time_to_event.recovery_and_mrd import adjusted_effects, beside_print
from analyses.time_to_event.sampling import suspected
from analyses.time_to_event.time_dependent import RATIO, RATIOS, Exposure, exposed_curves, ratio_row
from analyses.time_to_event.words import bca_rule, few_words, leaving, moved_on, unconfirmed
from analyses.words import p_words, ratio_way
from endpoints.b_cell_course import LANDMARK_CLASSES, NO_SAMPLE, RECOVERED_BY_LANDMARK, derive_recovery_class
from endpoints.catalogue import CIR
from endpoints.cohort import Filter, Group
from endpoints.landmark import ends_when_moved_on
from endpoints.recovery import ARMS, LANDMARKS, RELAPSE_BY_RECOVERY, derive_by_recovery
from endpoints.rules import DAYS_PER_MONTH
from endpoints.time_to_event import EVENT
from estimators.aalen_johansen import aalen_johansen
from estimators.exposure_effect import Effect, exposure_effect
from estimators.simon_makuch import MIN_AT_RISK

SUBJECT = "Relapse after B-cell recovery"
RELAPSE = "relapse"
WORDS = ("not recovered", "recovered")
RECOVERY = Exposure(ARMS, Filter("recovery", "B-cell recovery, time-dependent", "", ""), WORDS)
NOT_CAUSAL = "From the landmarks: not adjusted, MRD is not in the model. Observational, not causal."
LATER = {
    "out": "Transplant and new therapy after the landmark compete.",
    "stay": "Transplant after the landmark is followed through.",
}
CLASSES = tuple(Group(c.code, c.label, style) for style, c in enumerate(LANDMARK_CLASSES))
MONTHS = (6, 12, 24)
COMPARED = "Recovered / still aplastic"


@memoised
@infused_only(SUBJECT)
def by_recovery(cohort: Cohort, landmark_day: int, months: str) -> Curves:
    """Relapse before and after recovery. Curves begin at `landmark_day` (days from infusion) for those event-free then
    and are drawn while 5 are at risk."""
    derived = cohort.derived(RELAPSE_BY_RECOVERY.paramcd, derive_by_recovery)
    result = exposed_curves(cohort, RECOVERY, RELAPSE_BY_RECOVERY, derived, landmark_day, months)
    result = one_outcome(result, RELAPSE)
    if not result.n:
        return result
    notes = (
        *beside_print(cohort),
        bca_rule(cohort, is_locked=True),
        *unconfirmed(cohort, "not recovered"),
        *suspected(cohort, result.patients["USUBJID"], "not recovered"),
    )
    notes = (side_changes("B-cell recovery"), *result.notes, *notes)
    return replace(_with_adjusted(result, adjusted_effects(cohort)), notes=notes)


def _with_adjusted(result: Curves, effects: Mapping[str, Effect]) -> Curves:
    """The ratios of the model with MRD as rows under those of recovery alone."""
    last = int(result.numbers["strata"].isin([one.code for one in RATIOS]).to_numpy().nonzero()[0].max()) + 1
    outcome = result.outcomes[0]
    rows = pd.DataFrame(
        [ratio_row(one.code, effects[one.code], result.n, outcome) for one in ADJUSTED], columns=NUMBERS
    )
    numbers = stacked_up([result.numbers.iloc[:last], rows, result.numbers.iloc[last:]])
    return replace(result, strata=(*result.strata, *ADJUSTED), numbers=numbers)


@memoised
@infused_only(SUBJECT)
def recovery_landmark(
    cohort: Cohort, day: int, months: str, min_at_risk: int = 0, exclude_moved_on: bool = False
) -> Curves:
    """Relapse from day `day` on by B-cell recovery by then (the locked definition); exclude_moved_on: without patients
    transplanted or newly treated by then."""
    members = cohort.derived(f"RECOVERY{day}", lambda whole: derive_recovery_class(whole, day))
    compared = compared_by_landmark_class(cohort, "B-cell recovery until then", CLASSES, members)
    result = landmark(cohort, CIR, aalen_johansen, day, compared, months, min_at_risk, exclude_moved_on)
    if not result.n:
        return result
    notes = (
        *beside_print(cohort),
        bca_rule(cohort, is_locked=True),
        *unconfirmed(cohort, "still aplastic"),
        *suspected(cohort, result.patients["USUBJID"], "still aplastic", day),
        moved_on(cohort, result.patients, day, exclude_moved_on),
    )
    return replace(result, notes=(side_fixed("B-cell recovery"), *notes, *result.notes))


@memoised
@infused_only(SUBJECT)
def recovery_landmarks(cohort: Cohort, months: str, exclude_moved_on: bool = False) -> Curves | Refusal:
    """Relapse from every landmark day on, by recovery until then: a panel per day. exclude_moved_on: each without
    patients transplanted or newly treated by then."""
    parts = {day: recovery_landmark(cohort, day, months, MIN_AT_RISK, exclude_moved_on) for day in LANDMARKS}
    filled = {day: one_outcome(part, RELAPSE) for day, part in parts.items() if part.n}
    if not filled:
        return parts[LANDMARKS[0]]
    effects = {day: _landmark_effect(part) for day, part in filled.items()}
    patients = pd.concat([part.patients.assign(LANDMARK=day) for day, part in filled.items()], ignore_index=True)
    return Curves(
        cohort=next(iter(filled.values())).cohort,
        n=patients["USUBJID"].nunique(),
        patients=patients,
        left_out=_in_none(cohort, exclude_moved_on),
        numbers=_landmark_numbers(filled, effects),
        strata=(*_drawn_classes(filled), Outcome(RATIO, COMPARED)),
        outcomes=tuple(Outcome(_code(day), _title(day), "other") for day in filled),
        curve=stacked_up([part.curve.assign(outcome=_code(day)) for day, part in filled.items()]),
        x_max=next(iter(filled.values())).x_max,
        x_title="Months from the landmark",
        min_at_risk=MIN_AT_RISK,
        is_incidence=True,
        notes=_landmark_notes(cohort, filled, effects, exclude_moved_on),
    )


def _code(day: int) -> str:
    return f"day_{day}"


def _title(day: int) -> str:
    return f"From month {round(day / DAYS_PER_MONTH)} (day {day})"


def _drawn_classes(filled: dict[int, Curves]) -> tuple[Group, ...]:
    """The classes that anybody is in on one of the days."""
    present = {group.code for part in filled.values() for group in part.strata}
    return tuple(group for group in CLASSES if group.code in present)


def _in_none(cohort: Cohort, exclude_moved_on: bool) -> pd.DataFrame:
    """Patients at risk on no landmark day, with the reason on the first."""
    first, *later = (risk_set(cohort, CIR, day, exclude_moved_on).left_out for day in LANDMARKS)
    for other in later:
        first = first[among(first["USUBJID"], other["USUBJID"])]
    reasons = first["REASON"][among(first["USUBJID"], cohort.patients["USUBJID"])]
    return left_out_frame({reason: (reason, n) for reason, n in in_order_of_number(reasons).items()})


def _landmark_effect(part: Curves) -> Effect:
    """Recovered by the landmark against still aplastic; patients without a usable sample by then are in neither."""
    classes = part.cohort.members.set_index("USUBJID")["GROUP"].reindex(part.patients["USUBJID"]).to_numpy()
    known = classes != NO_SAMPLE.code
    rows = part.patients[known]
    event, exposed = (rows["CNSR"] == EVENT).to_numpy(), classes[known] == RECOVERED_BY_LANDMARK.code
    return exposure_effect(np.zeros(len(rows)), rows["AVAL"].to_numpy(), event, exposed)


def _landmark_numbers(filled: dict[int, Curves], effects: dict[int, Effect]) -> pd.DataFrame:
    """Per landmark day the ratio, then the incidences at MONTHS."""
    parts = []
    for day, part in filled.items():
        day_code = Outcome(_code(day), _title(day))
        ratio = ratio_row(RATIO, effects[day], sum(effects[day].n), day_code)
        rows = part.numbers[part.numbers["months"].isin(MONTHS)].assign(outcome=day_code.code)
        parts += [pd.DataFrame([ratio], columns=NUMBERS), rows]
    return stacked_up(parts)[NUMBERS]


def effect_words(effect: Effect, test: str) -> str:
    """The hazard ratio of relapse as a sentence, or why there is none."""
    if effect.reason:
        return f"{effect.sentence(WORDS).capitalize()}."
    return (
        f"Hazard ratio of relapse after B-cell recovery {effect.hazard_ratio:.2f} (95 % CI {effect.conf_low:.2f} to "
        f"{effect.conf_high:.2f}), {ratio_way(effect.hazard_ratio)} recovered; {test} "
        f"{p_words(effect.p_value)}; relapses {effect.events[0]} not "
        f"recovered, {effect.events[1]} recovered."
    )


def _landmark_notes(cohort: Cohort, filled: dict[int, Curves], effects: dict[int, Effect], exclude_moved_on: bool):
    not_drawn = [
        f"{group.label} {_title(day)[0].lower()}{_title(day)[1:]}"
        for day, part in filled.items()
        for group in part.strata
        if group.code in part.not_drawn
    ]
    return (
        FROM_LANDMARKS,
        *(Note("effect", f"{_title(day)}: {effect_words(effect, 'log-rank test')}") for day, effect in effects.items()),
        side_fixed("B-cell recovery"),
        *beside_print(cohort),
        Note("not_causal", f"{NOT_CAUSAL} {LATER['out' if exclude_moved_on else 'stay']}"),
        *(moved_on(cohort, part.patients, day, exclude_moved_on) for day, part in filled.items()),
        *leaving(ends_when_moved_on(CIR) if exclude_moved_on else CIR, has_numbers=False),
        *few_words(MIN_AT_RISK, ", ".join(not_drawn)),
        bca_rule(cohort, is_locked=True),
        *unconfirmed(cohort, "still aplastic"),
        *(
            note
            for day, part in filled.items()
            for note in suspected(cohort, part.patients["USUBJID"], "still aplastic", day)
        ),
    )
