"""A status that begins during follow-up (transplant in remission, B-cell recovery) as a time-dependent exposure:
Simon-Makuch curves, Mantel-Byar test, Cox hazard ratio."""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd

from analyses.cohort import Cohort, ungrouped
from analyses.members import left_out_of, memoised
from analyses.refusal import only_for
from analyses.result import HAZARD_RATIO, NUMBERS, PATIENTS, Curves, Note, Outcome
from analyses.time_to_event.estimate import Arm, axis_end, curves_of, reasons_of, stacked_up
from analyses.time_to_event.outcomes import code_of, outcomes_of
from analyses.time_to_event.questions import side_changes
from analyses.time_to_event.words import few_words, leaving, nobody_in
from analyses.words import in_percent, p_words, ratio_way
from endpoints.cohort import Filter, Group
from endpoints.exposure import ARMS, EXPOSED, TRANSPLANTED, after_relapse, exposed_from, split_at_transplant
from endpoints.time_to_event import Derived, TimeToEvent, derive_tte
from estimators.aalen_johansen import aalen_johansen
from estimators.exposure_effect import Effect, exposure_effect
from estimators.kaplan_meier import kaplan_meier
from estimators.mantel_byar import mantel_byar
from estimators.simon_makuch import MIN_AT_RISK, begins_on, simon_makuch

BY = Filter("transplant", "Transplant in remission, time-dependent", "", "")
SUBJECT = "Transplant in remission"
RATIO = "ratio"  # the stratum of the row that compares the two arms
ALL_OBSERVATION = "ratio_all"
COUNTS = Note(
    "counts",
    "Numbers under the curves count every outcome; events in the table are of the outcome named there. Both are of the "
    "patients of the curve, from where it begins.",
)


@dataclass(frozen=True)
class Exposure:
    """arms: before and after the change; by: what it is called where groups are compared; words: of the arms, in a
    sentence."""

    arms: tuple[Group, Group]
    by: Filter
    words: tuple[str, str]


TRANSPLANT = Exposure(ARMS, BY, (ARMS[0].label.lower(), ARMS[1].label.lower()))


@memoised
@only_for(lambda outcome, *_, **__: EXPOSED[outcome].populations, lambda *_, **__: SUBJECT)
def by_transplant(cohort: Cohort, outcome: str, landmark: int, months: str) -> Curves:
    """An EXPOSED endpoint before and after transplant in remission. Curves begin at `landmark` (days from infusion; 0:
    each with enough at risk) and are drawn while 5 are at risk. Test and ratio are of the rows that the curves show;
    those of all observation stand beneath."""
    endpoint = EXPOSED[outcome]
    result = exposed_curves(cohort, TRANSPLANT, endpoint, split_rows(cohort, endpoint), landmark, months)
    if not result.n:
        return result
    deaths = deaths_after_relapse(result, landmark) if outcome == "os" else ()
    notes = (side_changes("transplant"), *deaths, *result.notes, *_other_transplants(result))
    return replace(result, notes=notes)


def deaths_after_relapse(result: Curves, landmark: int) -> tuple[Note, ...]:
    """How much of each side's survival comes after relapse: the relapsed stay where they were."""
    parts = after_relapse(result.patients, result.cohort.whole.course, landmark).set_index("ARM")
    told = [
        f"{words}, {part['DEATHSREL']} of {part['DEATHS']} deaths and "
        f"{in_percent(part['DAYSREL'] / part['DAYS'])} % of the person-days"
        for arm, words in zip(TRANSPLANT.arms, TRANSPLANT.words, strict=True)
        if (part := parts.loc[arm.code])["DAYS"]
    ]
    since = f", of what is observed beyond day {landmark}" if landmark else ""
    words = f"Relapsed patients stay on their side. After relapse come{since}: {'; '.join(told)}."
    return (Note("after_relapse", words),) if told else ()


def exposed_curves(
    cohort: Cohort, exposure: Exposure, endpoint: TimeToEvent, derived: Derived, landmark: int, months: str
) -> Curves:
    """Both arms of an exposure: curves, table with the ratios first, numbers at risk, who is left out."""
    everybody = compared_by_exposure(cohort, exposure)
    rows = _of_cohort(everybody, exposure, derived.rows)
    estimator = aalen_johansen if endpoint.competing else kaplan_meier
    arms = [arm_from(rows[rows["ARM"] == arm.code], arm, endpoint, landmark) for arm in exposure.arms]
    observed = {RATIO: stacked_up([arm.shown for arm in arms]), ALL_OBSERVATION: rows}
    effects = {code: effect_of(part, exposure, endpoint) for code, part in observed.items()}
    result = curves_of(
        everybody,
        arms,
        endpoint,
        estimator,
        patients=rows[[*PATIENTS, "ARM"]],
        left_out=left_out_of(everybody, reasons_of(everybody, derived)),
        x_max=axis_end(months, rows["AVAL"]),
        x_title="Months from infusion",
        min_at_risk=MIN_AT_RISK,
        test=effects[RATIO].test,
        tested_by=mantel_byar,
    )
    ratios = ratio_rows(effects, observed, outcomes_of(endpoint, estimator)[0])
    return replace(
        result,
        strata=(*result.strata, *RATIOS),
        numbers=stacked_up([ratios, result.numbers]),
        notes=_notes(result, arms, effects, endpoint, landmark, exposure) if len(rows) else (),
    )


RATIOS = (Outcome(RATIO, "Ratio, rows of the curves"), Outcome(ALL_OBSERVATION, "Ratio, all observation"))


def compared_by_exposure(cohort: Cohort, exposure: Exposure = TRANSPLANT) -> Cohort:
    """Every filtered patient, in two arms, whatever the reader compares."""
    return replace(ungrouped(cohort), by=exposure.by, groups=exposure.arms)


def split_rows(cohort: Cohort, endpoint: TimeToEvent) -> Derived:
    """ADTTE of the whole dataset, cut at the transplant, remembered."""

    def derive(whole):
        derived = derive_tte(whole.course, endpoint, whole.rules)
        return replace(derived, rows=split_at_transplant(derived, whole.course))

    return cohort.derived(endpoint.paramcd, derive)


def _of_cohort(cohort: Cohort, exposure: Exposure, rows: pd.DataFrame) -> pd.DataFrame:
    rows = rows[rows["USUBJID"].isin(cohort.members["USUBJID"])]
    labels = {arm.code: arm.label for arm in exposure.arms}
    return rows.assign(CODE=rows["ARM"], GROUP=rows["ARM"].map(labels)).reset_index(drop=True)


def arm_from(rows: pd.DataFrame, group: Group, endpoint: TimeToEvent, landmark: int) -> Arm:
    """One arm from the landmark on: rows observed beyond it, entered on it at the earliest. Curve, table, numbers at
    risk, test and ratio are of these."""
    start = begins_on(rows["AVAL"].to_numpy(), entry_of(rows), landmark) if len(rows) else landmark
    shown = rows[rows["AVAL"] > start] if start else rows
    shown = shown.assign(ENTRY=np.maximum(entry_of(shown), start))
    outcomes = outcomes_of(endpoint, aalen_johansen if endpoint.competing else kaplan_meier)
    estimator = partial(aalen_johansen, causes=len(outcomes)) if endpoint.competing else kaplan_meier
    curve = simon_makuch(shown["AVAL"].to_numpy(), code_of(shown, endpoint), entry_of(shown), estimator, start)
    codes = np.array(["", *(outcome.code for outcome in outcomes)], dtype=object)
    outcome = codes[curve["outcome"].to_numpy(int)] if endpoint.competing else outcomes[0].code
    curve = curve.assign(strata=group.code, outcome=outcome)
    return Arm(group, shown, start, shown, curve, endpoint.censor.date)


def entry_of(rows: pd.DataFrame) -> np.ndarray:
    """Days on which observation of each row begins; before the origin counts as on it."""
    return rows["ENTRY"].clip(lower=0).to_numpy()


def effect_of(rows: pd.DataFrame, exposure: Exposure, endpoint: TimeToEvent) -> Effect:
    """Hazard ratio and Mantel-Byar test of (start, stop] rows; a competing event ends a row (cause-specific hazard)."""
    event = code_of(rows, endpoint) == 1
    exposed = (rows["ARM"] == exposure.arms[1].code).to_numpy()
    return exposure_effect(entry_of(rows), rows["AVAL"].to_numpy(), event, exposed)


def ratio_rows(effects: dict[str, Effect], observed: dict[str, pd.DataFrame], outcome: Outcome) -> pd.DataFrame:
    """The hazard ratios as rows of the table, each with the patients it is of; where one is withheld, its reason."""
    n = {code: rows["USUBJID"].nunique() for code, rows in observed.items()}
    return pd.DataFrame([ratio_row(code, effects[code], n[code], outcome) for code in effects], columns=NUMBERS)


def ratio_row(strata: str, effect: Effect, n: int, outcome: Group | Outcome) -> dict:
    """One hazard ratio with its limits, or the code of the reason for none."""
    return {
        "strata": strata,
        "outcome": outcome.code,
        "measure": HAZARD_RATIO,
        "n": n,
        "n_event": sum(effect.events),
        "estimate": effect.hazard_ratio,
        "conf_low": effect.conf_low,
        "conf_high": effect.conf_high,
        "reason": effect.reason,
    }


def _notes(result: Curves, arms, effects, endpoint: TimeToEvent, landmark: int, exposure: Exposure):
    labels = dict(zip((arm.code for arm in exposure.arms), exposure.words, strict=True))
    n, switched = result.n, effects[ALL_OBSERVATION].n[1]
    return (
        Note("effect", effect_words(effects[RATIO], endpoint, labels, "over the time that the curves show")),
        Note("effect_all", effect_words(effects[ALL_OBSERVATION], endpoint, labels, "over all follow-up")),
        Note(
            "switched",
            f"{switched} of {n} patients became {exposure.words[1]} while under observation; until then they count as "
            f"{exposure.words[0]}, and they leave that arm's numbers at risk as censored.",
        ),
        *(_start_words(arms, landmark) if len(result.curve) else ()),
        *leaving(endpoint, has_numbers=bool(len(result.curve))),
        *nobody_in(arms),
        *few_words(MIN_AT_RISK, ", ".join(arm.group.label for arm in arms if arm.group.code in result.not_drawn)),
    )


def effect_words(effect: Effect, endpoint: TimeToEvent, labels: dict[str, str], of: str) -> str:
    """The ratio and the test in a sentence, or why there is none."""
    before, after = labels.values()
    if effect.reason:
        return f"{effect.sentence((before, after)).capitalize()}, {of}."
    event = f" of {endpoint.events[0].words}" if endpoint.competing else ""
    return (
        f"Hazard ratio{event}, {after} against {before}, {of}: {effect.hazard_ratio:.2f} "
        f"(95 % CI {effect.conf_low:.2f} to {effect.conf_high:.2f}), {ratio_way(effect.hazard_ratio)} {after}; "
        f"Mantel-Byar test {p_words(effect.p_value)}; "
        f"events {effect.events[0]} {before}, {effect.events[1]} {after}. Not adjusted. Observational, not causal."
    )


def _other_transplants(result: Curves):
    """Allogeneic transplants that never switch the arm are said, so that nobody looks for them in the other one."""
    rows = result.patients
    switched = rows.loc[rows["ARM"] == TRANSPLANTED.code, "USUBJID"]
    course = result.cohort.whole.course
    others = course[
        course["USUBJID"].isin(rows["USUBJID"]) & ~course["USUBJID"].isin(switched) & course["HSCTDT"].notna()
    ]
    valid = int(exposed_from(others).notna().sum())
    if len(others) > valid:
        words = (
            "Transplanted only after relapse or new therapy, or recorded as not in remission, and so staying not yet"
        )
        yield Note("other_transplants", f"{words} transplanted: {len(others) - valid}.")
    if valid:
        words = "Transplanted in remission only on the last day of observation of this outcome, or after it"
        yield Note("late_transplants", f"{words}: {valid}.")


def _start_words(arms, landmark: int) -> tuple[Note, ...]:
    if landmark:
        return (Note("starts", f"Curves are of patients event-free beyond day {landmark}."), COUNTS)
    days = ", ".join(f"{arm.group.label.lower()} after day {arm.start}" for arm in arms if len(arm.rows))
    words = (
        f"No landmark: each curve starts when 10 patients (or half of its arm) are at risk ({days}) and is of those "
        "event-free then. Curves that start on different days are not to be compared at one height."
    )
    return Note("starts", words), COUNTS
